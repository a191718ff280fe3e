package io.ebpf4j.internal.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/** A perf buffer on plain memory with a producer that does what the kernel does. */
public final class PerfBuffer {
    private static final long HEADER = 2048;
    private static final int LOST_SIZE = PerfLayout.LOST_COUNT + Long.BYTES;

    public final MemorySegment memory;
    public final long size;
    public final List<Integer> cpus;
    /** Of each CPU, what did not fit and was not told yet. */
    private final long[] lost;

    /** A buffer of some CPUs, with numbers from 4 on in steps of 3, each at a position. */
    public PerfBuffer(int cpus, long size, long position) {
        this.size = size;
        this.cpus = IntStream.range(0, cpus).mapToObj(i -> 4 + 3 * i).toList();
        this.memory = Arena.ofAuto().allocate(cpus * PerfMemory.stride(HEADER, size), 8);
        this.lost = new long[cpus];
        for (int i = 0; i < cpus; i++) {
            head(i, position);
            tail(i, position);
        }
    }

    public PerfMemory memory() {
        return new PerfMemory("events", memory, HEADER, size, cpus, cpus, () -> {});
    }

    /**
     * Writes a sample, as {@code bpf_perf_event_output}: with zeros behind it, so that its end is on a multiple of 8.
     *
     * @return whether it had room
     */
    public boolean push(int index, byte... sample) {
        int padded = Math.toIntExact(PerfLayout.step(sample.length)) - PerfLayout.SAMPLE_DATA;
        long needed = PerfLayout.step(padded) + (lost[index] > 0 ? LOST_SIZE : 0);
        if (head(index) - tail(index) + needed >= size) { // of which the kernel leaves one byte empty
            lost[index]++;
            return false;
        }
        if (lost[index] > 0) {
            byte[] body = new byte[2 * Long.BYTES];
            MemorySegment.ofArray(body).set(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES, lost[index]);
            record(index, PerfLayout.LOST, LOST_SIZE, body);
            lost[index] = 0;
        }
        byte[] body = new byte[Integer.BYTES + padded];
        MemorySegment.ofArray(body).set(ValueLayout.JAVA_INT_UNALIGNED, 0, padded);
        System.arraycopy(sample, 0, body, Integer.BYTES, sample.length);
        record(index, PerfLayout.SAMPLE, PerfLayout.HEADER_SIZE + body.length, body);
        return true;
    }

    /** Writes a record, sane or not. Its head goes on by as much as its bytes have. */
    public void record(int index, int type, int length, byte... body) {
        long at = head(index);
        for (int i = 0; i < body.length; i++) {
            put(index, at + PerfLayout.HEADER_SIZE + i, body[i]);
        }
        long place = data(index) + (at & size - 1);
        memory.set(ValueLayout.JAVA_INT, place, type);
        memory.set(ValueLayout.JAVA_SHORT, place + PerfLayout.SIZE, (short) length);
        head(index, at + (PerfLayout.HEADER_SIZE + body.length + 7 & ~7));
    }

    private void put(int index, long position, byte value) {
        memory.set(ValueLayout.JAVA_BYTE, data(index) + (position & size - 1), value);
    }

    private long data(int index) {
        return index * PerfMemory.stride(HEADER, size) + HEADER;
    }

    public long head(int index) {
        return memory.get(ValueLayout.JAVA_LONG, data(index) - HEADER + PerfLayout.HEAD);
    }

    public void head(int index, long position) {
        memory.set(ValueLayout.JAVA_LONG, data(index) - HEADER + PerfLayout.HEAD, position);
    }

    public long tail(int index) {
        return memory.get(ValueLayout.JAVA_LONG, data(index) - HEADER + PerfLayout.TAIL);
    }

    public void tail(int index, long position) {
        memory.set(ValueLayout.JAVA_LONG, data(index) - HEADER + PerfLayout.TAIL, position);
    }
}
