package io.ebpf4j.attach;

import java.util.Objects;

/**
 * A hook of the packet filter, {@code netfilter}; Linux 6.4, libbpf 1.3.
 *
 * @param family which packets
 * @param hook where on their way
 * @param priority among the functions there, lower runs first; not the least nor the greatest {@code int}
 * @param defragment whether packets are put together first, Linux 6.6
 */
public record Netfilter(Family family, Hook hook, int priority, boolean defragment) implements AttachTarget {
    /** Which packets. */
    public enum Family {
        /** Of the internet protocol, version 4. */
        IPV4(2),
        /** Version 6. */
        IPV6(10);

        private final int number;

        Family(int number) {
            this.number = number;
        }

        /** {@return {@code NFPROTO_*}} */
        public int number() {
            return number;
        }
    }

    /** Where on their way: {@code NF_INET_*}, in the kernel's order. */
    public enum Hook {
        /** All that come in. */
        PRE_ROUTING(0),
        /** Those for this machine. */
        LOCAL_IN(1),
        /** Those for others. */
        FORWARD(2),
        /** Those of this machine. */
        LOCAL_OUT(3),
        /** All that go out. */
        POST_ROUTING(4);

        private final int number;

        Hook(int number) {
            this.number = number;
        }

        /** {@return {@code NF_INET_*}} */
        public int number() {
            return number;
        }
    }

    /** Checks the priority. */
    public Netfilter {
        Objects.requireNonNull(family);
        Objects.requireNonNull(hook);
        if (priority == Integer.MIN_VALUE || priority == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("priority " + priority + " is the kernel's own");
        }
    }

    /**
     * {@return a hook, packets as they are}
     *
     * @param family which packets
     * @param hook where on their way
     * @param priority among the functions there, lower runs first
     */
    public static Netfilter of(Family family, Hook hook, int priority) {
        return new Netfilter(family, hook, priority, false);
    }

    @Override
    public String description() {
        return "netfilter " + family + " " + hook + " at " + priority;
    }
}
