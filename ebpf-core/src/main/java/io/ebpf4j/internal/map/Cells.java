package io.ebpf4j.internal.map;

import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.IntegerField;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.kernel.Table;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The values of an array: in memory that is shared with the kernel, where the map is declared so, else by system calls.
 * Thread-safe. Throws what {@link Rows} does, and {@link IndexOutOfBoundsException}.
 */
public final class Cells {
    private final Gate gate;
    private final String where;
    private final Table table;
    private final ValueLayout.OfInt index;
    private final Optional<MemorySegment> shared;
    /** Bytes from one value to the next in shared memory. */
    private final long stride;
    private final int length;
    private final ScratchPool scratches;

    /**
     * Reads nothing yet.
     *
     * @param gate of the program
     * @param where how messages call the map
     * @param table its rows
     * @param shared its memory, where it is shared
     * @param order of the program's bytes
     */
    public Cells(Gate gate, String where, Table table, Optional<MemorySegment> shared, ByteOrder order) {
        this.gate = gate;
        this.where = where;
        this.table = table;
        this.shared = shared;
        this.index = ValueLayout.JAVA_INT.withOrder(order);
        this.stride = Math.ceilDiv((long) table.valueSize(), Long.BYTES) * Long.BYTES;
        this.length = (int) Math.min(Integer.MAX_VALUE, table.maxEntries());
        this.scratches = new ScratchPool(Integer.BYTES, table.valueSize());
    }

    /** {@return how many there are} */
    public int length() {
        return length;
    }

    /** {@return how messages call the map} */
    public String where() {
        return where;
    }

    /** {@return the shared memory} */
    public Optional<MemorySegment> shared() {
        return shared;
    }

    /** {@return where in shared memory a value begins} */
    public long offset(int at) {
        return check(at) * stride;
    }

    /** {@return a value} */
    public <V> V get(int at, ValueReader<V> reader) {
        check(at);
        if (shared.isPresent()) {
            try {
                return reader.read(shared.get(), at * stride);
            } catch (IllegalStateException e) {
                throw closed(shared.get(), e);
            }
        }
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            lookup(scratch, at);
            return reader.read(scratch.value(), 0);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return an integer} */
    public long get(int at, IntegerField field) {
        check(at);
        if (shared.isPresent()) {
            try {
                return field.read(shared.get(), at * stride);
            } catch (IllegalStateException e) {
                throw closed(shared.get(), e);
            }
        }
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            lookup(scratch, at);
            return field.read(scratch.value(), 0);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** Writes a value. */
    public <V> void set(int at, V value, ValueWriter<V> writer) {
        check(at);
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            // Also for shared memory first beside it: what does not fit must leave no half of itself behind.
            writer.write(value, scratch.written(), 0);
            if (shared.isPresent()) {
                writer.write(value, shared.get(), at * stride);
            } else {
                update(scratch, at);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where + ": element " + at + " cannot be " + value + ": " + e.getMessage(), e);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** Writes an integer. */
    public void set(int at, long value, IntegerField field) {
        check(at);
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            if (shared.isPresent()) {
                field.write(value, shared.get(), at * stride);
            } else {
                field.write(value, scratch.written(), 0);
                update(scratch, at);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where + ": element " + at + " cannot be " + value + ": " + e.getMessage(), e);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** Visits all values; the keys are to be taken by {@link #index}. */
    public void forEach(RowVisitor visitor) {
        gate.enter();
        try {
            if (shared.isEmpty()) {
                table.forEach(visitor);
                return;
            }
            Scratch scratch = scratches.take();
            try {
                for (int at = 0; at < length; at++) {
                    scratch.key().set(index, 0, at);
                    visitor.row(scratch.key(), 0, shared.get(), at * stride);
                }
            } finally {
                scratches.give(scratch);
            }
        } finally {
            gate.exit();
        }
    }

    /** {@return the index that is the key of a row} */
    public int index(MemorySegment keys, long offset) {
        return keys.get(index.withByteAlignment(1), offset);
    }

    /** {@return what to throw where shared memory was used too late, or by a reader of the wrong kind} */
    public IllegalStateException closed(MemorySegment memory, IllegalStateException cause) {
        return memory.scope().isAlive() ? cause : new IllegalStateException(where + ": the program is closed", cause);
    }

    private void lookup(Scratch scratch, int at) {
        scratch.key().set(index, 0, at);
        int result = table.lookup(scratch.key(), scratch.value());
        if (result != 0) {
            throw table.failure("get of element " + at, result);
        }
    }

    private void update(Scratch scratch, int at) {
        scratch.key().set(index, 0, at);
        int result = table.update(scratch.key(), scratch.written(), 0);
        if (result != 0) {
            throw table.failure("set of element " + at, result);
        }
    }

    private int check(int at) {
        if (at < 0 || at >= length) {
            throw new IndexOutOfBoundsException(where + ": has no element " + at + ", only 0 to " + (length - 1));
        }
        return at;
    }
}
