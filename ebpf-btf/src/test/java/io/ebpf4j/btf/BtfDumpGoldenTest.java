package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.elf.ElfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dumps of the project's objects, of both byte orders, against those of bpftool, which {@code dump/build.sh} made. */
class BtfDumpGoldenTest {
    private static final Path ROOT = Path.of(System.getProperty("ebpf4j.root", ".."));

    static Stream<Path> objects() throws IOException {
        return Stream.of("native/fixtures", "ebpf-btf/src/test/resources/kinds").flatMap(folder -> {
            try (var files = Files.walk(ROOT.resolve(folder))) {
                return files.filter(file -> file.toString().endsWith(".bpf.o"))
                        .filter(file -> !file.getParent().endsWith("live")).sorted().toList().stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Stream<Path> dumped() throws IOException {
        return objects().filter(file -> !file.endsWith("no_btf.bpf.o"));
    }

    private static Btf btf(Path object) throws IOException {
        return Btf.of(ElfFile.parse(Files.readAllBytes(object), object.getFileName().toString())).orElseThrow();
    }

    /** Of {@code clang19-eb/types.bpf.o} that is {@code clang19/types}, of {@code kinds/clang19-eb.bpf.o} {@code clang19/kinds}. */
    private static String recorded(Path object, String form) throws IOException {
        boolean isKinds = object.getParent().endsWith("kinds");
        var folder = (isKinds ? object : object.getParent()).getFileName().toString().substring(0, 7);
        var name = isKinds ? "kinds" : object.getFileName().toString().replace(".bpf.o", "");
        var resource = "/dump/%s/%s.%s.txt".formatted(folder, name, form);
        try (var in = Objects.requireNonNull(BtfDumpGoldenTest.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void objects_ofTheProject_areFound() throws IOException {
        assertThat(objects()).hasSize(3 * 35 + 4);
    }

    @ParameterizedTest
    @MethodSource("dumped")
    void c_ofEveryObject_equalsThatOfBpftool(Path object) throws IOException {
        assertThat(EnumModes.without(BtfDump.c(btf(object)))).isEqualTo(recorded(object, "c"));
    }

    @ParameterizedTest
    @MethodSource("dumped")
    void raw_ofEveryObject_equalsThatOfBpftool(Path object) throws IOException {
        assertThat(BtfDump.raw(btf(object))).isEqualTo(recorded(object, "raw"));
    }

    @Test
    void c_ofEnumsWithASizeOfTheirOwn_hasTheAttributeThatBpftoolLeavesOut() throws IOException {
        var types = objects().filter(file -> file.endsWith("clang14-el/types.bpf.o")).toList();
        assertThat(types).hasSize(1);
        String c = BtfDump.c(btf(types.getFirst()));
        assertThat(List.of(c.split("__attribute__\\(\\(mode\\(byte\\)\\)\\)", -1))).hasSize(2);
        assertThat(List.of(c.split("__attribute__\\(\\(mode\\(word\\)\\)\\)", -1))).hasSize(3);
    }
}
