package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.map.Codec;
import io.ebpf4j.internal.map.MapUse;
import io.ebpf4j.internal.map.Rows;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes views of a program's maps, and checks kinds and types before.
 *
 * @param gate of the program
 * @param program what declares the maps
 */
record MapViews(Gate gate, ProgramSpec program) {
    private static final Set<MapType> HASHES = EnumSet.of(MapType.HASH, MapType.LRU_HASH);
    private static final Set<MapType> PER_CPU_HASHES = EnumSet.of(MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH);

    <K, V> HashMapView<K, V> hash(LoadedMap map, Class<K> keyType, Class<V> valueType) {
        require(map, "a hash", HASHES);
        return new HashMapView<>(rows(map, key(map, keyType), value(map, valueType)));
    }

    <K, V> HashMapView<K, PerCpu<V>> perCpuHash(LoadedMap map, Class<K> keyType, Class<V> valueType) {
        require(map, "a per-CPU hash", PER_CPU_HASHES);
        return new HashMapView<>(rows(map, key(map, keyType), perCpu(map, valueType)));
    }

    int cpus(LoadedMap map) {
        return map.spec().type().isPerCpu() ? map.table().valueSize() / stride(map.spec()) : 1;
    }

    private <K, V> Rows<K, V> rows(LoadedMap map, Codec<K> keys, Codec<V> values) {
        return new Rows<>(gate, where(map), map.table(), map.spec().keySize(), keys, values);
    }

    private <K> Codec<K> key(LoadedMap map, Class<K> type) {
        return Codec.key(MapShapes.key(program, map.spec()), type, where(map));
    }

    private <V> Codec<V> value(LoadedMap map, Class<V> type) {
        return Codec.value(MapShapes.value(program, map.spec()), type, where(map));
    }

    private <V> Codec<PerCpu<V>> perCpu(LoadedMap map, Class<V> type) {
        Table table = map.table();
        return Codec.perCpu(value(map, type), map.spec().valueSize(), table.valueSize());
    }

    private void require(LoadedMap map, String wanted, Set<MapType> kinds) {
        MapUse.require(where(map), map.spec(), wanted, kinds);
    }

    private String where(LoadedMap map) {
        return MapShapes.where(program, map.spec());
    }

    private static int stride(MapSpec map) {
        return Math.ceilDiv(map.valueSize(), Long.BYTES) * Long.BYTES;
    }
}
