package io.ebpf4j.internal.map;

import io.ebpf4j.LongHashMapView.Visitor;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.IntegerField;
import io.ebpf4j.internal.kernel.BlockVisitor;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table of integers: what {@link Rows} is, without an object. Throws what that does. */
public final class LongRows {
    private final Gate gate;
    private final String where;
    private final Table table;
    private final IntegerField keys;
    private final IntegerField values;
    private final ScratchPool scratches;
    private volatile @Nullable RowLoop<Visitor> loop;

    /**
     * Reads nothing yet.
     *
     * @param gate of the program
     * @param where how messages call the map
     * @param table its rows
     * @param keySize bytes of a key
     * @param keys of its keys
     * @param values of its values
     */
    public LongRows(Gate gate, String where, Table table, int keySize, IntegerField keys, IntegerField values) {
        this.gate = gate;
        this.where = where;
        this.table = table;
        this.keys = keys;
        this.values = values;
        this.scratches = new ScratchPool(keySize, table.valueSize());
    }

    /** {@return a value} */
    public long get(long key, long absent) {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys, key, "key", scratch.key());
            return found(table.lookup(scratch.key(), scratch.value()), "get of key ", key)
                    ? values.read(scratch.value(), 0)
                    : absent;
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether there is a row} */
    public boolean contains(long key) {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys, key, "key", scratch.key());
            return found(table.lookup(scratch.key(), scratch.value()), "get of key ", key);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether a row was written; if not, the flags wanted it otherwise} */
    public boolean update(long key, long value, long flags) {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys, key, "key", scratch.key());
            write(values, value, "value", scratch.written());
            int result = table.update(scratch.key(), scratch.written(), flags);
            if (result == 0) {
                return true;
            }
            if ((flags == Table.NO_EXIST && result == -Errno.EEXIST)
                    || (flags == Table.EXIST && result == -Errno.ENOENT)) {
                return false;
            }
            throw table.failure("put of key " + key, result);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether there was a row, which is gone now} */
    public boolean remove(long key) {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys, key, "key", scratch.key());
            return found(table.delete(scratch.key()), "removal of key ", key);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return the value of a row, which is gone now} */
    public long take(long key, long absent) {
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys, key, "key", scratch.key());
            return found(table.take(scratch.key(), scratch.value()), "removal of key ", key)
                    ? values.read(scratch.value(), 0)
                    : absent;
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return how many rows were visited} */
    public int forEach(Visitor visitor) {
        return gate.inside(() -> table.forEach(block(visitor)));
    }

    /** {@return how many rows were visited, by several threads at once} */
    public int forEach(int threads, Visitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return Parts.visit(gate, table, threads, block(visitor));
    }

    /** {@return what visits all rows by a program of its own, where it can} */
    public Walker<Visitor> walker(Walkers owner) {
        return Walker.open(gate, where, table, loop(), this::forEach, owner);
    }

    /** {@return how messages call the map} */
    public String where() {
        return where;
    }

    /** One a view, made when it is first used; by two threads at once two are made, and one is forgotten. */
    private RowLoop<Visitor> loop() {
        var made = loop;
        if (made == null) {
            made = RowLoop.ofLongs(keys, values);
            loop = made;
        }
        return made;
    }

    private BlockVisitor block(Visitor visitor) {
        var own = loop();
        return (keyMemory, keyStride, valueMemory, valueStride, rows) -> own.visit(keyMemory, keyStride, valueMemory,
                valueStride, rows, visitor);
    }

    /** {@return how many rows were visited, and are gone} */
    public int drain(Visitor visitor) {
        return gate.inside(() -> table.drain((keyMemory, keyOffset, valueMemory, valueOffset) -> visitor
                .row(keys.read(keyMemory, keyOffset), values.read(valueMemory, valueOffset))).rows());
    }

    private boolean found(int result, String call, long key) {
        if (result == 0) {
            return true;
        }
        if (result == -Errno.ENOENT) {
            return false;
        }
        throw table.failure(call + key, result);
    }

    private void write(IntegerField field, long number, String role, MemorySegment memory) {
        try {
            field.write(number, memory, 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": no row can have the " + role + ' ' + number + " of C type "
                    + field.spelling() + ": " + e.getMessage(), e);
        }
    }
}
