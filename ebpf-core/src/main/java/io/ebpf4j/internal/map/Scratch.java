package io.ebpf4j.internal.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory for one call. It lives as long as anybody refers to it.
 *
 * @param key room for a key; its padding stays zero
 * @param value room for a value that the kernel writes
 * @param written room for a value that the kernel reads; its padding stays zero
 */
record Scratch(MemorySegment key, MemorySegment value, MemorySegment written) {
    static Scratch of(long keySize, long valueSize) {
        Arena arena = Arena.ofAuto(); // checked with one comparison, and a downcall need not hold it
        return new Scratch(arena.allocate(Math.max(1, keySize), Long.BYTES),
                arena.allocate(Math.max(1, valueSize), Long.BYTES), arena.allocate(Math.max(1, valueSize), Long.BYTES));
    }
}
