package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.NumberDecoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Integers of 1, 2, 4 and 8 bytes. An unsigned 64-bit one is a {@link java.math.BigInteger} from 2^63 on. */
public final class IntegerDecoder implements NumberDecoder {
    private final int size;
    private final boolean signed;
    private final Layouts layouts;

    IntegerDecoder(int size, boolean signed, ByteOrder order) {
        this.size = size;
        this.signed = signed;
        this.layouts = Layouts.of(order);
    }

    /** {@return whether it is read as this machine has its numbers} */
    public boolean isNative() {
        return layouts.isNative();
    }

    @Override
    public Class<Number> type() {
        return Number.class;
    }

    @Override
    public long decodeLong(MemorySegment memory, long offset) {
        return signed ? layouts.signed(memory, offset, size) : layouts.unsigned(memory, offset, size);
    }

    @Override
    public Number decode(MemorySegment memory, long offset) {
        return Unsigned.number(decodeLong(memory, offset), signed);
    }

    @Override
    public void encode(Number value, MemorySegment memory, long offset) {
        Unsigned.checkFits(value, bits(), signed);
        layouts.put(memory, offset, size, value.longValue());
    }

    @Override
    public void encodeLong(long value, MemorySegment memory, long offset) {
        int unused = Long.SIZE - bits();
        if ((signed ? value << unused >> unused : value << unused >>> unused) != value) {
            Unsigned.checkFits(value, bits(), signed); // throws, with what to say
        }
        layouts.put(memory, offset, size, value);
    }

    @Override
    public boolean signed() {
        return signed;
    }

    @Override
    public int bits() {
        return size * Byte.SIZE;
    }
}
