package io.ebpf4j.internal.kernel;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A table by the calls of bpf(2): in batches (Linux 5.6) where the kernel has them for the map's kind, else row by row. */
public final class KernelTable implements Table {
    /** One call holds a CPU for as long as it takes, so that it must not take all rows of a big map. */
    private static final int MAX_BATCH = 4096;
    /** Nor must it make room for what is never there: values may have megabytes. */
    private static final int MAX_BATCH_BYTES = 1 << 20;

    private final String where;
    private final MapSpec map;
    private final int valueSize;
    private final long maxEntries;
    private final MapCalls calls;

    /**
     * Reads and writes nothing yet.
     *
     * @param where how messages call the map
     * @param map what it is like, in the kernel
     * @param valueSize how many bytes the kernel copies for a value
     * @param maxEntries how many rows there can be
     * @param calls into the kernel
     */
    public KernelTable(String where, MapSpec map, int valueSize, long maxEntries, MapCalls calls) {
        this.where = where;
        this.map = map;
        this.valueSize = valueSize;
        this.maxEntries = maxEntries;
        this.calls = calls;
    }

    @Override
    public int valueSize() {
        return valueSize;
    }

    @Override
    public long maxEntries() {
        return maxEntries;
    }

    @Override
    public int lookup(MemorySegment key, MemorySegment value) {
        return calls.lookup(key, value, 0);
    }

    @Override
    public int update(MemorySegment key, MemorySegment value, long flags) {
        return calls.update(key, value, flags);
    }

    @Override
    public int delete(MemorySegment key) {
        return calls.delete(key);
    }

    @Override
    public int take(MemorySegment key, MemorySegment value) {
        int result = calls.lookupAndDelete(key, value);
        if (!isUnsupported(result)) {
            return result;
        }
        result = lookup(key, value);
        return result == 0 ? delete(key) : result;
    }

    @Override
    public int updateAll(MemorySegment keys, MemorySegment values, int rows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, rows);
            return done(calls.updateBatch(keys, values, count), count, rows);
        }
    }

    @Override
    public int deleteAll(MemorySegment keys, int rows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, rows);
            return done(calls.deleteBatch(keys, count), count, rows);
        }
    }

    /** Not every kernel says how many, when it fails early: the count is then what it was. */
    private static int done(int result, MemorySegment count, int rows) {
        int done = count.get(ValueLayout.JAVA_INT, 0);
        return result == 0 ? rows : done < 0 || done >= rows ? 0 : done;
    }

    @Override
    public int batch() {
        long fitting = MAX_BATCH_BYTES / ((long) map.keySize() + valueSize);
        return Math.clamp(Math.min(fitting, maxEntries), 1, MAX_BATCH);
    }

    @Override
    public Walk walk(BlockVisitor visitor) {
        return new BatchWalk(this, calls::lookupBatch, "batch lookup").run(visitor)
                .orElseGet(() -> new KeyWalk(this, calls).walk(visitor));
    }

    @Override
    public boolean isDivisible() {
        return switch (map.type()) {
            case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> new PartWalk(this, calls).isPossible();
            case MapType _ -> false;
        };
    }

    @Override
    public int walkPart(int part, int parts, BlockVisitor visitor) {
        return new PartWalk(this, calls).run(part, parts, visitor);
    }

    @Override
    public Walk drain(RowVisitor visitor) {
        return new BatchWalk(this, calls::lookupAndDeleteBatch, "batch lookup and delete")
                .run(new TakenRows(this, visitor))
                .orElseGet(() -> new KeyWalk(this, calls).drain(visitor));
    }

    @Override
    public int forEach(BlockVisitor visitor) {
        Walk walk = walk(visitor);
        if (!walk.complete()) {
            throw new MapAccessException(where + ": rows come and go faster than they can be read; gave up after "
                    + walk.rows() + " rows of at most " + maxEntries + "; a snapshot takes what there is", 0);
        }
        return walk.rows();
    }

    @Override
    public WalkProgram walkProgram() {
        return calls.walkProgram(where, map, valueSize, maxEntries);
    }

    int keySize() {
        return map.keySize();
    }

    /** {@return whether the kernel cannot do this with such a map, and not just not now} */
    static boolean isUnsupported(int result) {
        return switch (-result) {
            case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP -> true;
            default -> false;
        };
    }

    @Override
    public MapAccessException failure(String call, int result) {
        return new MapAccessException(where + ": " + call + ": " + Errno.describe(-result) + switch (-result) {
            case Errno.E2BIG -> "; it is full with " + maxEntries + " rows: remove some, or load it with"
                    + " LoadOptions.maxEntries(\"" + map.name() + "\", ..) for more";
            case Errno.EPERM -> "; it is frozen, opened to be read only, or made for functions in the kernel alone";
            case Errno.EBUSY -> "; another CPU is at the same rows, try again";
            case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP ->
                "; this kernel does not do that with a " + map.type();
            default -> "";
        }, -result);
    }
}
