package io.ebpf4j.decode;

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

    /** {@return whether the C type has a sign; if not, a negative {@link #decodeLong} stands for 2^63 and more} */
    boolean signed();

    /** {@return how many bits of a value count: 8, 16, 32, 64, or a bitfield's width} */
    int bits();
}
