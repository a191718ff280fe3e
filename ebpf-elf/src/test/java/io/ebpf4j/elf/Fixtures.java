package io.ebpf4j.elf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Objects that compilers made; how is told in the C sources beside them. */
final class Fixtures {
    static final String COUNTER_EL = "counter.clang19-el.o";
    static final String COUNTER_EB = "counter.clang14-eb.o";
    static final String ANSWER = "answer.x86-64.o";
    static final List<String> ALL = List.of(COUNTER_EL, COUNTER_EB, ANSWER);

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Objects.requireNonNull(Fixtures.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ElfFile parse(String name) {
        return ElfFile.parse(bytes(name), name);
    }

    /** The objects that the other modules' tests use. */
    static List<Path> ofTheWholeProject() throws IOException {
        Path folder = Path.of(System.getProperty("ebpf4j.root", ".."), "native", "fixtures");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().toList();
        }
    }
}
