package io.ebpf4j.internal.kernel;

import io.ebpf4j.export.RowVisitor;
import java.lang.foreign.MemorySegment;

/** Takes rows that lie side by side, so that the loop over them is the taker's own. */
@FunctionalInterface
public interface BlockVisitor {
    /**
     * Takes some rows. Both segments are valid during the call only.
     *
     * @param keys where the keys are, from 0 on
     * @param keyStride how many bytes are from one to the next
     * @param values where the values are, from 0 on
     * @param valueStride how many bytes are from one to the next
     * @param rows how many there are
     */
    void rows(MemorySegment keys, long keyStride, MemorySegment values, long valueStride, int rows);

    /** {@return one that hands on each row by itself} */
    static BlockVisitor of(RowVisitor visitor) {
        return (keys, keyStride, values, valueStride, rows) -> {
            for (int row = 0; row < rows; row++) {
                visitor.row(keys, row * keyStride, values, row * valueStride);
            }
        };
    }
}
