package io.ebpf4j.internal.kernel;

import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * A part of a visit in batches: the rows of a hash from one bucket to another, so that several threads can visit one map. That
 * the place where a batch ends is the number of a bucket has been so since Linux 5.6, but nothing promises it. So it is
 * checked before.
 *
 * <p>A batch that ends behind the last bucket of the part may have rows of the next part. They are told by their keys: those
 * that the kernel gives at that moment for the begin of the next part.
 */
final class PartWalk {
    private static final int CURSOR_SIZE = 4;

    private final KernelTable table;
    private final MapCalls calls;
    private final long buckets;

    PartWalk(KernelTable table, MapCalls calls) {
        this.table = table;
        this.calls = calls;
        // htab_map_alloc: n_buckets = roundup_pow_of_two(max_entries)
        this.buckets = Math.max(1, Long.highestOneBit(Math.max(1, table.maxEntries()) * 2 - 1));
    }

    /** {@return whether the kernel takes numbers of buckets for places, and gives them} */
    boolean isPossible() {
        try (var half = new Batch(table.batch())) {
            half.from(buckets / 2);
            int result = half.call();
            return result == -Errno.ENOENT || (result == 0 && half.cursor() > buckets / 2 && half.cursor() <= buckets);
        }
    }

    private long begin(int part, int parts) {
        return buckets * part / parts;
    }

    /**
     * Visits the rows of a part.
     *
     * @param part from 0 on
     * @param parts how many there are
     * @param visitor takes the rows
     * @return how many there were
     */
    int run(int part, int parts, BlockVisitor visitor) {
        long begin = begin(part, parts);
        long end = begin(part + 1, parts);
        try (var batch = new Batch(table.batch())) {
            if (part > 0) {
                batch.from(begin);
            }
            int rows = 0;
            while (true) {
                boolean last = batch.read();
                long reached = last ? buckets : batch.cursor();
                int mine = reached <= end || end == buckets ? batch.rows : ownRows(batch, end);
                visitor.rows(batch.keys, table.keySize(), batch.values, table.valueSize(), mine);
                rows += mine;
                if (reached >= end || mine < batch.rows) {
                    return rows;
                }
                batch.advance();
            }
        }
    }

    /** {@return how many rows of a batch come before those of the next part} */
    private int ownRows(Batch batch, long end) {
        Set<ByteBuffer> next = new HashSet<>();
        try (var beyond = new Batch(batch.capacity)) {
            beyond.from(end);
            beyond.read();
            for (int row = 0; row < beyond.rows; row++) {
                next.add(beyond.key(row));
            }
        }
        for (int row = 0; row < batch.rows; row++) {
            if (next.contains(batch.key(row))) {
                return row;
            }
        }
        return batch.rows;
    }

    /** Rows of one call, and where the next one goes on. */
    private final class Batch implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment cursor = arena.allocate(Math.max(CURSOR_SIZE, table.keySize()), Long.BYTES);
        private final MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        private MemorySegment from = MemorySegment.NULL;
        private MemorySegment keys = MemorySegment.NULL;
        private MemorySegment values = MemorySegment.NULL;
        private int capacity;
        private int rows;

        Batch(int capacity) {
            resize(capacity);
        }

        private void resize(int rowsAtMost) {
            capacity = rowsAtMost;
            keys = arena.allocate((long) capacity * table.keySize(), Long.BYTES);
            values = arena.allocate((long) capacity * table.valueSize(), Long.BYTES);
        }

        void from(long bucket) {
            cursor.set(ValueLayout.JAVA_INT, 0, (int) bucket);
            from = cursor;
        }

        void advance() {
            from = cursor;
        }

        int call() {
            count.set(ValueLayout.JAVA_INT, 0, capacity);
            return calls.lookupBatch(from, cursor, keys, values, count);
        }

        /** {@return whether there are no more} */
        boolean read() {
            while (true) {
                int result = call();
                rows = count.get(ValueLayout.JAVA_INT, 0);
                if (rows < 0 || rows > capacity) {
                    throw table.failure("batch lookup of " + capacity + " rows gave " + rows, result);
                }
                if (result == 0 || result == -Errno.ENOENT) {
                    return result != 0;
                }
                if (result != -Errno.ENOSPC || capacity > table.maxEntries()) {
                    throw table.failure("batch lookup in several threads", result);
                }
                resize(2 * capacity);
            }
        }

        /** {@return the bucket where the next batch begins} */
        long cursor() {
            return Integer.toUnsignedLong(cursor.get(ValueLayout.JAVA_INT, 0));
        }

        ByteBuffer key(int row) {
            return ByteBuffer.wrap(keys.asSlice((long) row * table.keySize(), table.keySize())
                    .toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
