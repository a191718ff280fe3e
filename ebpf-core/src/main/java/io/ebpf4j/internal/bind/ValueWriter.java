package io.ebpf4j.internal.bind;

import java.lang.foreign.MemorySegment;

/**
 * Writes an object as a C value. Thread-safe.
 *
 * @param <T> what it takes
 */
@FunctionalInterface
public interface ValueWriter<T> {
    /**
     * Writes all bytes of a value but its padding.
     *
     * @param value the object
     * @param memory where to; zeroed
     * @param offset where the value begins
     * @throws IllegalArgumentException when a field cannot hold what the object has
     */
    void write(T value, MemorySegment memory, long offset);
}
