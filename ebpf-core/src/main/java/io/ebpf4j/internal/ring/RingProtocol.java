package io.ebpf4j.internal.ring;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.internal.PrivateCopy;
import io.ebpf4j.internal.ring.RecordTarget.Cursors;
import io.ebpf4j.internal.ring.RecordTarget.Segments;
import io.ebpf4j.internal.ring.RecordTarget.Values;
import io.ebpf4j.internal.ring.RecordTarget.Visits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one implementation; package-info has the layout, and which of its fields are read and written with which order. */
final class RingProtocol implements RingConsumer {
    /** Enough that publishing costs nothing, little enough to stay in the nearest cache. */
    private static final long LONGEST_CHUNK = 64 << 10;
    private static final int SHARE_HELD_BACK = 8;

    /** What a copy of this code is for: else fields would be read anew for each record, behind each read with acquire. */
    private static final @Nullable RingMemory OWN = PrivateCopy.constant(MethodHandles.lookup(), RingMemory.class);

    private final String name;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;
    private final int recordSize;
    private final long chunk;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();
    private final AtomicLong tooShort = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicLong produced = new AtomicLong();
    private long position;
    private long published;
    private boolean behind;
    private volatile boolean stopped;

    RingProtocol(RingMemory memory, long recordSize) {
        this.name = memory.name();
        this.consumer = memory.consumer();
        this.producer = memory.producer();
        this.data = memory.data();
        this.mask = memory.size() - 1;
        this.recordSize = (int) Math.min(Integer.MAX_VALUE, recordSize);
        this.chunk = Math.max(RingLayout.HEADER_SIZE, Math.min(LONGEST_CHUNK, memory.size() / SHARE_HELD_BACK));
        position = (long) RingLayout.POSITION.getAcquire(consumer, 0L);
        published = position;
        consumed.set(position);
        produced.set(position);
    }

    @Override
    public long written() {
        long end = (long) RingLayout.POSITION.getAcquire(producer, 0L);
        produced.setRelease(end);
        return end;
    }

    @Override
    public boolean isAt(long end) {
        return position == end;
    }

    /*
     * A header says where the next one is, so the processor would have to wait for each of them in turn. Most records are
     * as long as the one before: the inner loop takes that for granted, goes on reading at the next, and only
     * compares. It has to be a loop of its own, for in one that sets its step anew each time, the compiler finds the
     * dependency again.
     */
    @Override
    public int consume(long end, int max, RecordTarget target) {
        MemorySegment bytes = OWN == null ? data : OWN.data();
        long wrap = OWN == null ? mask : OWN.size() - 1;
        long at = position;
        check(end);
        long next = at;
        long last = end - at > chunk ? at + chunk : end;
        int handed = 0;
        int skipped = 0;
        try {
            while (last - at > 0 && handed + skipped < max && !stopped) {
                int header = (int) RingLayout.LENGTH.getAcquire(bytes, at & wrap);
                if (header < recordSize || (header & RingLayout.DISCARD) != 0) {
                    if ((header & RingLayout.BUSY) != 0) {
                        break;
                    }
                    at = skip(header, at, end);
                    next = at;
                    skipped++;
                    continue;
                }
                long step = RingLayout.step(header);
                if (step > end - at) {
                    throw damaged(end, at, header);
                }
                do {
                    next = at + step;
                    long offset = (at & wrap) + RingLayout.HEADER_SIZE;
                    // Here and not in a method, which may have been compiled before and then is not inlined any more.
                    if (target instanceof Segments segments) {
                        segments.handler().accept(segments.memory().asSlice(offset, header));
                    } else if (target instanceof Cursors cursors) {
                        cursors.handler().accept(cursors.cursor().on(bytes, offset, header));
                    } else if (target instanceof Values values) {
                        values.handler().accept(values.values().read(bytes, offset));
                    } else if (target instanceof Visits visits) {
                        visits.visitor().visit(bytes, offset, header);
                    }
                    at = next;
                    handed++;
                } while (last - at > 0 && end - at >= step && handed + skipped < max && !stopped
                        && (int) RingLayout.LENGTH.getAcquire(bytes, at & wrap) == header);
            }
        } finally {
            if (next != at) {
                increase(failed, 1);
            }
            increase(records, handed);
            moveTo(next);
        }
        return handed + skipped;
    }

    @Override
    public boolean reach(long end) {
        check(end);
        while (position != end && !stopped) {
            int header = (int) RingLayout.LENGTH.getAcquire(data, position & mask);
            if (header >= recordSize && (header & RingLayout.DISCARD) == 0) {
                return true;
            }
            if ((header & RingLayout.BUSY) != 0) {
                return false;
            }
            moveTo(skip(header, position, end));
        }
        return false;
    }

    private void check(long end) {
        if (Long.compareUnsigned(end - position, mask + 1) > 0 || (position & RingLayout.HEADER_SIZE - 1) != 0) {
            throw damaged(end, "the next record would be at position " + position);
        }
    }

    /** {@return where the record ends that is discarded or too short} */
    private long skip(int header, long at, long end) {
        int length = header & ~RingLayout.DISCARD;
        long step = RingLayout.step(length);
        if (step > end - at) {
            throw damaged(end, at, length);
        }
        increase((header & RingLayout.DISCARD) != 0 ? discarded : tooShort, 1);
        return at + step;
    }

    private MapAccessException damaged(long end, long at, int length) {
        return damaged(end, "the record at position " + at + " has " + length + " bytes");
    }

    private MapAccessException damaged(long end, String what) {
        position = end;
        publishUpTo(end);
        return new MapAccessException("ring '" + name + "': " + what + ", but the ring of " + (mask + 1)
                + " bytes is written up to position " + end + "; skipped what it held", 0);
    }

    private void moveTo(long at) {
        if (at - position > 0) { // not when skipped to the end
            position = at;
        }
        if (position - published >= chunk) {
            publish();
        }
    }

    @Override
    public void publish() {
        publishUpTo(behind ? lastTaken() : position);
    }

    private void publishUpTo(long end) {
        consumed.setRelease(position);
        if (end != published) {
            published = end;
            RingLayout.POSITION.setRelease(consumer, 0L, end);
        }
    }

    /** {@return where the last record begins of those that are taken and not published} They are still as they were. */
    private long lastTaken() {
        long at = published;
        long next = at;
        while (position - next > 0) {
            at = next;
            int header = (int) RingLayout.LENGTH.get(data, at & mask);
            next = at + RingLayout.step(header & ~(RingLayout.BUSY | RingLayout.DISCARD));
        }
        return at;
    }

    @Override
    public void stayBehind(boolean behind) {
        this.behind = behind;
    }

    @Override
    @SuppressWarnings("restricted") // the same memory, for a shorter time
    public MemorySegment data(Arena arena) {
        return data.reinterpret(arena, null).asReadOnly();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public RingStatistics statistics() {
        long backlog = Math.max(0, produced.getAcquire() - consumed.getAcquire());
        return new RingStatistics(records.getAcquire(), discarded.getAcquire(), tooShort.getAcquire(),
                failed.getAcquire(), backlog);
    }

    /** One writer, so no read-modify-write instruction is needed. */
    private static void increase(AtomicLong counter, int by) {
        if (by > 0) {
            counter.setRelease(counter.getPlain() + by);
        }
    }
}
