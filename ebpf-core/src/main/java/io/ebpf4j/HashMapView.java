package io.ebpf4j;

import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.internal.map.Rows;
import io.ebpf4j.internal.map.Walkers;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The rows of a hash in the kernel, as objects. Thread-safe; valid until its program closes.
 *
 * {@snippet :
 * var counts = program.hashMap("tcpconnect_total", Peer.class, Long.class);
 * counts.put(new Peer("10.0.0.1", 443), 0L);
 * counts.forEach((peer, count) -> System.out.println(peer.daddr() + " " + count));
 * }
 *
 * <p>One row is one system call. Many rows go in batches of up to 4096 (Linux 5.6), and one by one where the kernel cannot.
 * Neither keys nor values are null, but for one that is read: a number that the Java enum it should become has no constant
 * for.
 *
 * <p>Besides what each method says, all throw {@link MapAccessException} when the kernel refuses, with map and key in its
 * message; {@link IllegalArgumentException} for a key or value that does not fit the C type, as 300 does not fit a
 * {@code u8}; {@link UnsupportedOperationException} for writing a replay, or values of which a record has no component for
 * some field; {@link IllegalStateException} once the program is closed. Padding is written as zero.
 *
 * @param <K> what a key becomes
 * @param <V> what a value becomes; of a per-CPU map a {@link PerCpu}
 */
public final class HashMapView<K, V> {
    private final Rows<K, V> rows;
    private final Walkers walkers;

    HashMapView(Rows<K, V> rows, Walkers walkers) {
        this.rows = rows;
        this.walkers = walkers;
    }

    /**
     * {@return the value of a key, or empty when the map has no such row}
     *
     * @param key what to look up
     */
    public Optional<V> get(K key) {
        return Optional.ofNullable(rows.get(key));
    }

    /**
     * {@return the value of a key, or another one when the map has no such row}
     *
     * @param key what to look up
     * @param absent what to return then
     */
    public V getOrDefault(K key, V absent) {
        V value = rows.get(key);
        return value != null ? value : absent;
    }

    /**
     * {@return whether the map has a row}
     *
     * @param key what to look up
     */
    public boolean containsKey(K key) {
        return rows.contains(key);
    }

    /**
     * Writes a row, be it there or not.
     *
     * @param key its key
     * @param value its value
     * @throws MapAccessException when the map is full; an LRU map rather drops an old row
     */
    public void put(K key, V value) {
        rows.update(key, value, 0);
    }

    /**
     * Writes a row that is not there yet; of several who do that at once, one succeeds.
     *
     * @param key its key
     * @param value its value
     * @return whether it was written; if not, there is one already
     * @throws MapAccessException when the map is full
     */
    public boolean putIfAbsent(K key, V value) {
        return rows.update(key, value, Table.NO_EXIST);
    }

    /**
     * Writes a row that is there already.
     *
     * @param key its key
     * @param value its new value
     * @return whether it was written; if not, there is none
     */
    public boolean replace(K key, V value) {
        return rows.update(key, value, Table.EXIST);
    }

    /**
     * Writes a row as some flags say.
     *
     * @param key its key
     * @param value its value
     * @param flags of the kernel; none for what {@link #put} does
     * @return whether it was written; if not, NO_EXIST found a row or EXIST none
     */
    public boolean update(K key, V value, UpdateFlag... flags) {
        return rows.update(key, value, UpdateFlag.bits(flags));
    }

    /**
     * Removes a row.
     *
     * @param key its key
     * @return whether it was there
     */
    public boolean remove(K key) {
        return rows.remove(key);
    }

    /**
     * Removes a row. In one go since Linux 5.14; before, what a function writes between reading and removing it is lost.
     *
     * @param key its key
     * @return the value that it had, or empty when there was none
     */
    public Optional<V> getAndRemove(K key) {
        return Optional.ofNullable(rows.take(key));
    }

    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go.
     *
     * @param visitor takes key and value; what it throws ends the visit
     * @return how many rows were visited
     * @throws MapAccessException also when the kernel has no batches for such a map and rows go faster than they are found
     */
    public int forEach(BiConsumer<? super K, ? super V> visitor) {
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
    public int forEachParallel(int threads, BiConsumer<? super K, ? super V> visitor) {
        return rows.forEach(threads, visitor);
    }

    /**
     * {@return what reads all rows again and again by a program of its own, for hashes whose rows come and stay} See there for
     * what it costs.
     *
     * @throws IllegalStateException when the program is closed
     */
    public MapWalker<BiConsumer<? super K, ? super V>> walker() {
        return new MapWalker<>(rows.walker(walkers), rows.where());
    }

    /**
     * {@return all rows as they are now}
     *
     * @throws MapAccessException also when the kernel has no batches for such a map and rows go faster than they are found
     */
    public Map<K, V> toMap() {
        Map<K, V> result = new HashMap<>();
        rows.forEach(result::put);
        return Collections.unmodifiableMap(result); // Map.copyOf takes no null, which a Java enum may be
    }

    /** {@return all rows as they are now, or those that were found before it was given up, and which of the two} */
    public MapSnapshot<K, V> snapshot() {
        return collect(rows::walk);
    }

    /**
     * Removes all rows. What a function adds meanwhile may stay, and nothing is lost: a row that is updated is either taken
     * with its new value, or stays with it (in one go since Linux 5.6; a map without batches, see {@link #getAndRemove}).
     *
     * @return the rows that are gone
     */
    public MapSnapshot<K, V> drain() {
        return collect(rows::drain);
    }

    /**
     * Removes all rows, as {@link #drain()} does, and hands them out.
     *
     * @param visitor takes key and value; what it throws ends the visit: rows that were not handed out yet are put back, and
     * if there is a newer one already, a suppressed {@link MapAccessException} tells how many are lost
     * @return how many rows were visited
     */
    public int drain(BiConsumer<? super K, ? super V> visitor) {
        return rows.drain(visitor).rows();
    }

    /**
     * Writes rows, be they there or not.
     *
     * @param written the rows; written in their order, so that those before one that fails are there
     * @throws MapAccessException when one is refused; names its key
     */
    public void putAll(Map<? extends K, ? extends V> written) {
        rows.updateAll(written);
    }

    /**
     * Removes rows.
     *
     * @param keys of those; what is not there does not matter
     * @return how many were there
     */
    public int removeAll(Collection<? extends K> keys) {
        return rows.removeAll(keys);
    }

    /**
     * Removes all rows, as {@link #drain()} does.
     *
     * @return how many there were
     */
    public int clear() {
        return rows.clear().rows();
    }

    private MapSnapshot<K, V> collect(Function<BiConsumer<K, V>, Walk> visit) {
        Map<K, V> result = new HashMap<>();
        Walk walk = visit.apply(result::put);
        return new MapSnapshot<>(result, walk.complete());
    }
}
