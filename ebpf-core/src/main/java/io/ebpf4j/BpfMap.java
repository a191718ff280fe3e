package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.FileHandle;
import io.ebpf4j.internal.kernel.LoadedMap;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * One map of a loaded program, as a whole; for what it holds there are {@link BpfProgram#hashMap},
 * {@link BpfProgram#ringBuffer} and {@link BpfProgram#variable}. Thread-safe; valid until its program closes.
 *
 * {@snippet :
 * program.map("counts").pin(Path.of("/sys/fs/bpf/probe/counts"));
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
     * {@return a view on a HASH or LRU_HASH} Records take fields by name, as {@link BpfProgram#ringBuffer} says; that the
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
        return views.program().name() + ": map '" + name() + "' (" + map.spec().type() + ")";
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
