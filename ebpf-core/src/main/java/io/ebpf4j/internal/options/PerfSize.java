package io.ebpf4j.internal.options;

/**
 * How a perf buffer is made.
 *
 * @param bytes for the records of one CPU, rounded up to a power of two and whole pages
 * @param wakeUp how many bytes one CPU has written when its reader is woken; 0 for each record
 */
public record PerfSize(long bytes, int wakeUp) {
    /** Of a perf buffer of which nothing is said. */
    public static final PerfSize DEFAULT = new PerfSize(256 << 10, 0);
}
