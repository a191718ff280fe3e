package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A compiler makes the same layouts from a dump, bit fields in either byte order included. */
class BtfDumpRoundTripTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void c_compiledAgain_hasTheSameLayouts(String object) throws IOException, InterruptedException {
        String clang = Tools.assumeClang();
        var btf = Kinds.btf(object);
        var composites = btf.types().stream()
                .filter(BtfType.Composite.class::isInstance).map(BtfType.Composite.class::cast)
                .filter(type -> !type.name().isEmpty()).toList();
        assertThat(composites).extracting(BtfType::name).contains("bits", "packed_bits", "event");
        String variables = composites.stream().map(type -> "%s %s v%d;\n".formatted(
                type instanceof BtfType.Union ? "union" : "struct", type.name(), type.id()))
                .collect(Collectors.joining());
        Path source = Files.writeString(folder.resolve("x.c"), BtfDump.c(btf) + variables);
        Path target = folder.resolve("x.o");
        Tools.run(folder, clang, "-target", "bpf" + object.substring(object.length() - 2), "-g", "-O2",
                "-DBPF_NO_PRESERVE_ACCESS_INDEX", "-c", source.toString(), "-o", target.toString());

        var again = Btf.of(ElfFile.parse(Files.readAllBytes(target), "x.o")).orElseThrow();
        for (var type : composites) {
            var same = again.find(type.getClass(), type.name()).orElseThrow();
            assertThat(same.size()).as(type.name()).isEqualTo(type.size());
            assertThat(same.members()).as(type.name()).usingRecursiveComparison().ignoringFields("type")
                    .isEqualTo(type.members());
        }
    }
}
