package io.ebpf4j;

import java.util.OptionalLong;

/**
 * What became of the records of a ring buffer or perf buffer, since its reader was made.
 *
 * @param records handed on
 * @param discarded given up by the program itself with {@code bpf_ringbuf_discard}; of a perf buffer, what the kernel has
 * written there that no program wrote, but for the number of those that were lost
 * @param tooShort shorter than their type, so not handed on
 * @param failed handed on to a handler, which threw
 * @param backlogBytes written but not yet read, as the last read saw it
 * @param lost those that found no room. Of a ring since the program was loaded, where the program counts them; empty where it does
 * not. One that does has a map called as the ring, with {@code _lost_samples} behind it, as the macros {@code EXPORT_RING} and
 * {@code export_reserve} of {@code ebpf_export.h} make and use it. Of a perf buffer the kernel itself counts, for each CPU, and
 * tells it with the next record there that finds room; what a program counts in such a map is told if it is more
 */
public record RingStatistics(long records, long discarded, long tooShort, long failed, long backlogBytes,
        OptionalLong lost) {
    /**
     * Of a program that does not count what is lost.
     *
     * @param records handed on
     * @param discarded given up by the program itself
     * @param tooShort shorter than the ring's type
     * @param failed handed on to a handler, which threw
     * @param backlogBytes written but not yet read
     */
    public RingStatistics(long records, long discarded, long tooShort, long failed, long backlogBytes) {
        this(records, discarded, tooShort, failed, backlogBytes, OptionalLong.empty());
    }
}
