package io.ebpf4j.internal.bind;

import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.internal.decode.IntegerDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * An integer of any size, cut out of the eight bytes that it is among: the same few instructions for each, where a decoder
 * first asks how many bytes there are.
 *
 * @param offset of the eight bytes in the record
 * @param left how many bits are above it
 * @param right how many bits it is to be moved down then
 * @param signed whether its highest bit is a sign
 */
public record WordField(long offset, int left, int right, boolean signed) {
    /**
     * {@return how to read a field; nothing when it is none that this machine could have, or the record has no eight bytes}
     *
     * @param offset of the field in the record
     * @param decoder of the field
     * @param recordSize what each record has at least
     */
    public static Optional<WordField> of(long offset, NumberDecoder decoder, long recordSize) {
        if (!(decoder instanceof IntegerDecoder integer) || !integer.isNative() || recordSize < Long.BYTES) {
            return Optional.empty();
        }
        long word = Math.min(offset, recordSize - Long.BYTES);
        int before = Math.toIntExact(offset - word) * Byte.SIZE;
        int unused = Long.SIZE - integer.bits();
        int left = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? before : unused - before;
        return Optional.of(new WordField(word, left, unused, integer.signed()));
    }

    /** {@return its value in a record} */
    public long read(MemorySegment memory, long record) {
        long bits = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, record + offset) << left;
        return signed ? bits >> right : bits >>> right;
    }
}
