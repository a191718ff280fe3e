package io.ebpf4j;

import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.internal.map.Rows;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The rows of an LPM_TRIE: values of prefixes, of which the longest that fits is found, as routers do. Thread-safe; valid
 * until its program closes. Linux 4.11; 4.16 to list the rows.
 *
 * {@snippet :
 * var routes = program.map("routes").asLpmTrie(IpPrefix.class, Integer.class);
 * routes.put(IpPrefix.parse("10.0.0.0/8"), 1);
 * routes.put(IpPrefix.parse("10.1.0.0/16"), 2);
 * int route = routes.match(IpPrefix.parse("10.1.2.3")).orElseThrow(); // 2
 * }
 *
 * <p>A key is an {@link IpPrefix}, or a record of the fields of any struct that begins with {@code __u32 prefixlen}, the number of
 * bits that count of those behind it. Errors are as {@link HashMapView} says.
 *
 * @param <K> what a key becomes
 * @param <V> what a value becomes
 */
public final class LpmTrieView<K, V> {
    private final Rows<K, V> rows;

    LpmTrieView(Rows<K, V> rows) {
        this.rows = rows;
    }

    /**
     * {@return the value of the longest prefix that a key begins with, or empty when there is none} The kernel has no way to ask
     * for a row of just this prefix.
     *
     * @param key what to look up, mostly a whole address; prefixes longer than its own do not fit it
     */
    public Optional<V> match(K key) {
        return Optional.ofNullable(rows.get(key));
    }

    /**
     * Writes the row of a prefix, be it there or not.
     *
     * @param prefix its key
     * @param value its value
     * @throws MapAccessException when the map is full
     */
    public void put(K prefix, V value) {
        rows.update(prefix, value, 0);
    }

    /**
     * Writes the row of a prefix that is not there yet.
     *
     * @param prefix its key
     * @param value its value
     * @return whether it was written; if not, there is one already
     */
    public boolean putIfAbsent(K prefix, V value) {
        return rows.update(prefix, value, Table.NO_EXIST);
    }

    /**
     * Writes the row of a prefix that is there.
     *
     * @param prefix its key
     * @param value its new value
     * @return whether it was written; if not, there is none
     */
    public boolean replace(K prefix, V value) {
        return rows.update(prefix, value, Table.EXIST);
    }

    /**
     * Writes rows, be they there or not.
     *
     * @param written the rows; those before one that fails are there
     */
    public void putAll(Map<? extends K, ? extends V> written) {
        rows.updateAll(written);
    }

    /**
     * Removes the row of just this prefix.
     *
     * @param prefix its key
     * @return whether it was there
     */
    public boolean remove(K prefix) {
        return rows.remove(prefix);
    }

    /**
     * Removes rows.
     *
     * @param prefixes of those; what is not there does not matter
     * @return how many were there
     */
    public int removeAll(Collection<? extends K> prefixes) {
        return rows.removeAll(prefixes);
    }

    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go, or twice where others go.
     *
     * @param visitor takes prefix and value; what it throws ends the visit
     * @return how many rows were visited
     */
    public int forEach(BiConsumer<? super K, ? super V> visitor) {
        return rows.forEach(visitor);
    }

    /** {@return all rows as they are now, or those that were found before it was given up, and which of the two} */
    public MapSnapshot<K, V> snapshot() {
        Map<K, V> result = new HashMap<>();
        Walk walk = rows.walk(result::put);
        return new MapSnapshot<>(result, walk.complete());
    }

    /**
     * Removes all rows.
     *
     * @return how many there were
     */
    public int clear() {
        return rows.removeAll(snapshot().rows().keySet());
    }
}
