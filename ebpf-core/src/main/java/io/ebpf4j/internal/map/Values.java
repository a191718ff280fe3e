package io.ebpf4j.internal.map;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a map without keys. Thread-safe. Throws what {@link Rows} does.
 *
 * @param <V> what a value becomes
 */
public final class Values<V> {
    private static final MemorySegment NO_KEY = MemorySegment.NULL;

    private final Gate gate;
    private final String where;
    private final Table table;
    private final Codec<V> codec;
    private final ScratchPool scratches;

    /**
     * Reads nothing yet.
     *
     * @param gate of the program
     * @param where how messages call the map
     * @param table its values
     * @param codec of its values
     */
    public Values(Gate gate, String where, Table table, Codec<V> codec) {
        this.gate = gate;
        this.where = where;
        this.table = table;
        this.codec = codec;
        this.scratches = new ScratchPool(0, table.valueSize());
    }

    /** {@return for how many there is room} */
    public long maxEntries() {
        return table.maxEntries();
    }

    /** Puts a value in. */
    public void push(V value, long flags) {
        int result = update(value, flags);
        if (result != 0) {
            throw table.failure("push of " + value, result);
        }
    }

    /** {@return whether there was room for a value, which now is in} */
    public boolean offer(V value) {
        int result = update(value, 0);
        if (result != 0 && result != -Errno.E2BIG) {
            throw table.failure("push of " + value, result);
        }
        return result == 0;
    }

    /** {@return the next value, which is out; null when there is none} */
    public @Nullable V pop() {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            return read(table.take(NO_KEY, scratch.value()), scratch, "pop");
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return the next value; null when there is none} */
    public @Nullable V peek() {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            return read(table.lookup(NO_KEY, scratch.value()), scratch, "peek");
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether a value is in, as far as the map can tell} */
    public boolean contains(V value) {
        Objects.requireNonNull(value, "value");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(value, scratch);
            int result = table.lookup(NO_KEY, scratch.written());
            if (result != 0 && result != -Errno.ENOENT) {
                throw table.failure("search for " + value, result);
            }
            return result == 0;
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    private int update(V value, long flags) {
        Objects.requireNonNull(value, "value");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(value, scratch);
            return table.update(NO_KEY, scratch.written(), flags);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    private @Nullable V read(int result, Scratch scratch, String call) {
        if (result == -Errno.ENOENT) {
            return null;
        }
        if (result != 0) {
            throw table.failure(call, result);
        }
        return codec.reader().read(scratch.value(), 0);
    }

    private void write(V value, Scratch scratch) {
        try {
            codec.writer().write(value, scratch.written(), 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": cannot hold " + value + ": " + e.getMessage(), e);
        }
    }
}
