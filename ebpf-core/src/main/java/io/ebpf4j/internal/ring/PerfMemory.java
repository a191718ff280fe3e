package io.ebpf4j.internal.ring;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The memory of one perf buffer: the buffers of its CPUs, in a row, so that one segment and an offset say where a record
 * is. Whoever takes it owns it: it is the only consumer, and closes it.
 *
 * @param name the map's name, for messages
 * @param memory of all, to be written to: for each CPU a header with the positions, the records, and {@link #SPARE} bytes of
 *        ours
 * @param header bytes of the header, a page
 * @param size bytes of the records of one CPU, a power of two
 * @param cpus whose buffers these are
 * @param handles the descriptors that tell when there is more, one a CPU; none of what is recorded
 * @param release gives the memory back
 */
public record PerfMemory(String name, MemorySegment memory, long header, long size, List<Integer> cpus,
        List<Integer> handles, Runnable release) implements RecordMemory {
    /** What of a record is at the beginning of the buffer again is copied behind its end, so that the record is whole. */
    public static final long SPARE = 64 << 10;

    /** Copies the lists. */
    public PerfMemory {
        cpus = List.copyOf(cpus);
        handles = List.copyOf(handles);
    }

    /**
     * {@return the bytes of one CPU}
     *
     * @param header bytes of the header
     * @param size bytes of the records
     */
    public static long stride(long header, long size) {
        return header + size + SPARE;
    }

    /** {@return where the buffer of a CPU begins, counted as in {@link #cpus}} */
    long base(int index) {
        return index * stride(header, size);
    }

    @Override
    public boolean hasMore() {
        for (int i = 0; i < cpus.size(); i++) {
            if ((long) RingLayout.POSITION.getAcquire(memory, base(i) + PerfLayout.HEAD) != (long) RingLayout.POSITION
                    .getAcquire(memory, base(i) + PerfLayout.TAIL)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        release.run();
    }
}
