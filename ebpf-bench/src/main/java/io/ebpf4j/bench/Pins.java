package io.ebpf4j.bench;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadException;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.ProgramSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the kernel objects that all harnesses of a round share, {@code c/pins.h}. The public API opens a pinned map
 * in the place of one that an object file declares, so {@code ring.bpf.o} and {@code maps.bpf.o} are in this jar.
 *
 * @param folder in a BPF file system
 */
record Pins(Path folder) {
    private static final Path OURS = Path.of("/sys/fs/bpf/ebpf4j-bench");
    /** Of another comparison that speaks this protocol. */
    private static final Path THEIRS = Path.of("/sys/fs/bpf/perf-anchors");
    private static final long LARGEST_RING = 1 << 26;
    private static final long SMALLEST_RING = 1 << 12;

    /** {@return the folder that the environment names, or the one that is there} */
    static Pins find() {
        String named = System.getenv("PERF_PINS");
        if (named != null) {
            return new Pins(Path.of(named));
        }
        return new Pins(Files.isDirectory(OURS) || !Files.isDirectory(THEIRS) ? OURS : THEIRS);
    }

    /** {@return the functions that fill a ring, and the pinned ring, which they write to} */
    BpfProgram ring() {
        return ring("ring", object("ring.bpf.o"), LoadOptions.defaults());
    }

    /** {@return the ring of a flow, without functions} */
    BpfProgram flow() {
        var spec = object("ring.bpf.o");
        return ring("flow", spec, disabled(spec));
    }

    /** What is opened must be said to be as large as it is. Only who made it knows, so it is tried. */
    private BpfProgram ring(String pin, ProgramSpec spec, LoadOptions options) {
        Path path = folder.resolve(pin);
        LoadException refused = null;
        for (long size = LARGEST_RING; size >= SMALLEST_RING; size /= 2) {
            try {
                return BpfProgram.load(spec, options.reuseMap("ring", path).maxEntries("ring", size));
            } catch (LoadException e) {
                refused = e;
            }
        }
        throw new IllegalStateException("no ring can be opened at " + path, refused);
    }

    private static LoadOptions disabled(ProgramSpec spec) {
        var options = LoadOptions.defaults();
        for (var function : spec.functions()) {
            options = options.disable(function.name());
        }
        return options;
    }

    /** {@return whether something is pinned; not every comparison has all} */
    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /** {@return the pinned maps, without functions} A map that is not pinned is one of a single row. */
    BpfProgram tables() {
        var spec = object("maps.bpf.o");
        var options = disabled(spec);
        for (var map : spec.maps()) {
            options = has(map.name())
                    ? options.reuseMap(map.name(), folder.resolve(map.name()))
                    : options.maxEntries(map.name(), 1);
        }
        return BpfProgram.load(spec, options);
    }

    /** {@return an object file of this jar} */
    static ProgramSpec object(String name) {
        try (InputStream file = Pins.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("no " + name + " in this jar");
            }
            return ProgramSpec.read(file.readAllBytes(), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
