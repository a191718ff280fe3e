package io.ebpf4j.metrics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Some bytes of a key or record, hashed and compared where they lie. Immutable. */
final class Spans {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    /** Keys hold what peers on the network choose; a seed keeps them from choosing collisions. */
    private static final long SEED = ThreadLocalRandom.current().nextLong();

    private final long[] starts;
    private final long[] ends;
    private final long total;

    private Spans(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
        long sum = 0;
        for (int i = 0; i < starts.length; i++) {
            sum += ends[i] - starts[i];
        }
        this.total = sum;
    }

    /** {@return all bytes of a key} */
    static Spans all(long size) {
        return new Spans(new long[]{0}, new long[]{size});
    }

    /** {@return the bytes of some members, neighbours joined} */
    static Spans of(List<Leaf> leaves, long size) {
        List<Leaf> sorted = new ArrayList<>(leaves);
        sorted.sort(Comparator.comparingLong(Leaf::offset));
        long[] starts = new long[sorted.size()];
        long[] ends = new long[sorted.size()];
        int count = 0;
        for (Leaf leaf : sorted) {
            long end = Math.min(size, leaf.offset() + leaf.shape().size());
            if (count > 0 && leaf.offset() <= ends[count - 1]) {
                ends[count - 1] = Math.max(ends[count - 1], end);
            } else {
                starts[count] = leaf.offset();
                ends[count++] = end;
            }
        }
        return new Spans(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
    }

    int hash(MemorySegment memory, long offset) {
        long hash = SEED;
        for (int i = 0; i < starts.length; i++) {
            long at = offset + starts[i];
            long end = offset + ends[i];
            for (; end - at >= Long.BYTES; at += Long.BYTES) {
                hash = mix(hash, memory.get(LONG, at));
            }
            long tail = 0;
            for (; at < end; at++) {
                tail = (tail << Byte.SIZE) | (memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF);
            }
            hash = mix(hash, tail);
        }
        return (int) (hash ^ hash >>> 32);
    }

    private static long mix(long hash, long word) {
        long product = (hash ^ word) * MULTIPLIER;
        return product ^ product >>> 29;
    }

    /** {@return the bytes, one span after the other} */
    MemorySegment copy(MemorySegment memory, long offset) {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(total)]);
        long at = 0;
        for (int i = 0; i < starts.length; i++) {
            MemorySegment.copy(memory, offset + starts[i], copy, at, ends[i] - starts[i]);
            at += ends[i] - starts[i];
        }
        return copy;
    }

    boolean matches(MemorySegment copy, MemorySegment memory, long offset) {
        long at = 0;
        for (int i = 0; i < starts.length; i++) {
            long length = ends[i] - starts[i];
            if (MemorySegment.mismatch(copy, at, at + length, memory, offset + starts[i], offset + ends[i]) >= 0) {
                return false;
            }
            at += length;
        }
        return true;
    }
}
