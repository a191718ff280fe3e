package io.ebpf4j.internal.kernel;

import io.ebpf4j.export.RowVisitor;
import java.lang.foreign.MemorySegment;

/** The rows of a map. Safe for use by several threads. */
public interface Table {
    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go.
     *
     * @param visitor takes the rows
     * @return how many rows were visited
     */
    int forEach(RowVisitor visitor);

    /**
     * {@return whether the map has a key; if so its value has been copied}
     *
     * @param key native memory of the key's size
     * @param value native memory of the value's size
     */
    boolean lookup(MemorySegment key, MemorySegment value);
}
