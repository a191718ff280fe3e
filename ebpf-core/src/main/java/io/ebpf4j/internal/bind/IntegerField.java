package io.ebpf4j.internal.bind;

import io.ebpf4j.BindingException;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Scalar;
import java.lang.foreign.MemorySegment;

/**
 * An integer of C as a long, with no object made. A {@code u32} is never negative, a {@code u64} its bits.
 *
 * @param decoder reads and writes it
 * @param spelling the C type, for messages
 */
public record IntegerField(NumberDecoder decoder, String spelling) {
    /**
     * {@return an integer}
     *
     * @param shape the C type
     * @param where how messages call the place
     * @param instead what else can be used
     * @throws BindingException when it is no integer of up to 64 bits
     */
    public static IntegerField of(Shape shape, String where, String instead) {
        if (shape instanceof Scalar(_, long size, NumberDecoder number) && number.bits() == size * Byte.SIZE) {
            return new IntegerField(number, shape.spelling());
        }
        throw new BindingException(where + ": is of C type " + shape.spelling()
                + ", which is no integer of up to 64 bits; use " + instead);
    }

    /** {@return its value} */
    public long read(MemorySegment memory, long offset) {
        return decoder.decodeLong(memory, offset);
    }

    /** Writes its value. Throws {@link IllegalArgumentException} when it does not fit. */
    public void write(long value, MemorySegment memory, long offset) {
        decoder.encodeLong(value, memory, offset);
    }
}
