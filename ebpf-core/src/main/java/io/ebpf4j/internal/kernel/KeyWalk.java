package io.ebpf4j.internal.kernel;

import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One visit of a table key by key. The key after one that has just vanished is the first key again, so that under churn this
 * meets rows twice and could go on for ever: rows are told apart by their keys, and steps are counted.
 */
final class KeyWalk {
    private static final int STEPS_PER_ROW = 8;

    private final KernelTable table;
    private final MapCalls calls;

    KeyWalk(KernelTable table, MapCalls calls) {
        this.table = table;
        this.calls = calls;
    }

    Walk walk(BlockVisitor visitor) {
        Map<ByteBuffer, MemorySegment> rows = new LinkedHashMap<>();
        boolean complete = collect(rows);
        rows.forEach((key, value) -> visitor.rows(MemorySegment.ofBuffer(key), table.keySize(), value,
                table.valueSize(), 1));
        return new Walk(rows.size(), complete);
    }

    /** Takes what {@link #walk} finds, and of that only what is still there: to begin again and again may have no end. */
    Walk drain(RowVisitor visitor) {
        Map<ByteBuffer, MemorySegment> rows = new LinkedHashMap<>();
        boolean complete = collect(rows);
        int taken = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(table.keySize(), Long.BYTES);
            MemorySegment value = arena.allocate(table.valueSize(), Long.BYTES);
            for (ByteBuffer bytes : rows.keySet()) {
                key.copyFrom(MemorySegment.ofBuffer(bytes));
                int result = table.take(key, value);
                if (result == 0) {
                    visitor.row(key, 0, value, 0);
                    taken++;
                } else if (result != -Errno.ENOENT) {
                    throw table.failure("lookup and delete after " + taken + " rows", result);
                }
            }
        }
        return new Walk(taken, complete);
    }

    /** {@return whether it came to the end} */
    private boolean collect(Map<ByteBuffer, MemorySegment> rows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(table.keySize(), Long.BYTES);
            MemorySegment value = arena.allocate(table.valueSize(), Long.BYTES);
            int result = calls.nextKey(MemorySegment.NULL, key);
            for (long steps = 0; result == 0; steps++) {
                if (steps > STEPS_PER_ROW * table.maxEntries()) {
                    return false;
                }
                int found = table.lookup(key, value);
                if (found == 0) {
                    rows.put(ByteBuffer.wrap(key.toArray(ValueLayout.JAVA_BYTE)),
                            MemorySegment.ofArray(value.toArray(ValueLayout.JAVA_BYTE)));
                } else if (found != -Errno.ENOENT) {
                    throw table.failure("lookup after " + rows.size() + " rows", found);
                }
                result = calls.nextKey(key, key);
            }
            if (result != -Errno.ENOENT) {
                throw table.failure("next key after " + rows.size() + " rows", result);
            }
            return true;
        }
    }
}
