package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.kernel.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The rows of a hash in the kernel, as objects. Thread-safe; valid until its program closes. Whole maps are read in
 * batches (Linux 5.6), and key by key where the kernel cannot.
 *
 * {@snippet :
 * program.hashMap("tcpconnect_total", Peer.class, Long.class)
 *         .forEach((peer, count) -> System.out.println(peer.daddr() + " " + count));
 * }
 *
 * @param <K> what a key becomes
 * @param <V> what a value becomes
 */
public final class HashMapView<K, V> {
    private final Gate gate;
    private final MapSpec map;
    private final Table table;
    private final ValueReader<K> keys;
    private final ValueWriter<K> keyWriter;
    private final ValueReader<V> values;

    HashMapView(Gate gate, MapSpec map, Table table, ValueReader<K> keys, ValueWriter<K> keyWriter,
            ValueReader<V> values) {
        this.gate = gate;
        this.map = map;
        this.table = table;
        this.keys = keys;
        this.keyWriter = keyWriter;
        this.values = values;
    }

    /**
     * {@return the value of a key, or empty when the map has no such row, or one with a number that the Java enum it
     * should become has no constant for}
     *
     * @param key what to look up; its padding bytes are taken as zero
     * @throws IllegalArgumentException when the key does not fit the C type, as 300 does not fit a u8
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when the program is closed
     */
    public Optional<V> get(K key) {
        Objects.requireNonNull(key);
        return gate.inside(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment keyBytes = arena.allocate(map.keySize(), Long.BYTES);
                write(key, keyBytes);
                MemorySegment valueBytes = arena.allocate(map.valueSize(), Long.BYTES);
                return table.lookup(keyBytes, valueBytes)
                        ? Optional.ofNullable(values.read(valueBytes, 0))
                        : Optional.empty();
            }
        });
    }

    private void write(K key, MemorySegment memory) {
        try {
            keyWriter.write(key, memory, 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("map '" + map.name() + "': no row can have the key " + key + ": "
                    + e.getMessage(), e);
        }
    }

    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go.
     *
     * @param visitor takes key and value; what it throws ends the visit
     * @return how many rows were visited
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when the program is closed
     */
    public int forEach(BiConsumer<? super K, ? super V> visitor) {
        Objects.requireNonNull(visitor);
        return gate.inside(() -> table.forEach((keyMemory, keyOffset, valueMemory, valueOffset) -> visitor
                .accept(keys.read(keyMemory, keyOffset), values.read(valueMemory, valueOffset))));
    }

    /**
     * {@return all rows as they are now}
     *
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when the program is closed
     */
    public Map<K, V> toMap() {
        Map<K, V> rows = new HashMap<>();
        forEach(rows::put);
        return Collections.unmodifiableMap(rows); // Map.copyOf takes no null, which a Java enum may be
    }
}
