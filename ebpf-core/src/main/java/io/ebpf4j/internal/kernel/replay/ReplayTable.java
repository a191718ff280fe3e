package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.replay.MapDump.Row;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Recorded rows.
 *
 * @param rows of a dump
 */
record ReplayTable(List<Row> rows) implements Table {
    @Override
    public int forEach(RowVisitor visitor) {
        rows.forEach(row -> visitor.row(row.key(), 0, row.value(), 0));
        return rows.size();
    }

    @Override
    public boolean lookup(MemorySegment key, MemorySegment value) {
        for (Row row : rows) {
            if (row.key().mismatch(key) < 0) {
                value.copyFrom(row.value());
                return true;
            }
        }
        return false;
    }
}
