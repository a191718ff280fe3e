package io.ebpf4j.internal.ring;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.internal.ring.RecordTarget.Cursors;
import io.ebpf4j.internal.ring.RecordTarget.Segments;
import io.ebpf4j.internal.ring.RecordTarget.Values;
import io.ebpf4j.internal.ring.RecordTarget.Visits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Consumes the buffers of all CPUs as if they were one ring, whose position is the sum of theirs. Each call begins with another
 * CPU, so that none waits for the others for long.
 */
final class PerfProtocol implements RingConsumer {
    /** As of {@link RingProtocol}. */
    private static final long LONGEST_CHUNK = 64 << 10;
    private static final int SHARE_HELD_BACK = 8;
    private static final int NONE = -1;

    private final PerfMemory buffer;
    private final MemorySegment memory;
    private final MemorySegment shown;
    private final int[] cpus;
    private final long mask;
    private final int recordSize;
    private final long chunk;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    private final AtomicLong tooShort = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicLong produced = new AtomicLong();
    /** Of each CPU: up to where records are taken, up to where the kernel knows that, up to where they were written. */
    private final long[] positions;
    private final long[] published;
    private final long[] ends;
    private long position;
    private int turn;
    private volatile boolean stopped;

    PerfProtocol(PerfMemory buffer, long recordSize) {
        this.buffer = buffer;
        this.memory = buffer.memory();
        this.shown = memory.asReadOnly();
        this.cpus = buffer.cpus().stream().mapToInt(Integer::intValue).toArray();
        this.mask = buffer.size() - 1;
        this.recordSize = (int) Math.min(Integer.MAX_VALUE, recordSize);
        this.chunk = Math.max(PerfLayout.HEADER_SIZE, Math.min(LONGEST_CHUNK, buffer.size() / SHARE_HELD_BACK));
        this.positions = new long[cpus.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (long) RingLayout.POSITION.getAcquire(memory, buffer.base(i) + PerfLayout.TAIL);
            position += positions[i];
        }
        this.published = positions.clone();
        this.ends = positions.clone();
        consumed.set(position);
        produced.set(position);
    }

    @Override
    public long written() {
        long sum = 0;
        for (int i = 0; i < ends.length; i++) {
            long end = (long) RingLayout.POSITION.getAcquire(memory, buffer.base(i) + PerfLayout.HEAD);
            ends[i] = end;
            sum += end;
        }
        produced.setRelease(sum);
        return sum;
    }

    @Override
    public boolean isAt(long end) {
        return position == end;
    }

    @Override
    public int consume(long end, int max, RecordTarget target) {
        int taken = 0;
        for (int i = 0; i < ends.length && taken < max && !stopped; i++) {
            int one = turn;
            turn = one + 1 < ends.length ? one + 1 : 0; // whatever the handler throws
            if (positions[one] != ends[one]) {
                taken += consumeOne(one, max - taken, target);
            }
        }
        return taken;
    }

    @Override
    public boolean reach(long end) {
        for (int i = 0; i < ends.length && !stopped; i++) {
            if (reachOne(turn)) { // with which the next call begins
                return true;
            }
            turn = turn + 1 < ends.length ? turn + 1 : 0;
        }
        return false;
    }

    private boolean reachOne(int one) {
        check(one);
        while (positions[one] != ends[one] && !stopped) {
            int length = length(one, positions[one]);
            if (sample(one, positions[one], length) >= 0) {
                return true;
            }
            moveTo(one, positions[one] + length);
        }
        return false;
    }

    /** The kernel wakes on each record or at a watermark, wherever we are. */
    @Override
    public void stayBehind(boolean behind) {}

    private int consumeOne(int one, int max, RecordTarget target) {
        check(one);
        long data = buffer.base(one) + buffer.header();
        long at = positions[one];
        long end = ends[one];
        long next = at;
        long last = end - at > chunk ? at + chunk : end;
        int handed = 0;
        int skipped = 0;
        if (target instanceof Cursors cursors) {
            cursors.cursor().from(cpus[one]);
        }
        try {
            while (last - at > 0 && handed + skipped < max && !stopped) {
                long record = data + (at & mask);
                int length = length(one, at);
                int size = sample(one, at, length);
                next = at + length;
                if (size < 0) {
                    skipped++;
                } else {
                    long offset = record + PerfLayout.SAMPLE_DATA;
                    // Here and not in a method, as RingProtocol does it.
                    if (target instanceof Segments segments) {
                        segments.handler().accept(segments.memory().asSlice(offset, size));
                    } else if (target instanceof Cursors cursors) {
                        cursors.handler().accept(cursors.cursor().on(shown, offset, size));
                    } else if (target instanceof Values values) {
                        values.handler().accept(values.values().read(shown, offset));
                    } else if (target instanceof Visits visits) {
                        visits.visitor().visit(shown, offset, size);
                    }
                    handed++;
                }
                at = next;
            }
        } finally {
            if (next != at) {
                increase(failed, 1);
            }
            increase(records, handed);
            moveTo(one, next);
        }
        return handed + skipped;
    }

