package io.ebpf4j.attach;

import java.util.Objects;

/**
 * Packets as they come into an interface, before the kernel's network stack: {@code xdp}. By a {@code bpf_link}, Linux 5.9; one function an
 * interface.
 *
 * @param networkInterface as {@code eth0}
 * @param mode where it runs
 */
public record Xdp(String networkInterface, Mode mode) implements AttachTarget {
    /** Where it runs: {@code XDP_FLAGS_*_MODE}. */
    public enum Mode {
        /** In the driver if it can, else as {@link #GENERIC}. */
        ANY(0),
        /** In the kernel, once there is a buffer: slower, and everywhere. */
        GENERIC(1 << 1),
        /** In the driver, or not at all. */
        DRIVER(1 << 2),
        /** In the network card, or not at all. */
        HARDWARE(1 << 3);

        private final int flag;

        Mode(int flag) {
            this.flag = flag;
        }

        /** {@return the bit in {@code linux/if_link.h}} */
        public int flag() {
            return flag;
        }
    }

    /** Checks the name. */
    public Xdp {
        Checks.name(networkInterface, "network interface");
        Objects.requireNonNull(mode);
    }

    /**
     * {@return an interface}
     *
     * @param networkInterface as {@code eth0}
     */
    public static Xdp of(String networkInterface) {
        return new Xdp(networkInterface, Mode.ANY);
    }

    /**
     * {@return the same in one mode}
     *
     * @param where it runs
     */
    public Xdp in(Mode where) {
        return new Xdp(networkInterface, where);
    }

    @Override
    public String description() {
        return "XDP on " + networkInterface + (mode == Mode.ANY ? "" : " (" + mode + ")");
    }
}
