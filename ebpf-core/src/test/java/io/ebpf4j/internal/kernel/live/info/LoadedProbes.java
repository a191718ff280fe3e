package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiFunction;

/** An object that libbpf has loaded, for file descriptors of its own. */
final class LoadedProbes implements AutoCloseable {
    private final MemorySegment object;
    private final Deque<MemorySegment> links = new ArrayDeque<>();

    private LoadedProbes(MemorySegment object) {
        this.object = object;
    }

    /** {@return an object for live tests} */
    static LoadedProbes load(String name) {
        return load(Fixtures.ROOT.resolve("native/fixtures/live").resolve(name + ".bpf.o"));
    }

    static LoadedProbes load(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment object = Libbpf.bpf_object__open_file(arena.allocateFrom(path.toString()),
                    MemorySegment.NULL);
            if (object.address() == 0) {
                throw new AssertionError(path + " cannot be opened");
            }
            int result = Libbpf.bpf_object__load(object);
            if (result != 0) {
                Libbpf.bpf_object__close(object);
                throw new AssertionError(path + " cannot be loaded: " + Errno.describe(result));
            }
            return new LoadedProbes(object);
        }
    }

    int function(String name) {
        return Libbpf.bpf_program__fd(program(name));
    }

    int map(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Libbpf.bpf_map__fd(Libbpf.bpf_object__find_map_by_name(object, arena.allocateFrom(name)));
        }
    }

    /** {@return the file descriptor of the link of a function that is attached as its section says} */
    int attach(String name) {
        return attach(name, (program, _) -> Libbpf.bpf_program__attach(program));
    }

    /** {@return the file descriptor of the link that a call makes of a function} */
    int attach(String name, BiFunction<MemorySegment, Arena, MemorySegment> call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment link = call.apply(program(name), arena);
            if (link.address() == 0) {
                throw new AssertionError(name + " cannot be attached: " + Errno.describe(NativeLibrary.errno()));
            }
            links.push(link);
            return Libbpf.bpf_link__fd(link);
        }
    }

    private MemorySegment program(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = Libbpf.bpf_object__find_program_by_name(object, arena.allocateFrom(name));
            if (program.address() == 0) {
                throw new AssertionError("no function " + name);
            }
            return program;
        }
    }

    @Override
    public void close() {
        links.forEach(Libbpf::bpf_link__destroy);
        Libbpf.bpf_object__close(object);
    }
}
