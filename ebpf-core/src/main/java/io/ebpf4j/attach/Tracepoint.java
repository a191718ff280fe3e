package io.ebpf4j.attach;

/**
 * A tracepoint of the kernel, {@code tracepoint}; its number is read from tracefs.
 *
 * @param category as {@code sched}
 * @param name as {@code sched_process_exec}
 * @param cookie see {@linkplain io.ebpf4j.attach here}; Linux 5.15
 */
public record Tracepoint(String category, String name, long cookie) implements AttachTarget {
    /** Checks the names. */
    public Tracepoint {
        Checks.name(category, "category");
        Checks.name(name, "tracepoint");
    }

    /**
     * {@return a tracepoint}
     *
     * @param category as {@code sched}
     * @param name as {@code sched_process_exec}
     */
    public static Tracepoint of(String category, String name) {
        return new Tracepoint(category, name, 0);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public Tracepoint withCookie(long value) {
        return new Tracepoint(category, name, value);
    }

    @Override
    public String description() {
        return "tracepoint " + category + "/" + name;
    }
}
