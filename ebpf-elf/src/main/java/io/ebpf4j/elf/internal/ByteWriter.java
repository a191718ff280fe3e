package io.ebpf4j.elf.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing array of bytes: numbers are appended, or set at an offset that has been written before. The counterpart of
 * {@link ByteReader}. Not for use by several threads.
 */
public final class ByteWriter {
    private final ByteOrder order;
    private final ValueLayout.OfShort u16;
    private final ValueLayout.OfInt u32;
    private final ValueLayout.OfLong u64;
    private byte[] array = new byte[64];
    private MemorySegment bytes = MemorySegment.ofArray(array);
    private int size;

    /**
     * Begins with no bytes.
     *
     * @param order the byte order of every number
     */
    public ByteWriter(ByteOrder order) {
        this.order = order;
        this.u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.u64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    /** {@return how many bytes were written, which is the offset of the next one} */
    public int size() {
        return size;
    }

    /** {@return the byte order of the numbers} */
    public ByteOrder order() {
        return order;
    }

    /**
     * Appends the lowest 8 bits.
     *
     * @param value the number
     */
    public void u8(int value) {
        int at = extend(1);
        setU8(at, value);
    }

    /**
     * Appends the lowest 16 bits.
     *
     * @param value the number
     */
    public void u16(int value) {
        int at = extend(2);
        setU16(at, value);
    }

    /**
     * Appends the lowest 32 bits.
     *
     * @param value the number
     */
    public void u32(long value) {
        int at = extend(4);
        setU32(at, value);
    }

    /**
     * Appends 64 bits.
     *
     * @param value the number
     */
    public void u64(long value) {
        int at = extend(8);
        setU64(at, value);
    }

    /**
     * Appends bytes.
     *
     * @param source what to append
     */
    public void bytes(MemorySegment source) {
        int at = extend(source.byteSize());
        MemorySegment.copy(source, 0, bytes, at, source.byteSize());
    }

    /**
     * Appends bytes.
     *
     * @param source what to append
     */
    public void bytes(byte[] source) {
        bytes(MemorySegment.ofArray(source));
    }

    /**
     * Appends zeros until the size is a multiple.
     *
     * @param alignment a power of two, in bytes
     */
    public void align(int alignment) {
        extend(-size & (alignment - 1));
    }

    /**
     * Overwrites 8 bits.
     *
     * @param offset where
     * @param value the number
     * @throws IndexOutOfBoundsException when nothing was written there before
     */
    public void setU8(int offset, int value) {
        check(offset, 1);
        array[offset] = (byte) value;
    }

    /**
     * Overwrites 16 bits.
     *
     * @param offset where
     * @param value the number
     * @throws IndexOutOfBoundsException when nothing was written there before
     */
    public void setU16(int offset, int value) {
        check(offset, 2);
        bytes.set(u16, offset, (short) value);
    }

    /**
     * Overwrites 32 bits.
     *
     * @param offset where
     * @param value the number
     * @throws IndexOutOfBoundsException when nothing was written there before
     */
    public void setU32(int offset, long value) {
        check(offset, 4);
        bytes.set(u32, offset, (int) value);
    }

    /**
     * Overwrites 64 bits.
     *
     * @param offset where
     * @param value the number
     * @throws IndexOutOfBoundsException when nothing was written there before
     */
    public void setU64(int offset, long value) {
        check(offset, 8);
        bytes.set(u64, offset, value);
    }

    /**
     * {@return the 8 bits at an offset}
     *
     * @param offset where
     * @throws IndexOutOfBoundsException when nothing was written there before
     */
    public int getU8(int offset) {
        check(offset, 1);
        return Byte.toUnsignedInt(array[offset]);
    }

    /** {@return what was written, as a read-only view that later writes may or may not change} */
    public MemorySegment view() {
        return bytes.asSlice(0, size).asReadOnly();
    }

    /** {@return a copy of what was written} */
    public byte[] toByteArray() {
        return Arrays.copyOf(array, size);
    }

    private int extend(long count) {
        int at = size;
        long newSize = at + count;
        if (newSize > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("an array of " + newSize + " bytes is more than Java has");
        }
        if (newSize > array.length) {
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8, newSize + (newSize >> 1)));
            bytes = MemorySegment.ofArray(array);
        }
        size = (int) newSize;
        return at;
    }

    private void check(int offset, int length) {
        Objects.checkFromIndexSize(offset, length, size);
    }
}