    private void check(int one) {
        long at = positions[one];
        if (Long.compareUnsigned(ends[one] - at, mask + 1) > 0 || (at & PerfLayout.HEADER_SIZE - 1) != 0) {
            throw damaged(one, "the next record would be at position " + at);
        }
    }

    /** {@return the bytes of a record, which is in one piece from here on} */
    private int length(int one, long at) {
        long data = buffer.base(one) + buffer.header();
        long place = at & mask;
        int length = Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, data + place + PerfLayout.SIZE));
        if (length < PerfLayout.HEADER_SIZE || (length & PerfLayout.HEADER_SIZE - 1) != 0 || length > ends[one] - at) {
            throw damaged(one, "the record at position " + at + " has " + length + " bytes");
        }
        long wrapped = place + length - mask - 1;
        if (wrapped > 0) {
            MemorySegment.copy(memory, data, memory, data + mask + 1, wrapped);
        }
        return length;
    }

    /** {@return the bytes of a sample that is to be handed on, or a negative number of what is not, which is counted} */
    private int sample(int one, long at, int length) {
        long record = buffer.base(one) + buffer.header() + (at & mask);
        int type = memory.get(ValueLayout.JAVA_INT, record);
        if (type != PerfLayout.SAMPLE) {
            if (type == PerfLayout.LOST) {
                countLost(one, at, record, length);
            } else {
                increase(others, 1);
            }
            return NONE;
        }
        int room = length - PerfLayout.SAMPLE_DATA;
        int size = room < 0 ? 0 : memory.get(ValueLayout.JAVA_INT, record + PerfLayout.HEADER_SIZE);
        if (room < 0 || Integer.compareUnsigned(size, room) > 0) {
            throw damaged(one, "the record at position " + at + " has " + length + " bytes, with a sample of "
                    + Integer.toUnsignedString(size));
        }
        if (size < recordSize) {
            increase(tooShort, 1);
            return NONE;
        }
        return size;
    }

    private void countLost(int one, long at, long record, int length) {
        if (length < PerfLayout.LOST_COUNT + Long.BYTES) {
            throw damaged(one, "the record at position " + at + " has " + length
                    + " bytes, without a number of lost ones");
        }
        long sum = lost.getPlain() + memory.get(ValueLayout.JAVA_LONG, record + PerfLayout.LOST_COUNT);
        lost.setRelease(sum < lost.getPlain() ? Long.MAX_VALUE : sum);
    }

    private MapAccessException damaged(int one, String what) {
        long end = ends[one];
        position += end - positions[one];
        positions[one] = end;
        publish();
        return new MapAccessException("perf buffer '" + buffer.name() + "': of CPU " + cpus[one] + " " + what
                + ", but the buffer of " + (mask + 1) + " bytes is written up to position " + end
                + "; skipped what it held", 0);
    }

    private void moveTo(int one, long at) {
        long moved = at - positions[one];
        if (moved > 0) { // not when skipped to the end
            positions[one] = at;
            position += moved;
        }
        if (positions[one] - published[one] >= chunk) {
            publish();
        }
    }

    @Override
    public void publish() {
        for (int i = 0; i < positions.length; i++) {
            if (published[i] != positions[i]) {
                published[i] = positions[i];
                RingLayout.POSITION.setRelease(memory, buffer.base(i) + PerfLayout.TAIL, positions[i]);
            }
        }
        consumed.setRelease(position);
    }

    @Override
    @SuppressWarnings("restricted") // the same memory, for a shorter time
    public MemorySegment data(Arena arena) {
        return memory.reinterpret(arena, null).asReadOnly();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public RingStatistics statistics() {
        long backlog = Math.max(0, produced.getAcquire() - consumed.getAcquire());
        return new RingStatistics(records.getAcquire(), others.getAcquire(), tooShort.getAcquire(), failed.getAcquire(),
                backlog, OptionalLong.of(lost.getAcquire()));
    }

    /** One writer, so no read-modify-write instruction is needed. */
    private static void increase(AtomicLong counter, int by) {
        if (by > 0) {
            counter.setRelease(counter.getPlain() + by);
        }
    }
}
