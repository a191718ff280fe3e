package io.ebpf4j.internal.map;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.kernel.BlockVisitor;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A table of objects. Thread-safe. All methods throw {@link io.ebpf4j.MapAccessException} when the kernel refuses,
 * {@link IllegalArgumentException} for an object that does not fit the C type, and {@link IllegalStateException} once the
 * program is closed.
 *
 * @param <K> what a key becomes
 * @param <V> what a value becomes
 */
public final class Rows<K, V> {
    private final Gate gate;
    private final String where;
    private final Table table;
    private final int keySize;
    private final Codec<K> keys;
    private final Codec<V> values;
    private final ScratchPool scratches;
    private volatile @Nullable RowLoop<BiConsumer<? super K, ? super V>> loop;

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
    public Rows(Gate gate, String where, Table table, int keySize, Codec<K> keys, Codec<V> values) {
        this.gate = gate;
        this.where = where;
        this.table = table;
        this.keySize = keySize;
        this.keys = keys;
        this.values = values;
        this.scratches = new ScratchPool(keySize, table.valueSize());
    }

    /** {@return how many rows there can be} */
    public long maxEntries() {
        return table.maxEntries();
    }

    /** {@return a value; null where there is none} */
    public @Nullable V get(K key) {
        Objects.requireNonNull(key, "key");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys.writer(), key, "key", scratch.key(), 0);
            return found(table.lookup(scratch.key(), scratch.value()), "get of key ", key)
                    ? values.reader().read(scratch.value(), 0)
                    : null;
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether there is a row} */
    public boolean contains(K key) {
        Objects.requireNonNull(key, "key");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys.writer(), key, "key", scratch.key(), 0);
            return found(table.lookup(scratch.key(), scratch.value()), "get of key ", key);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether a row was written; if not, the flags wanted it otherwise} */
    public boolean update(K key, V value, long flags) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys.writer(), key, "key", scratch.key(), 0);
            write(values.writer(), value, "value", scratch.written(), 0);
            return updated(scratch.key(), scratch.written(), flags, key);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return whether there was a row, which is gone now} */
    public boolean remove(K key) {
        Objects.requireNonNull(key, "key");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys.writer(), key, "key", scratch.key(), 0);
            return found(table.delete(scratch.key()), "removal of key ", key);
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return the value of a row, which is gone now; null where there was none} */
    public @Nullable V take(K key) {
        Objects.requireNonNull(key, "key");
        gate.enter();
        Scratch scratch = scratches.take();
        try {
            write(keys.writer(), key, "key", scratch.key(), 0);
            return found(table.take(scratch.key(), scratch.value()), "removal of key ", key)
                    ? values.reader().read(scratch.value(), 0)
                    : null;
        } finally {
            scratches.give(scratch);
            gate.exit();
        }
    }

    /** {@return how the visit of all rows ended} */
    public int forEach(BiConsumer<? super K, ? super V> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return gate.inside(() -> table.forEach(block(visitor)));
    }

    /** {@return how many rows were visited, by several threads at once} */
    public int forEach(int threads, BiConsumer<? super K, ? super V> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return Parts.visit(gate, table, threads, block(visitor));
    }

    /** {@return what visits all rows by a program of its own, where it can} */
    public Walker<BiConsumer<? super K, ? super V>> walker(Walkers owner) {
        return Walker.open(gate, where, table, loop(), this::forEach, owner);
    }

    /** {@return how messages call the map} */
    public String where() {
        return where;
    }

    /** One a view, made when it is first used; by two threads at once two are made, and one is forgotten. */
    private RowLoop<BiConsumer<? super K, ? super V>> loop() {
        var made = loop;
        if (made == null) {
            made = RowLoop.ofObjects(keys.reader(), values.reader());
            loop = made;
        }
        return made;
    }

    private BlockVisitor block(BiConsumer<? super K, ? super V> visitor) {
        var own = loop();
        return (keyMemory, keyStride, valueMemory, valueStride, rows) -> own.visit(keyMemory, keyStride, valueMemory,
                valueStride, rows, visitor);
    }

    /** {@return how a visit ended, which throws nothing for want of an end} */
    public Walk walk(BiConsumer<? super K, ? super V> visitor) {
        return gate.inside(() -> table.walk(block(visitor)));
    }

    /** {@return how a visit ended that has removed what it visited} */
    public Walk drain(BiConsumer<? super K, ? super V> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return gate.inside(() -> table.drain((keyMemory, keyOffset, valueMemory, valueOffset) -> visitor.accept(
                keys.reader().read(keyMemory, keyOffset), values.reader().read(valueMemory, valueOffset))));
    }

    /** {@return how a visit ended that has removed all rows, and looked at none} */
    public Walk clear() {
        return gate.inside(() -> table.drain((keyMemory, keyOffset, valueMemory, valueOffset) -> {}));
    }

    /** Writes rows, as many as fit in one call at a time. */
    public void updateAll(Map<? extends K, ? extends V> rows) {
        if (rows.isEmpty()) {
            return;
        }
        gate.enter();
        try (Arena arena = Arena.ofConfined()) {
            int batch = Math.min(table.batch(), rows.size());
            MemorySegment keyMemory = arena.allocate((long) batch * keySize, Long.BYTES);
            MemorySegment valueMemory = arena.allocate((long) batch * table.valueSize(), Long.BYTES);
            var entries = rows.entrySet().iterator();
            while (entries.hasNext()) {
                Object[] written = new Object[batch];
                int count = 0;
                for (; count < batch && entries.hasNext(); count++) {
                    Map.Entry<? extends K, ? extends V> entry = entries.next();
                    K key = Objects.requireNonNull(entry.getKey(), "key");
                    written[count] = key;
                    write(keys.writer(), key, "key", keyMemory, (long) count * keySize);
                    write(values.writer(), Objects.requireNonNull(entry.getValue(), "value"), "value", valueMemory,
                            (long) count * table.valueSize());
                }
                updateAll(keyMemory, valueMemory, count, written);
            }
        } finally {
            gate.exit();
        }
    }

    /** The row that stops a batch is written by itself: either it goes, or the kernel says why not. */
    private void updateAll(MemorySegment keyMemory, MemorySegment valueMemory, int count, Object[] named) {
        int done = table.updateAll(keyMemory, valueMemory, count);
        boolean batches = done > 0;
        while (done < count) {
            MemorySegment restOfKeys = keyMemory.asSlice((long) done * keySize);
            MemorySegment restOfValues = valueMemory.asSlice((long) done * table.valueSize());
            updated(restOfKeys, restOfValues, 0, named[done]);
            done++;
            if (batches && done < count) {
                done += table.updateAll(restOfKeys.asSlice(keySize), restOfValues.asSlice(table.valueSize()),
                        count - done);
            }
        }
    }

    /** {@return how many rows there were among those of some keys, which are gone now} */
    public int removeAll(Collection<? extends K> removed) {
        if (removed.isEmpty()) {
            return 0;
        }
        gate.enter();
        try (Arena arena = Arena.ofConfined()) {
            int batch = Math.min(table.batch(), removed.size());
            MemorySegment keyMemory = arena.allocate((long) batch * keySize, Long.BYTES);
            Iterator<? extends K> all = removed.iterator();
            int gone = 0;
            while (all.hasNext()) {
                Object[] named = new Object[batch];
                int count = 0;
                for (; count < batch && all.hasNext(); count++) {
                    K key = Objects.requireNonNull(all.next(), "key");
                    named[count] = key;
                    write(keys.writer(), key, "key", keyMemory, (long) count * keySize);
                }
                gone += removeAll(keyMemory, count, named);
            }
            return gone;
        } finally {
            gate.exit();
        }
    }

    private int removeAll(MemorySegment keyMemory, int count, Object[] named) {
        int done = table.deleteAll(keyMemory, count);
        int gone = done;
        boolean batches = done > 0;
        while (done < count) {
            MemorySegment rest = keyMemory.asSlice((long) done * keySize);
            if (found(table.delete(rest), "removal of key ", named[done])) {
                gone++;
            }
            done++;
            if (batches && done < count) {
                int more = table.deleteAll(rest.asSlice(keySize), count - done);
                gone += more;
                done += more;
            }
        }
        return gone;
    }

    private boolean updated(MemorySegment key, MemorySegment value, long flags, Object named) {
        int result = table.update(key, value, flags);
        if (result == 0) {
            return true;
        }
        if (((flags & Table.NO_EXIST) != 0 && result == -Errno.EEXIST)
                || ((flags & Table.EXIST) != 0 && result == -Errno.ENOENT)) {
            return false;
        }
        throw table.failure("put of key " + named, result);
    }

    private boolean found(int result, String call, Object named) {
        if (result == 0) {
            return true;
        }
        if (result == -Errno.ENOENT) {
            return false;
        }
        throw table.failure(call + named, result);
    }

    private <T> void write(ValueWriter<T> writer, T object, String role, MemorySegment memory, long offset) {
        try {
            writer.write(object, memory, offset);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where + ": no row can have the " + role + ' ' + object + ": " + e.getMessage(), e);
        }
    }
}
