package io.ebpf4j.internal.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A ring on plain memory with a producer that does what the kernel does. The data area is twice the size and each write
 * goes to both halves, in the place of the kernel's double mapping.
 */
public final class Ring {
    public final MemorySegment consumer = Arena.ofAuto().allocate(8, 8);
    public final MemorySegment producer = Arena.ofAuto().allocate(8, 8);
    public final MemorySegment data;
    public final long size;

    /** A ring whose producer and consumer stand at a position. */
    public Ring(long size, long position) {
        this.size = size;
        this.data = Arena.ofAuto().allocate(2 * size, 8);
        consumer.set(ValueLayout.JAVA_LONG, 0, position);
        producer.set(ValueLayout.JAVA_LONG, 0, position);
    }

    public RingMemory memory() {
        return new RingMemory("events", 7, consumer, producer, data, size, () -> {});
    }

    /** Reserves a record, as {@code bpf_ringbuf_reserve}. */
    public long reserve(byte... record) {
        long position = produced();
        header(position, record.length | RingLayout.BUSY);
        for (int i = 0; i < record.length; i++) {
            put(position + RingLayout.HEADER_SIZE + i, record[i]);
        }
        RingLayout.POSITION.setRelease(producer, 0L, position + RingLayout.step(record.length));
        return position;
    }

    public void submit(long position) {
        header(position, length(position));
    }

    public void discard(long position) {
        header(position, length(position) | RingLayout.DISCARD);
    }

    public void push(byte... record) {
        submit(reserve(record));
    }

    /** Writes a header, sane or not. */
    public void header(long position, int header) {
        long at = position & size - 1;
        RingLayout.LENGTH.setRelease(data, at + size, header);
        RingLayout.LENGTH.setRelease(data, at, header);
    }

    private int length(long position) {
        return data.get(ValueLayout.JAVA_INT, position & size - 1) & ~RingLayout.BUSY;
    }

    private void put(long position, byte value) {
        long at = position & size - 1;
        data.set(ValueLayout.JAVA_BYTE, at, value);
        data.set(ValueLayout.JAVA_BYTE, at + size, value);
    }

    public long consumed() {
        return (long) RingLayout.POSITION.getAcquire(consumer, 0L);
    }

    public long produced() {
        return producer.get(ValueLayout.JAVA_LONG, 0);
    }
}
