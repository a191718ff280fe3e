package io.ebpf4j.internal.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unaligned numbers in one byte order: packed structs are common in probes.
 *
 * @param foreign whether the order is not this machine's. Bytes are turned round here then, for the JIT compiler only makes
 * one instruction of an access by a layout that is a constant to it
 */
record Layouts(boolean foreign) {
    private static final Layouts NATIVE = new Layouts(false);
    private static final Layouts FOREIGN = new Layouts(true);

    static Layouts of(ByteOrder order) {
        return order == ByteOrder.nativeOrder() ? NATIVE : FOREIGN;
    }

    boolean isNative() {
        return !foreign;
    }

    /** {@return {@code size} bytes as a number, extended with zeros} */
    long unsigned(MemorySegment memory, long offset, int size) {
        return switch (size) {
            case 1 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset));
            case 2 -> {
                short read = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
                yield Short.toUnsignedLong(foreign ? Short.reverseBytes(read) : read);
            }
            case 4 -> {
                int read = memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
                yield Integer.toUnsignedLong(foreign ? Integer.reverseBytes(read) : read);
            }
            case 8 -> {
                long read = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
                yield foreign ? Long.reverseBytes(read) : read;
            }
            default -> throw noNumber(size);
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
            case 2 -> {
                short low = (short) value;
                memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, foreign ? Short.reverseBytes(low) : low);
            }
            case 4 -> {
                int low = (int) value;
                memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, foreign ? Integer.reverseBytes(low) : low);
            }
            case 8 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, foreign ? Long.reverseBytes(value) : value);
            default -> throw noNumber(size);
        }
    }

    private static IllegalArgumentException noNumber(int size) {
        return new IllegalArgumentException("no number has " + size + " bytes");
    }
}
