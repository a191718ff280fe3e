package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.IntegerField;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.global.MappedSections;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.map.Cells;
import io.ebpf4j.internal.map.Codec;
import io.ebpf4j.internal.map.LongRows;
import io.ebpf4j.internal.map.MapUse;
import io.ebpf4j.internal.map.Prefixes;
import io.ebpf4j.internal.map.Rows;
import io.ebpf4j.internal.map.Values;
import io.ebpf4j.internal.map.Walkers;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes views of maps, and checks kinds and types before.
 *
 * @param gate of the program, or whatever the maps belong to
 * @param owner how messages call that
 * @param btf what the maps' types are of
 * @param memory that it shares with the kernel
 * @param walkers that read them by programs of their own
 */
record MapViews(Gate gate, String owner, Btf btf, MappedSections memory, Walkers walkers) {
    private static final Set<MapType> HASHES = EnumSet.of(MapType.HASH, MapType.LRU_HASH, MapType.DEVMAP,
            MapType.DEVMAP_HASH, MapType.CPUMAP, MapType.CGROUP_STORAGE);
    private static final Set<MapType> PER_CPU_HASHES = EnumSet.of(MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH,
            MapType.PERCPU_CGROUP_STORAGE);
    private static final Set<MapType> ARRAYS = EnumSet.of(MapType.ARRAY);
    private static final Set<MapType> PER_CPU_ARRAYS = EnumSet.of(MapType.PERCPU_ARRAY);
    private static final Set<MapType> DESCRIPTORS = EnumSet.of(MapType.SOCKMAP, MapType.SOCKHASH, MapType.XSKMAP,
            MapType.REUSEPORT_SOCKARRAY, MapType.CGROUP_ARRAY);
    private static final Set<MapType> STORAGES = EnumSet.of(MapType.SK_STORAGE, MapType.TASK_STORAGE,
            MapType.INODE_STORAGE, MapType.CGRP_STORAGE);
    private static final int BPF_F_STACK_BUILD_ID = 1 << 5;

    <K, V> HashMapView<K, V> hash(LoadedMap map, Class<K> keyType, Class<V> valueType) {
        require(map, "a hash", HASHES);
        return new HashMapView<>(rows(map, key(map, keyType), value(map, valueType)), walkers);
    }

    <K, V> HashMapView<K, PerCpu<V>> perCpuHash(LoadedMap map, Class<K> keyType, Class<V> valueType) {
        require(map, "a per-CPU hash", PER_CPU_HASHES);
        return new HashMapView<>(rows(map, key(map, keyType), perCpu(map, valueType)), walkers);
    }

    LongHashMapView longHash(LoadedMap map) {
        require(map, "a hash", HASHES);
        String instead = "map(\"" + map.spec().name() + "\").asHash(..)";
        return new LongHashMapView(new LongRows(gate, where(map), map.table(), map.spec().keySize(),
                IntegerField.of(MapShapes.key(owner, btf, map.spec()), where(map) + ": its key", instead),
                IntegerField.of(MapShapes.value(owner, btf, map.spec()), where(map) + ": its value", instead)),
                walkers);
    }

    <V> ArrayMapView<V> array(LoadedMap map, Class<V> type) {
        require(map, "an array", ARRAYS);
        return new ArrayMapView<>(cells(map), value(map, type));
    }

    LongArrayMapView longArray(LoadedMap map) {
        require(map, "an array", ARRAYS);
        IntegerField field = IntegerField.of(MapShapes.value(owner, btf, map.spec()), where(map) + ": its value",
                "map(\"" + map.spec().name() + "\").asArray(..)");
        return new LongArrayMapView(cells(map), field, btf.order());
    }

    <V> ArrayMapView<PerCpu<V>> perCpuArray(LoadedMap map, Class<V> type) {
        require(map, "a per-CPU array", PER_CPU_ARRAYS);
        return new ArrayMapView<>(cells(map), perCpu(map, type));
    }

    private Cells cells(LoadedMap map) {
        return new Cells(gate, where(map), map.table(), memory.of(map), btf.order());
    }

