package io.ebpf4j.internal.kernel;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.export.RowVisitor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Hands on rows that were taken out of a table. When the visitor throws, those that it has not seen are put back.
 *
 * @param table where they were
 * @param visitor takes them
 */
record TakenRows(KernelTable table, RowVisitor visitor) implements BlockVisitor {
    @Override
    public void rows(MemorySegment keys, long keyStride, MemorySegment values, long valueStride, int rows) {
        int visited = 0;
        try {
            while (visited < rows) {
                long row = visited++;
                visitor.row(keys, row * keyStride, values, row * valueStride);
            }
        } catch (RuntimeException | Error e) {
            putBack(keys, values, visited, rows).ifPresent(e::addSuppressed);
            throw e;
        }
    }

    /** {@return what to tell of rows that were taken, and neither visited nor put back: there is a newer one, or no room} */
    private Optional<MapAccessException> putBack(MemorySegment keys, MemorySegment values, int from, int rows) {
        int lost = 0;
        int result = 0;
        for (int row = from; row < rows; row++) {
            int put = table.update(keys.asSlice((long) row * table.keySize()),
                    values.asSlice((long) row * table.valueSize()), Table.NO_EXIST);
            if (put != 0) {
                lost++;
                result = put;
            }
        }
        return lost == 0
                ? Optional.empty()
                : Optional
                        .of(table.failure(lost + " of " + (rows - from) + " rows were taken, not visited, and are lost,"
                                + " for they could not be put back", result));
    }
}
