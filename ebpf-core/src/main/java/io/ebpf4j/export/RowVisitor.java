package io.ebpf4j.export;

import java.lang.foreign.MemorySegment;

/** Takes the rows of a table. */
@FunctionalInterface
public interface RowVisitor {
    /**
     * Takes one row. Both segments are valid during the call only.
     *
     * @param keys where the key is
     * @param keyOffset where it begins
     * @param values where the value is
     * @param valueOffset where it begins
     */
    void row(MemorySegment keys, long keyOffset, MemorySegment values, long valueOffset);
}
