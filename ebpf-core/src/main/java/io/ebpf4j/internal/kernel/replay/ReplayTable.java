package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.replay.MapDump.Row;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Recorded rows. They are read, not written: what was recorded stays what was seen.
 *
 * @param program how messages call the program
 * @param map what it is like
 * @param rows of a dump
 */
record ReplayTable(String program, MapSpec map, List<Row> rows) implements Table {
    @Override
    public int valueSize() {
        return rows.isEmpty() ? oneValue(map) : Math.toIntExact(rows.getFirst().value().byteSize());
    }

    /** {@return the bytes of a value, of a per-CPU kind that of one CPU} */
    static int oneValue(MapSpec map) {
        return map.type().isPerCpu() ? Math.ceilDiv(map.valueSize(), Long.BYTES) * Long.BYTES : map.valueSize();
    }

    @Override
    public long maxEntries() {
        return map.maxEntries();
    }

    @Override
    public int batch() {
        return Math.max(1, rows.size());
    }

    @Override
    public int lookup(MemorySegment key, MemorySegment value) {
        for (Row row : rows) {
            if (row.key().mismatch(key) < 0) {
                value.copyFrom(row.value());
                return 0;
            }
        }
        if (map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY) {
            value.fill((byte) 0); // what nobody has written is zero; the index was checked
            return 0;
        }
        return -Errno.ENOENT;
    }

    @Override
    public Walk walk(RowVisitor visitor) {
        return new Walk(forEach(visitor), true);
    }

    @Override
    public int forEach(RowVisitor visitor) {
        rows.forEach(row -> visitor.row(row.key(), 0, row.value(), 0));
        return rows.size();
    }

    @Override
    public int update(MemorySegment key, MemorySegment value, long flags) {
        throw unsupported();
    }

    @Override
    public int delete(MemorySegment key) {
        throw unsupported();
    }

    @Override
    public int take(MemorySegment key, MemorySegment value) {
        throw unsupported();
    }

    @Override
    public int updateAll(MemorySegment keys, MemorySegment values, int count) {
        throw unsupported();
    }

    @Override
    public int deleteAll(MemorySegment keys, int count) {
        throw unsupported();
    }

    @Override
    public Walk drain(RowVisitor visitor) {
        throw unsupported();
    }

    @Override
    public MapAccessException failure(String call, int result) {
        return new MapAccessException(
                program + ": map '" + map.name() + "': " + call + ": " + Errno.describe(-result), -result);
    }

    private UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException(program + ": map '" + map.name()
                + "' is a recording and in no kernel, so it can be read but not written; load the program to do that");
    }
}
