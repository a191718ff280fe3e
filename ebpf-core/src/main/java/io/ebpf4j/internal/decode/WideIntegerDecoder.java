package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;

/** Integers of more than 8 bytes: {@code __int128}. */
final class WideIntegerDecoder implements FieldDecoder<BigInteger> {
    private final int size;
    private final boolean signed;
    private final ByteOrder order;

    WideIntegerDecoder(int size, boolean signed, ByteOrder order) {
        this.size = size;
        this.signed = signed;
        this.order = order;
    }

    @Override
    public Class<BigInteger> type() {
        return BigInteger.class;
    }

    @Override
    public BigInteger decode(MemorySegment memory, long offset) {
        byte[] magnitude = new byte[size];
        for (int i = 0; i < size; i++) {
            long at = offset + (order == ByteOrder.BIG_ENDIAN ? i : size - 1 - i);
            magnitude[i] = memory.get(ValueLayout.JAVA_BYTE, at);
        }
        return signed ? new BigInteger(magnitude) : new BigInteger(1, magnitude);
    }
}
