package io.ebpf4j;

import io.ebpf4j.internal.map.Rows;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * An ARRAY_OF_MAPS or HASH_OF_MAPS. Thread-safe; valid until its program closes. From outside the maps in it are numbers;
 * what they hold is read through {@link BpfProgram#map} of the program that has them.
 *
 * <p>Errors are as {@link HashMapView} says.
 *
 * @param <K> what a key becomes; of an array {@link Integer}
 */
public final class MapOfMapsView<K> {
    private final Rows<K, Integer> rows;

    MapOfMapsView(Rows<K, Integer> rows) {
        this.rows = rows;
    }

    /**
     * Puts a map in its place, as like the declared one as the kernel wants it to be.
     *
     * @param key where
     * @param map of this or another program; it stays in the kernel as long as it is in here
     * @throws MapAccessException also when it is of another kind, or of other sizes
     */
    public void put(K key, BpfMap map) {
        Objects.requireNonNull(map, "map");
        map.handle().use(fd -> rows.update(key, fd, 0));
    }

    /**
     * {@return the kernel's number of a map in here, empty when there is none} Linux 4.14.
     *
     * @param key where
     */
    public OptionalInt mapId(K key) {
        Integer id = rows.get(key);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * Takes a map out.
     *
     * @param key where
     * @return whether there was one
     */
    public boolean remove(K key) {
        return rows.remove(key);
    }

    /**
     * Visits all that is in here.
     *
     * @param visitor takes key and number; what it throws ends the visit
     * @return how many
     */
    public int forEach(BiConsumer<? super K, Integer> visitor) {
        return rows.forEach(visitor);
    }
}
