package io.ebpf4j.internal.ring;

/** Where things are in the buffer of a CPU; the numbers of {@code linux/perf_event.h}. The kernel writes its own byte order. */
public final class PerfLayout {
    /** {@code perf_event_mmap_page.data_head}: up to where the kernel has written. */
    public static final long HEAD = 1024;
    /** {@code perf_event_mmap_page.data_tail}: up to where we have read. */
    public static final long TAIL = HEAD + Long.BYTES;
    /** Bytes before what a record is about: type, flags, and the size of all of it in 16 bits. */
    public static final int HEADER_SIZE = 8;
    /** Where in a record its size is. */
    public static final int SIZE = 6;
    /** {@code PERF_RECORD_LOST}: how many did not fit, since the last one that did. */
    public static final int LOST = 2;
    /** Where in such a record the number is, after a header and the number of the event. */
    public static final int LOST_COUNT = 16;
    /** {@code PERF_RECORD_SAMPLE}: what a program has written. */
    public static final int SAMPLE = 9;
    /** Where in such a record it begins, after a header and a length of 32 bits. So it is on a multiple of 4, and never of 8. */
    public static final int SAMPLE_DATA = HEADER_SIZE + Integer.BYTES;
    /** No record is longer. */
    public static final int LONGEST_RECORD = 0xfff8;
    /** How much a program can write in one record. */
    public static final int LONGEST_SAMPLE = LONGEST_RECORD - SAMPLE_DATA;

    private PerfLayout() {}

    /** {@return the bytes a sample of this length takes, with what is before and behind it} */
    public static long step(int length) {
        return SAMPLE_DATA + (long) length + 7 & ~7L;
    }
}
