package io.ebpf4j.internal.bind;

import java.lang.foreign.MemorySegment;

/**
 * Makes an object of a C value. Thread-safe.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface ValueReader<T> {
    /**
     * {@return a new object}
     *
     * @param memory where the value is
     * @param offset where it begins
     */
    T read(MemorySegment memory, long offset);
}