    <K, V> LpmTrieView<K, V> lpmTrie(LoadedMap map, Class<K> keyType, Class<V> valueType) {
        require(map, "an LPM trie", EnumSet.of(MapType.LPM_TRIE));
        Shape key = MapShapes.key(owner, btf, map.spec());
        if (keyType == IpPrefix.class) {
            @SuppressWarnings("unchecked") // it is a Codec<IpPrefix>
            var prefixes = (Codec<K>) Prefixes.codec(key, where(map));
            return new LpmTrieView<>(rows(map, prefixes, value(map, valueType)));
        }
        Prefixes.require(key, where(map));
        return new LpmTrieView<>(rows(map, key(map, keyType), value(map, valueType)));
    }

    <V> QueueView<V> queue(LoadedMap map, Class<V> type) {
        require(map, "a queue or stack", EnumSet.of(MapType.QUEUE, MapType.STACK));
        return new QueueView<>(values(map, type));
    }

    <V> BloomFilterView<V> bloomFilter(LoadedMap map, Class<V> type) {
        require(map, "a bloom filter", EnumSet.of(MapType.BLOOM_FILTER));
        return new BloomFilterView<>(values(map, type));
    }

    private <V> Values<V> values(LoadedMap map, Class<V> type) {
        return new Values<>(gate, where(map), map.table(), value(map, type));
    }

    StackTraceView stackTraces(LoadedMap map) {
        require(map, "a map of stack traces", EnumSet.of(MapType.STACK_TRACE));
        if ((map.spec().flags() & BPF_F_STACK_BUILD_ID) != 0) {
            throw new IllegalArgumentException(
                    where(map) + ": has build ids and offsets, not addresses; declare it without"
                            + " BPF_F_STACK_BUILD_ID");
        }
        return new StackTraceView(rows(map, index(), Codec.frames(btf.order(), map.spec().valueSize())));
    }

    ProgramArrayView programArray(LoadedMap map) {
        require(map, "an array of functions", EnumSet.of(MapType.PROG_ARRAY));
        return new ProgramArrayView(rows(map, index(), index()));
    }

    <K> MapOfMapsView<K> mapOfMaps(LoadedMap map, Class<K> keyType) {
        require(map, "a map of maps", EnumSet.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS));
        return new MapOfMapsView<>(rows(map, keyOrIndex(map, keyType), index()));
    }

    <K> DescriptorMapView<K> descriptors(LoadedMap map, Class<K> keyType) {
        require(map, "a map of sockets or control groups", DESCRIPTORS);
        return new DescriptorMapView<>(rows(map, keyOrIndex(map, keyType),
                Codec.descriptor(btf.order(), map.spec().valueSize())));
    }

    <V> StorageView<V> storage(LoadedMap map, Class<V> type) {
        require(map, "a local storage", STORAGES);
        return new StorageView<>(rows(map, index(), value(map, type)));
    }

    private Codec<Integer> index() {
        return Codec.index(btf.order());
    }

    /** Those that carry descriptors are often declared by the sizes of keys and values, and not by types. */
    @SuppressWarnings("unchecked") // it is a Codec<Integer>
    private <K> Codec<K> keyOrIndex(LoadedMap map, Class<K> type) {
        return type == Integer.class && map.spec().key().isEmpty() && map.spec().keySize() == Integer.BYTES
                ? (Codec<K>) index()
                : key(map, type);
    }

    int cpus(LoadedMap map) {
        return map.spec().type().isPerCpu() ? map.table().valueSize() / stride(map.spec()) : 1;
    }

    private <K, V> Rows<K, V> rows(LoadedMap map, Codec<K> keys, Codec<V> values) {
        return new Rows<>(gate, where(map), map.table(), map.spec().keySize(), keys, values);
    }

    private <K> Codec<K> key(LoadedMap map, Class<K> type) {
        return Codec.key(MapShapes.key(owner, btf, map.spec()), type, where(map));
    }

    private <V> Codec<V> value(LoadedMap map, Class<V> type) {
        return Codec.value(MapShapes.value(owner, btf, map.spec()), type, where(map));
    }

    private <V> Codec<PerCpu<V>> perCpu(LoadedMap map, Class<V> type) {
        Table table = map.table();
        return Codec.perCpu(value(map, type), map.spec().valueSize(), table.valueSize());
    }

    private void require(LoadedMap map, String wanted, Set<MapType> kinds) {
        MapUse.require(where(map), map.spec(), wanted, kinds);
    }

    private String where(LoadedMap map) {
        return MapShapes.where(owner, map.spec());
    }

    private static int stride(MapSpec map) {
        return Math.ceilDiv(map.valueSize(), Long.BYTES) * Long.BYTES;
    }
}
