package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** {@code float} and {@code double}. */
final class FloatDecoder implements FieldDecoder<Double> {
    private final int size;
    private final Layouts layouts;

    /** @param size 4 or 8 */
    FloatDecoder(int size, ByteOrder order) {
        this.size = size;
        this.layouts = Layouts.of(order);
    }

    @Override
    public Class<Double> type() {
        return Double.class;
    }

    @Override
    public Double decode(MemorySegment memory, long offset) {
        long bits = layouts.unsigned(memory, offset, size);
        return size == Float.BYTES ? (double) Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    @Override
    public void encode(Double value, MemorySegment memory, long offset) {
        layouts.put(memory, offset, size,
                size == Float.BYTES ? Float.floatToRawIntBits(value.floatValue()) : Double.doubleToRawLongBits(value));
    }
}
