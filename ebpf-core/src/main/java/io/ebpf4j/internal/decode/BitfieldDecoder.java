package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.NumberDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Bitfields of up to 64 bits. The first bit is counted as BTF does: from a byte's least significant end on little-endian
 * machines, from its most significant end on big-endian ones.
 */
final class BitfieldDecoder implements NumberDecoder {
    private final int firstBit;
    private final int bits;
    private final boolean signed;
    private final boolean little;

    /**
     * @param firstBit of the first byte, 0..7
     * @param bits 1..64
     */
    BitfieldDecoder(int firstBit, int bits, boolean signed, ByteOrder order) {
        this.firstBit = firstBit;
        this.bits = bits;
        this.signed = signed;
        this.little = order == ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public Class<Number> type() {
        return Number.class;
    }

    @Override
    public long decodeLong(MemorySegment memory, long offset) {
        long value = 0;
        int skipped = firstBit;
        for (int got = 0, at = 0; got < bits; at++) {
            int octet = Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset + at));
            int taken = Math.min(Byte.SIZE - skipped, bits - got);
            int mask = (1 << taken) - 1;
            value = little
                    ? value | (long) ((octet >> skipped) & mask) << got
                    : value << taken | ((octet >> (Byte.SIZE - skipped - taken)) & mask);
            got += taken;
            skipped = 0;
        }
        int unused = Long.SIZE - bits;
        return signed ? value << unused >> unused : value;
    }

    @Override
    public Number decode(MemorySegment memory, long offset) {
        return Unsigned.number(decodeLong(memory, offset), signed);
    }

    /** Leaves the bits of its neighbours as they are. */
    @Override
    public void encode(Number value, MemorySegment memory, long offset) {
        Unsigned.checkFits(value, bits, signed);
        long left = value.longValue();
        int skipped = firstBit;
        for (int put = 0, at = 0; put < bits; at++) {
            int octet = Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset + at));
            int taken = Math.min(Byte.SIZE - skipped, bits - put);
            int shift = little ? skipped : Byte.SIZE - skipped - taken;
            int mask = ((1 << taken) - 1) << shift;
            int part = (int) (left >>> (little ? put : bits - put - taken)) << shift;
            memory.set(ValueLayout.JAVA_BYTE, offset + at, (byte) ((octet & ~mask) | (part & mask)));
            put += taken;
            skipped = 0;
        }
    }

    @Override
    public boolean signed() {
        return signed;
    }

    @Override
    public int bits() {
        return bits;
    }
}
