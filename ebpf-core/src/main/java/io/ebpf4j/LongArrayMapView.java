package io.ebpf4j;

import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.internal.bind.IntegerField;
import io.ebpf4j.internal.map.Cells;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The values of an array of integers of C, as longs: nothing is allocated. What {@link ArrayMapView} says of shared memory,
 * errors and threads is true here; values of 32 and 64 bits in shared memory can be changed atomically with what
 * functions in the kernel do. Numbers are as C has them: a {@code u32} is never negative; of a {@code u64} its bits.
 *
 * {@snippet :
 * var hits = program.map("hits").asLongArray();
 * hits.getAndAdd(3, 1); // an ARRAY with __uint(map_flags, BPF_F_MMAPABLE)
 * }
 */
public final class LongArrayMapView {
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    /** Takes values. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one value.
         *
         * @param index where it is
         * @param value what it is
         */
        void element(int index, long value);
    }

    private final Cells cells;
    private final IntegerField field;
    private final boolean wide;
    private final String notAtomic;

    LongArrayMapView(Cells cells, IntegerField field, ByteOrder order) {
        this.cells = cells;
        this.field = field;
        this.wide = field.decoder().bits() == Long.SIZE;
        this.notAtomic = notAtomic(cells, field.decoder(), order);
    }

    /** {@return how many values there are} */
    public int length() {
        return cells.length();
    }

    /** {@return whether the values are in memory that is shared with the kernel, so that no system call is made} */
    public boolean isShared() {
        return cells.shared().isPresent();
    }

    /**
     * {@return a value}
     *
     * @param index from 0 on
     */
    public long get(int index) {
        return cells.get(index, field);
    }

    /**
     * Writes a value.
     *
     * @param index from 0 on
     * @param value what it is to be
     * @throws IllegalArgumentException when it does not fit the C type
     * @throws UnsupportedOperationException when the program is a replay
     */
    public void set(int index, long value) {
        cells.set(index, value, field);
    }

    /**
     * {@return a value; what the kernel wrote before it stored that, with release or full order, is seen from then on}
     *
     * @param index from 0 on
     * @throws UnsupportedOperationException when the memory is not shared, or has no integers of 32 or 64 bits
     */
    public long getAcquire(int index) {
        MemorySegment memory = atomic();
        try {
            return wide
                    ? (long) LONG.getAcquire(memory, cells.offset(index))
                    : widened((int) INT.getAcquire(memory, cells.offset(index)));
        } catch (IllegalStateException e) {
            throw cells.closed(memory, e);
        }
    }

    /**
     * Adds to a value, as {@code __sync_fetch_and_add} does; it wraps around.
     *
     * @param index from 0 on
     * @param delta what to add
     * @return the value before
     * @throws UnsupportedOperationException when the memory is not shared, or has no integers of 32 or 64 bits
     */
    public long getAndAdd(int index, long delta) {
        MemorySegment memory = atomic();
        try {
            return wide
                    ? (long) LONG.getAndAdd(memory, cells.offset(index), delta)
                    : widened((int) INT.getAndAdd(memory, cells.offset(index), (int) delta));
        } catch (IllegalStateException e) {
            throw cells.closed(memory, e);
        }
    }

    /**
     * Writes a value if it still is the one that is expected, as {@code __sync_bool_compare_and_swap} does.
     *
     * @param index from 0 on
     * @param expected the old value
     * @param value the new value
     * @return whether it was the old value
     * @throws IllegalArgumentException when one of the two does not fit the C type
     * @throws UnsupportedOperationException when the memory is not shared, or has no integers of 32 or 64 bits
     */
    public boolean compareAndSet(int index, long expected, long value) {
        MemorySegment memory = atomic();
        try {
            return wide
                    ? LONG.compareAndSet(memory, cells.offset(index), expected, value)
                    : INT.compareAndSet(memory, cells.offset(index), narrowed(expected), narrowed(value));
        } catch (IllegalStateException e) {
            throw cells.closed(memory, e);
        }
    }

    /**
     * Visits all values.
     *
     * @param visitor takes index and value; what it throws ends the visit
     */
    public void forEach(Visitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        cells.forEach((keyMemory, keyOffset, valueMemory, valueOffset) -> visitor
                .element(cells.index(keyMemory, keyOffset), field.read(valueMemory, valueOffset)));
    }

    /** {@return all values as they are now, by their indexes} */
    public long[] toArray() {
        long[] result = new long[cells.length()];
        forEach((index, value) -> result[index] = value);
        return result;
    }

    private MemorySegment atomic() {
        if (!notAtomic.isEmpty()) {
            throw new UnsupportedOperationException(cells.where() + notAtomic);
        }
        return cells.shared().orElseThrow();
    }

    private long widened(int bits) {
        return field.decoder().signed() ? bits : Integer.toUnsignedLong(bits);
    }

    private int narrowed(long value) {
        int bits = (int) value;
        if (widened(bits) != value) {
            throw new IllegalArgumentException(
                    cells.where() + ": no element of C type " + field.spelling() + " can be " + value);
        }
        return bits;
    }

    private static String notAtomic(Cells cells, NumberDecoder number, ByteOrder order) {
        if (cells.shared().isEmpty()) {
            return ": is not in shared memory, so that nothing in it can be changed atomically from here; declare it with"
                    + " __uint(map_flags, BPF_F_MMAPABLE)";
        }
        if (number.bits() < Integer.SIZE) {
            return ": has integers of " + number.bits() + " bits; only those of 32 and 64 bits are atomic";
        }
        return order == ByteOrder.nativeOrder() ? "" : ": is of a program for " + order + " machines";
    }
}
