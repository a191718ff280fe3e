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
    private final Gate gate;
    private final String program;
    private final LoadedMap map;

    BpfMap(Gate gate, String program, LoadedMap map) {
        this.gate = gate;
        this.program = program;
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
        return program + ": map '" + name() + "' (" + map.spec().type() + ")";
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
