package io.ebpf4j.internal.diagnose;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The rights of a process that eBPF asks for, with their bits in {@code linux/capability.h}. */
public enum Capability {
    CAP_BPF(39), CAP_PERFMON(38), CAP_NET_ADMIN(12), CAP_SYS_ADMIN(21), CAP_SYS_RESOURCE(24);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** {@return those in a mask, as {@code /proc/self/status} has it} */
    static Set<Capability> in(long mask) {
        Set<Capability> held = EnumSet.noneOf(Capability.class);
        for (Capability capability : values()) {
            if ((mask >>> capability.bit & 1) != 0) {
                held.add(capability);
            }
        }
        return held;
    }

    /** {@return {@code CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN}} */
    static String list(Collection<Capability> capabilities) {
        String names = capabilities.stream().map(Enum::name).collect(Collectors.joining(", "));
        int last = names.lastIndexOf(", ");
        return last < 0 ? names : names.substring(0, last) + " and " + names.substring(last + 2);
    }

    /** {@return what docker calls it: the name without {@code CAP_}} */
    String dockerName() {
        return name().substring("CAP_".length());
    }
}
