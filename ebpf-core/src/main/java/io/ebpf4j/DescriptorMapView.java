package io.ebpf4j;

import io.ebpf4j.internal.map.Rows;
import java.util.OptionalLong;

/**
 * A map of things that this process has open: sockets (SOCKMAP, SOCKHASH, XSKMAP, REUSEPORT_SOCKARRAY) or control groups
 * (CGROUP_ARRAY). Thread-safe; valid until its program closes. What goes in is a file descriptor, what is in there stays when
 * that is closed, but for a socket: that leaves the map when it is closed.
 *
 * <p>Errors are as {@link HashMapView} says.
 *
 * @param <K> what a key becomes; of an array {@link Integer}
 */
public final class DescriptorMapView<K> {
    private final Rows<K, Long> rows;

    DescriptorMapView(Rows<K, Long> rows) {
        this.rows = rows;
    }

    /**
     * Puts something in its place.
     *
     * @param key where
     * @param descriptor of what; it stays the caller's
     * @throws MapAccessException also when the kernel does not take it, as a socket of another family or state
     */
    public void put(K key, int descriptor) {
        rows.update(key, (long) descriptor, 0);
    }

    /**
     * {@return the cookie of a socket, empty when there is none} Of a SOCKMAP, SOCKHASH or REUSEPORT_SOCKARRAY whose values have 8
     * bytes.
     *
     * @param key where
     * @throws MapAccessException also when the kernel does not tell; of such a map there is nothing to read
     */
    public OptionalLong cookie(K key) {
        Long cookie = rows.get(key);
        return cookie == null ? OptionalLong.empty() : OptionalLong.of(cookie);
    }

    /**
     * Takes something out.
     *
     * @param key where
     * @return whether there was something
     */
    public boolean remove(K key) {
        return rows.remove(key);
    }
}
