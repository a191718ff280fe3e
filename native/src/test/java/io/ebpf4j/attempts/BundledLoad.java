package io.ebpf4j.attempts;

import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Loads an object into the kernel, and tells which libbpf did it and what that left behind. */
public final class BundledLoad {

    private BundledLoad() {}

    /**
     * Runs it.
     *
     * @param arguments
     *            the object
     * @throws IOException
     *             if {@code /proc} cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println("version: " + NativeLibrary.version());
        System.out.println("location: " + NativeLibrary.location());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment object = Libbpf.bpf_object__open_file(arena.allocateFrom(arguments[0]), MemorySegment.NULL);
            int result = Libbpf.bpf_object__load(object);
            System.out.println("load: " + (result == 0 ? "ok" : Errno.describe(result)));
            MemorySegment program = Libbpf.bpf_object__next_program(object, MemorySegment.NULL);
            System.out.println("fd: " + (Libbpf.bpf_program__fd(program) > 2));
            Libbpf.bpf_object__close(object);
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            lines.map(line -> line.split(" +", 6)).filter(parts -> parts.length == 6).map(parts -> parts[5])
                    .filter(file -> file.matches(".*(libbpf|libelf|memfd:).*")).distinct()
                    .forEach(file -> System.out.println("mapped: " + file));
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            descriptors.map(BundledLoad::target).filter(file -> file.matches(".*(libbpf|memfd:).*"))
                    .forEach(file -> System.out.println("open: " + file));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // that of the listing itself
        }
    }
}
