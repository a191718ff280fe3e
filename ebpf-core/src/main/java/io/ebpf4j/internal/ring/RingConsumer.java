package io.ebpf4j.internal.ring;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RecordSink;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Consumes a ring: the protocol, and the count of what became of each record. Used by one thread at a time; the
 * statistics may be read by any. Allocates nothing.
 */
public final class RingConsumer {
    private final String name;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;
    private final long recordSize;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();
    private final AtomicLong tooShort = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicLong produced = new AtomicLong();

    /**
     * Consumes from where the last consumer stopped.
     *
     * @param memory the ring
     * @param recordSize what a record must have to be handed on
     */
    public RingConsumer(RingMemory memory, long recordSize) {
        this.name = memory.name();
        this.consumer = memory.consumer();
        this.producer = memory.producer();
        this.data = memory.data();
        this.mask = memory.size() - 1;
        this.recordSize = recordSize;
        consumed.set((long) RingLayout.POSITION.getAcquire(consumer, 0L));
        produced.set(consumed.get());
    }

    /**
     * Hands on what is there when it is called, up to a number of records. The consumer position moves on behind each record, also when the
     * sink throws, so that one bad record is never met twice; the exception then ends this call.
     *
     * @param max how many records at most
     * @param sink takes them
     * @param stopped asked before each record whether to leave it and all others in the ring
     * @return how many were taken from the ring, whether handed on or not; less than {@code max} when the ring is empty
     * or its next record is not yet submitted
     * @throws MapAccessException when the ring's memory makes no sense; what it held is then skipped
     */
    public int consume(int max, RecordSink sink, BooleanSupplier stopped) {
        long position = consumed.getPlain();
        // Once: what comes while this runs, perhaps made by the sink itself, is for the next call, so that each call ends.
        long end = (long) RingLayout.POSITION.getAcquire(producer, 0L);
        produced.setRelease(end);
        int taken = 0;
        while (position != end && taken < max && !stopped.getAsBoolean()) {
            if (Long.compareUnsigned(end - position, mask + 1) > 0 || (position & RingLayout.HEADER_SIZE - 1) != 0) {
                throw damaged(end, "the next record would be at position " + position);
            }
            int header = (int) RingLayout.LENGTH.getAcquire(data, position & mask);
            if ((header & RingLayout.BUSY) != 0) {
                return taken;
            }
            int length = header & ~RingLayout.DISCARD;
            long next = position + RingLayout.step(length);
            if (next - position > end - position) {
                throw damaged(end, "the record at position " + position + " has " + length + " bytes");
            }
            taken++;
            handOn(header, length, position, next, sink);
            position = next;
        }
        return taken;
    }

    private MapAccessException damaged(long end, String what) {
        moveTo(end);
        return new MapAccessException("ring '" + name + "': " + what + ", but the ring of " + (mask + 1)
                + " bytes is written up to position " + end + "; skipped what it held", 0);
    }

    private void handOn(int header, int length, long position, long next, RecordSink sink) {
        if ((header & RingLayout.DISCARD) != 0) {
            increment(discarded);
            moveTo(next);
        } else if (length < recordSize) {
            increment(tooShort);
            moveTo(next);
        } else {
            boolean done = false;
            try {
                sink.accept(data, (position & mask) + RingLayout.HEADER_SIZE);
                done = true;
            } finally {
                increment(done ? records : failed);
                moveTo(next);
            }
        }
    }

    /** {@return what became of the records so far; from any thread, also when the memory is gone} */
    public RingStatistics statistics() {
        long backlog = Math.max(0, produced.getAcquire() - consumed.getAcquire());
        return new RingStatistics(records.getAcquire(), discarded.getAcquire(), tooShort.getAcquire(),
                failed.getAcquire(), backlog);
    }

    private void moveTo(long position) {
        RingLayout.POSITION.setRelease(consumer, 0L, position);
        consumed.setRelease(position);
    }

    /** One writer, so no read-modify-write instruction is needed. */
    private static void increment(AtomicLong counter) {
        counter.setRelease(counter.getPlain() + 1);
    }
}
