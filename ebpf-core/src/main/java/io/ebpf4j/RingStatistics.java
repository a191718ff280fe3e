package io.ebpf4j;

/**
 * What became of the records of a ring, since its reader was made.
 *
 * @param records handed on
 * @param discarded given up by the program itself with {@code bpf_ringbuf_discard}
 * @param tooShort shorter than the ring's type, so not handed on
 * @param failed handed on to a handler, which threw
 * @param backlogBytes written but not yet read, as the last read saw it
 */
public record RingStatistics(long records, long discarded, long tooShort, long failed, long backlogBytes) {}
