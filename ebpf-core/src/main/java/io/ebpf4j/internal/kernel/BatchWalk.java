package io.ebpf4j.internal.kernel;

import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** One visit of a table in batches: eight to ten times faster than key by key. The rows are read where the kernel put them. */
final class BatchWalk {
    /** The kernel keeps a bucket number there, however small the keys are. */
    private static final int MIN_CURSOR_SIZE = 4;
    /** Kinds that are walked by key may begin again when rows vanish. */
    private static final int VISITS_PER_ROW = 8;
    private static final int MOST_INTERRUPTIONS = 100;

    /** A call that copies rows. */
    @FunctionalInterface
    interface Call {
        int copy(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values, MemorySegment count);
    }

    private final KernelTable table;
    private final Call call;
    private final String name;

    BatchWalk(KernelTable table, Call call, String name) {
        this.table = table;
        this.call = call;
        this.name = name;
    }

    /** {@return how far it came; empty when the kernel has no batches of such a map} */
    Optional<Walk> run(BlockVisitor visitor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cursor = arena.allocate(Math.max(MIN_CURSOR_SIZE, table.keySize()), Long.BYTES);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment from = MemorySegment.NULL;
            int batch = table.batch();
            MemorySegment keys = arena.allocate((long) batch * table.keySize(), Long.BYTES);
            MemorySegment values = arena.allocate((long) batch * table.valueSize(), Long.BYTES);
            int rows = 0;
            int interruptions = 0;
            while (true) {
                count.set(ValueLayout.JAVA_INT, 0, batch);
                int result = call.copy(from, cursor, keys, values, count);
                int read = count.get(ValueLayout.JAVA_INT, 0);
                switch (-result) {
                    case 0, Errno.ENOENT, Errno.EINTR -> {
                        if (read < 0 || read > batch) {
                            throw table.failure(name + " of " + batch + " rows gave " + read, result);
                        }
                        visitor.rows(keys, table.keySize(), values, table.valueSize(), read);
                        rows += read;
                        if (-result == Errno.ENOENT) {
                            return Optional.of(new Walk(rows, true));
                        }
                        if ((-result == Errno.EINTR && ++interruptions > MOST_INTERRUPTIONS)
                                || rows > VISITS_PER_ROW * table.maxEntries()) {
                            return Optional.of(new Walk(rows, false));
                        }
                        if (result == 0 || read > 0) { // interrupted before the first row it does not write the cursor
                            from = cursor;
                        }
                    }
                    case Errno.ENOSPC -> { // one bucket has more rows than that
                        if (batch > table.maxEntries()) {
                            throw table.failure(name + " of " + batch + " rows", result);
                        }
                        batch = (int) Math.min(Integer.MAX_VALUE, 2L * batch);
                        keys = arena.allocate((long) batch * table.keySize(), Long.BYTES);
                        values = arena.allocate((long) batch * table.valueSize(), Long.BYTES);
                    }
                    case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP -> {
                        if (from.address() == 0) {
                            return Optional.empty();
                        }
                        throw table.failure(name + " after " + rows + " rows", result);
                    }
                    default -> throw table.failure(name + " after " + rows + " rows", result);
                }
            }
        }
    }
}
