package io.ebpf4j.attach;

/**
 * A tracepoint of the kernel with its raw arguments, {@code raw_tp}; Linux 4.17.
 *
 * @param name as {@code sched_switch}
 * @param cookie see {@linkplain io.ebpf4j.attach here}; Linux 6.10, libbpf 1.5
 */
public record RawTracepoint(String name, long cookie) implements AttachTarget {
    /** Checks the name. */
    public RawTracepoint {
        Checks.name(name, "tracepoint");
    }

    /**
     * {@return a tracepoint}
     *
     * @param name as {@code sched_switch}
     */
    public static RawTracepoint of(String name) {
        return new RawTracepoint(name, 0);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public RawTracepoint withCookie(long value) {
        return new RawTracepoint(name, value);
    }

    @Override
    public String description() {
        return "raw tracepoint " + name;
    }
}
