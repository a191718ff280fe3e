package io.ebpf4j.decode;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Turns the bytes of one field into a Java value. Stateless or thread-safe; never throws for any bytes, for they come
 * from the kernel and the program's author, not from the reader.
 *
 * @param <T> what it yields
 */
public interface FieldDecoder<T> {
    /** {@return the class of the values} */
    Class<T> type();

    /**
     * {@return the value}
     *
     * @param memory where the bytes are; at least the field's size from {@code offset} on
     * @param offset where the field begins
     */
    T decode(MemorySegment memory, long offset);

    /**
     * {@return the value as a label or in a line of text}
     *
     * @param value a value this decoder yielded
     */
    default String text(T value) {
        return value.toString();
    }

    /**
     * {@return the number behind the text, for values where both matter, such as a duration or an enum's constant}
     *
     * @param value a value this decoder yielded
     */
    default Optional<Number> raw(T value) {
        return Optional.empty();
    }

    /**
     * Writes a value back, as a map's key needs it.
     *
     * @param value what to write
     * @param memory where to; at least the field's size from {@code offset} on
     * @param offset where the field begins
     * @throws IllegalArgumentException when the field cannot hold this value
     */
    default void encode(T value, MemorySegment memory, long offset) {
        throw new IllegalArgumentException(type().getSimpleName() + " values can be read but not written here");
    }
}
