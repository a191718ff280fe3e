package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.FileHandle;
import io.ebpf4j.internal.kernel.LoadedMap;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * One map of a loaded program: where it is kept, and views on what it holds, one kind of view a kind of map. Rings and
 * variables are read through {@link BpfProgram#ringBuffer} and {@link BpfProgram#variable}. Thread-safe; valid until its
 * program closes, or the {@link PinnedMap} that it is from, as its views are.
 *
 * {@snippet :
 * program.map("counts").pin(Path.of("/sys/fs/bpf/probe/counts"));
 * var counts = program.map("counts").asLongHash();
 * }
 */
public final class BpfMap {
    private final MapViews views;
    private final Gate gate;
    private final LoadedMap map;

    BpfMap(MapViews views, LoadedMap map) {
        this.views = views;
        this.gate = views.gate();
        this.map = map;
    }

    /** {@return its name; of the map of a section of global variables, what libbpf calls it: {@code probe.bss}} */
    public String name() {
        return map.spec().name();
    }

    /** {@return what it is like: as the object file declares it, but for the size that {@link LoadOptions} gave it} */
    public MapSpec spec() {
        return map.spec();
    }

    /** {@return whether libbpf made it to hold global variables} */
    public boolean isInternal() {
        return map.internal();
    }

    /**
     * {@return a view on a HASH or LRU_HASH; also on a DEVMAP, DEVMAP_HASH, CPUMAP or CGROUP_STORAGE, with which the kernel does
     * not all that it does with a hash} Records take fields by name, as {@link BpfProgram#ringBuffer} says; that the
     * types fit is checked here.
     *
     * @param keyType a record, or for keys that are no structs the type of those
     * @param valueType likewise
     * @param <K> what a key becomes
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <K, V> HashMapView<K, V> asHash(Class<K> keyType, Class<V> valueType) {
        return gate.inside(() -> views.hash(map, keyType, valueType));
    }

    /**
     * {@return a view on a PERCPU_HASH or LRU_PERCPU_HASH, of which each row has one value a CPU}
     *
     * @param keyType as {@link #asHash} takes it
     * @param valueType of the value of one CPU
     * @param <K> what a key becomes
     * @param <V> what the value of one CPU becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <K, V> HashMapView<K, PerCpu<V>> asPerCpuHash(Class<K> keyType, Class<V> valueType) {
        return gate.inside(() -> views.perCpuHash(map, keyType, valueType));
    }

    /**
     * {@return a view on a HASH or LRU_HASH whose keys and values are integers, which allocates nothing}
     *
     * @throws BindingException when key or value is no integer
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public LongHashMapView asLongHash() {
        return gate.inside(() -> views.longHash(map));
    }

    /**
     * {@return a view on an ARRAY; its memory is mapped where it is declared to be shared}
     *
     * @param type as {@link #asHash} takes those of values
     * @param <V> what a value becomes
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <V> ArrayMapView<V> asArray(Class<V> type) {
        return gate.inside(() -> views.array(map, type));
    }

    /**
     * {@return a view on an ARRAY whose values are integers, which allocates nothing}
     *
     * @throws BindingException when values are no integers
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public LongArrayMapView asLongArray() {
        return gate.inside(() -> views.longArray(map));
    }

    /**
     * {@return a view on a PERCPU_ARRAY, of which each element has one value a CPU}
     *
     * @param type of the value of one CPU
     * @param <V> what the value of one CPU becomes
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <V> ArrayMapView<PerCpu<V>> asPerCpuArray(Class<V> type) {
        return gate.inside(() -> views.perCpuArray(map, type));
    }

    /**
     * {@return a view on an LPM_TRIE}
     *
     * @param keyType {@link IpPrefix}, or a record
     * @param valueType as {@link #asHash} takes it
     * @param <K> what a key becomes
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <K, V> LpmTrieView<K, V> asLpmTrie(Class<K> keyType, Class<V> valueType) {
        return gate.inside(() -> views.lpmTrie(map, keyType, valueType));
    }

    /**
     * {@return a view on a QUEUE or STACK}
     *
     * @param type as {@link #asHash} takes those of values
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <V> QueueView<V> asQueue(Class<V> type) {
        return gate.inside(() -> views.queue(map, type));
    }

    /**
     * {@return a view on a BLOOM_FILTER}
     *
     * @param type as {@link #asHash} takes those of values
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <V> BloomFilterView<V> asBloomFilter(Class<V> type) {
        return gate.inside(() -> views.bloomFilter(map, type));
    }

    /**
     * {@return a view on a STACK_TRACE map}
     *
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public StackTraceView asStackTraces() {
        return gate.inside(() -> views.stackTraces(map));
    }

    /**
     * {@return a view on a PROG_ARRAY}
     *
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public ProgramArrayView asProgramArray() {
        return gate.inside(() -> views.programArray(map));
    }

    /**
     * {@return a view on an ARRAY_OF_MAPS or HASH_OF_MAPS}
     *
     * @param keyType as {@link #asHash} takes it; of an array {@code Integer.class}
     * @param <K> what a key becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <K> MapOfMapsView<K> asMapOfMaps(Class<K> keyType) {
        return gate.inside(() -> views.mapOfMaps(map, keyType));
    }

    /**
     * {@return a view on a SOCKMAP, SOCKHASH, XSKMAP, REUSEPORT_SOCKARRAY or CGROUP_ARRAY}
     *
     * @param keyType as {@link #asHash} takes it; of an array {@code Integer.class}
     * @param <K> what a key becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <K> DescriptorMapView<K> asDescriptors(Class<K> keyType) {
        return gate.inside(() -> views.descriptors(map, keyType));
    }

    /**
     * {@return a view on an SK_STORAGE, INODE_STORAGE, TASK_STORAGE or CGRP_STORAGE}
     *
     * @param type as {@link #asHash} takes those of values
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the map is of another kind; says what is possible
     * @throws IllegalStateException when the program is closed
     */
    public <V> StorageView<V> asStorage(Class<V> type) {
        return gate.inside(() -> views.storage(map, type));
    }

    /** {@return how many values a row has: one a possible CPU for the per-CPU kinds, else 1} */
    public int cpus() {
        return gate.inside(() -> views.cpus(map));
    }

    /**
     * Keeps the map in the BPF file system: there it outlives the program, until somebody unpins it. Directories are made.
     * A map can be pinned in several places.
     *
     * @param path where: a path in a mounted BPF file system, with no dot in its new names
     * @throws MapAccessException when something is there already, or it is no BPF file system; says how to mount one
     * @throws IllegalStateException when the program is closed
     * @throws UnsupportedOperationException when the program is a replay
     */
    public void pin(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        inside(() -> map.pin(absolute));
    }

    /**
     * Removes the map from a place in the BPF file system. Its directory stays.
     *
     * @param path where
     * @throws MapAccessException when this map is not there
     * @throws IllegalStateException when the program is closed
     * @throws UnsupportedOperationException when the program is a replay
     */
    public void unpin(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        inside(() -> map.unpin(absolute));
    }

    /**
     * {@return whether this map, and not another one, is pinned at a path}
     *
     * @param path where
     * @throws IllegalStateException when the program is closed
     */
    public boolean isPinned(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return gate.inside(() -> map.isPinned(absolute));
    }

    /**
     * Lets no system call write the map any more, from this or any other process, for good; eBPF functions still may. Linux
     * 5.2.
     *
     * @throws MapAccessException when the kernel refuses, as it does while its memory is mapped to be written
     * @throws IllegalStateException when the program is closed
     * @throws UnsupportedOperationException when the program is a replay
     */
    public void freeze() {
        inside(map::freeze);
    }

    /** {@return program, name and type, for logs} */
    @Override
    public String toString() {
        return views.owner() + ": map '" + name() + "' (" + map.spec().type() + ")";
    }

    FileHandle handle() {
        return new FileHandle() {
            @Override
            public <R> R use(IntFunction<R> operation) {
                return gate.inside(() -> operation.apply(map.fd()));
            }
        };
    }

    private void inside(Runnable operation) {
        gate.enter();
        try {
            operation.run();
        } finally {
            gate.exit();
        }
    }
}
