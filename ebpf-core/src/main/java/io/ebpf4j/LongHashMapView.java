package io.ebpf4j;

import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.map.LongRows;
import io.ebpf4j.internal.map.Walkers;
import java.util.Objects;

/**
 * The rows of a hash whose keys and values are integers of C, as longs: nothing is allocated, be it read or written.
 * Thread-safe; valid until its program closes. Numbers are as C has them: a {@code u32} is never negative; of a {@code u64}
 * its bits.
 *
 * {@snippet :
 * var counts = program.map("counts").asLongHash();
 * counts.put(7, counts.getOrDefault(7, 0) + 1); // which functions in the kernel may do at the same time
 * }
 *
 * <p>Errors are as {@link HashMapView} says.
 */
public final class LongHashMapView {
    /** Takes rows. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one row.
         *
         * @param key its key
         * @param value its value
         */
        void row(long key, long value);
    }

    private final LongRows rows;
    private final Walkers walkers;

    LongHashMapView(LongRows rows, Walkers walkers) {
        this.rows = rows;
        this.walkers = walkers;
    }

    /**
     * {@return the value of a key, or another one when the map has no such row}
     *
     * @param key what to look up
     * @param absent what to return then
     */
    public long getOrDefault(long key, long absent) {
        return rows.get(key, absent);
    }

    /**
     * {@return whether the map has a row}
     *
     * @param key what to look up
     */
    public boolean containsKey(long key) {
        return rows.contains(key);
    }

    /**
     * Writes a row, be it there or not.
     *
     * @param key its key
     * @param value its value
     * @throws MapAccessException when the map is full; an LRU map rather drops an old row
     */
    public void put(long key, long value) {
        rows.update(key, value, 0);
    }

    /**
     * Writes a row that is not there yet.
     *
     * @param key its key
     * @param value its value
     * @return whether it was written; if not, there is one already
     */
    public boolean putIfAbsent(long key, long value) {
        return rows.update(key, value, Table.NO_EXIST);
    }

    /**
     * Writes a row that is there already.
     *
     * @param key its key
     * @param value its new value
     * @return whether it was written; if not, there is none
     */
    public boolean replace(long key, long value) {
        return rows.update(key, value, Table.EXIST);
    }

    /**
     * Removes a row.
     *
     * @param key its key
     * @return whether it was there
     */
    public boolean remove(long key) {
        return rows.remove(key);
    }

    /**
     * Removes a row, in one go since Linux 5.14.
     *
     * @param key its key
     * @param absent what to return when there is none
     * @return the value that it had
     */
    public long getAndRemove(long key, long absent) {
        return rows.take(key, absent);
    }

    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go.
     *
     * @param visitor takes key and value; what it throws ends the visit
     * @return how many rows were visited
     */
    public int forEach(Visitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return rows.forEach(visitor);
    }

    /**
     * Visits rows as {@link #forEach} does, by several threads at once: worth it for over 100,000 rows, when a second CPU has
     * nothing else to do. Each takes a range of the hash's buckets; of another kind of map, and where the kernel does
     * not tell buckets, this thread does it all.
     *
     * @param threads how many, the calling one included
     * @param visitor takes key and value, in several threads at once; what it throws ends the visit
     * @return how many rows were visited
     * @throws IllegalArgumentException when there are no threads
     */
    public int forEachParallel(int threads, Visitor visitor) {
        return rows.forEach(threads, visitor);
    }

    /**
     * {@return what reads all rows again and again by a program of its own, for hashes whose rows come and stay} See there for
     * what it costs.
     *
     * @throws IllegalStateException when the program is closed
     */
    public MapWalker<Visitor> walker() {
        return new MapWalker<>(rows.walker(walkers), rows.where());
    }

    /**
     * Removes all rows and hands them out, as {@link HashMapView#drain} does.
     *
     * @param visitor takes key and value; what it throws ends the visit: rows that were not handed out yet are put back, and
     * if there is a newer one already, a suppressed {@link MapAccessException} tells how many are lost
     * @return how many rows were visited
     */
    public int drain(Visitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return rows.drain(visitor);
    }

    /**
     * Removes all rows.
     *
     * @return how many there were
     */
    public int clear() {
        return rows.drain((key, value) -> {});
    }
}
