package io.ebpf4j.decode;

import io.ebpf4j.internal.decode.Unsigned;
import java.lang.foreign.MemorySegment;

/**
 * A decoder whose values are plain integers of at most 64 bits, readable without an object. Labels and values of meters
 * come through here.
 */
public interface NumberDecoder extends FieldDecoder<Number> {
    /**
     * {@return the value's bits, extended to 64 by its sign or with zeros}
     *
     * @param memory where the bytes are
     * @param offset where the field begins
     */
    long decodeLong(MemorySegment memory, long offset);

    /**
     * Writes bits back that {@link #decodeLong} has read, or would; a decoder may do so without an object.
     *
     * @param value the number; of an unsigned 64-bit one its bits
     * @param memory where to
     * @param offset where the field begins
     * @throws IllegalArgumentException when the field cannot hold this value
     */
    default void encodeLong(long value, MemorySegment memory, long offset) {
        encode(signed() || value >= 0 || bits() < Long.SIZE ? Long.valueOf(value) : Unsigned.number(value), memory,
                offset);
    }

    /** {@return whether the C type has a sign; if not, a negative {@link #decodeLong} stands for 2^63 and more} */
    boolean signed();

    /** {@return how many bits of a value count: 8, 16, 32, 64, or a bitfield's width} */
    int bits();
}
