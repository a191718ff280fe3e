package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.internal.kernel.BlockVisitor;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.internal.kernel.WalkProgram;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.replay.MapDump.Row;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recorded rows. They are read, not written: what was recorded stays what was seen.
 *
 * @param program how messages call the program
 * @param map what it is like
 * @param rows of a dump
 * @param order of the program's bytes
 */
record ReplayTable(String program, MapSpec map, List<Row> rows, ByteOrder order) implements Table {
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
        Optional<Row> found = find(key.asSlice(0, map.keySize()));
        found.ifPresent(row -> value.copyFrom(row.value()));
        if (found.isEmpty() && isArray()) {
            value.fill((byte) 0); // what nobody has written; the view has checked the index
        }
        return found.isPresent() || isArray() ? 0 : -Errno.ENOENT;
    }

    private Optional<Row> find(MemorySegment key) {
        if (map.type() == MapType.LPM_TRIE) {
            return rows.stream().filter(row -> isPrefix(row.key(), key)).max(Comparator.comparingLong(this::bits));
        }
        return rows.stream().filter(row -> row.key().mismatch(key) < 0).findFirst();
    }

    /** A trie's keys begin with the number of bits that count of those behind it. */
    private boolean isPrefix(MemorySegment prefix, MemorySegment key) {
        long bits = bits(prefix);
        if (bits > bits(key)) {
            return false;
        }
        long whole = Integer.BYTES + bits / Byte.SIZE;
        int rest = 0xff00 >> bits % Byte.SIZE & 0xff;
        return MemorySegment.mismatch(prefix, Integer.BYTES, whole, key, Integer.BYTES, whole) < 0 && (rest == 0
                || ((prefix.get(ValueLayout.JAVA_BYTE, whole) ^ key.get(ValueLayout.JAVA_BYTE, whole)) & rest) == 0);
    }

    private long bits(Row row) {
        return bits(row.key());
    }

    /** No more than there are, whatever a dump says. */
    private long bits(MemorySegment key) {
        return Math.min(Integer.toUnsignedLong(key.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0)),
                (map.keySize() - Integer.BYTES) * (long) Byte.SIZE);
    }

    private boolean isArray() {
        return map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
    }

    @Override
    public Walk walk(BlockVisitor visitor) {
        return new Walk(forEach(visitor), true);
    }

    @Override
    public int forEach(BlockVisitor visitor) {
        if (isArray()) {
            return forEachElement(visitor);
        }
        rows.forEach(row -> visitor.rows(row.key(), 0, row.value(), 0, 1));
        return rows.size();
    }

    private int forEachElement(BlockVisitor visitor) {
        Map<Integer, MemorySegment> recorded = new HashMap<>();
        rows.forEach(
                row -> recorded.put(row.key().get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0), row.value()));
        MemorySegment zero = MemorySegment.ofArray(new byte[valueSize()]);
        MemorySegment key = MemorySegment.ofArray(new byte[Integer.BYTES]);
        int length = (int) Math.min(Integer.MAX_VALUE, map.maxEntries());
        for (int index = 0; index < length; index++) {
            key.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0, index);
            visitor.rows(key, 0, recorded.getOrDefault(index, zero), 0, 1);
        }
        return length;
    }

    @Override
    public boolean isDivisible() {
        return false;
    }

    @Override
    public int walkPart(int part, int parts, BlockVisitor visitor) {
        return part == 0 ? forEach(visitor) : 0;
    }

    @Override
    public WalkProgram walkProgram() {
        throw new KernelSupportException(program + ": map '" + map.name()
                + "': no program walks it: it is a recording and in no kernel", 0);
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
