package io.ebpf4j.export;

import io.ebpf4j.MapSpec;
import io.ebpf4j.decode.Shape;

/**
 * A table to be exported.
 *
 * @param program the program's name
 * @param map the table
 * @param key the type of its keys
 * @param value the type of its values
 * @param rows reads it
 */
public record TableSource(String program, MapSpec map, Shape key, Shape value, Rows rows) {
    /** Reads all rows of a table. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Visits every row once, in no order; weakly consistent while the kernel changes the table.
         *
         * @param visitor takes the rows
         * @return how many rows there were
         * @throws io.ebpf4j.MapAccessException when the kernel refuses
         * @throws IllegalStateException when the program is closed
         */
        int forEach(RowVisitor visitor);
    }
}
