package io.ebpf4j.internal.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unaligned numbers in one byte order: packed structs are common in probes. */
record Layouts(ValueLayout.OfShort u16, ValueLayout.OfInt u32, ValueLayout.OfLong u64) {
    private static final Layouts LITTLE = in(ByteOrder.LITTLE_ENDIAN);
    private static final Layouts BIG = in(ByteOrder.BIG_ENDIAN);

    static Layouts of(ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? LITTLE : BIG;
    }

    private static Layouts in(ByteOrder order) {
        return new Layouts(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order),
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order));
    }

    /** {@return {@code size} bytes as a number, extended with zeros} */
    long unsigned(MemorySegment memory, long offset, int size) {
        return switch (size) {
            case 1 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset));
            case 2 -> Short.toUnsignedLong(memory.get(u16, offset));
            case 4 -> Integer.toUnsignedLong(memory.get(u32, offset));
            case 8 -> memory.get(u64, offset);
            default -> throw new IllegalArgumentException("no number has " + size + " bytes");
        };
    }

    /** {@return {@code size} bytes as a number, extended by its sign} */
    long signed(MemorySegment memory, long offset, int size) {
        int unused = Long.SIZE - size * Byte.SIZE;
        return unsigned(memory, offset, size) << unused >> unused;
    }

    /** Writes the low {@code size} bytes of a number. */
    void put(MemorySegment memory, long offset, int size, long value) {
        switch (size) {
            case 1 -> memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
            case 2 -> memory.set(u16, offset, (short) value);
            case 4 -> memory.set(u32, offset, (int) value);
            case 8 -> memory.set(u64, offset, value);
            default -> throw new IllegalArgumentException("no number has " + size + " bytes");
        }
    }
}
