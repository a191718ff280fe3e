package io.ebpf4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a map held. Immutable. Rows that came or went while it was taken may be in it or not.
 *
 * @param rows by key, in no order; of two keys of C that become equal objects one row is left
 * @param complete whether every row is in it that stayed in the map meanwhile. It is not where the kernel cannot read such a
 * map in batches, and rows went faster than others could be found
 * @param <K> what a key becomes
 * @param <V> what a value becomes
 */
public record MapSnapshot<K, V>(Map<K, V> rows, boolean complete) {
    /** Copies the rows. */
    public MapSnapshot {
        rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows)); // Map.copyOf takes no null, which an enum may be
    }
}
