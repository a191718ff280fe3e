package io.ebpf4j.samples;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which module may know which, and what users may see of them. {@code ?} is {@code static}: not needed at run time. */
class ModuleGraphTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ebpf-elf     | java.base ?org.jspecify
            ebpf-btf     | java.base ?org.jspecify io.ebpf4j.elf
            native       | java.base ?org.jspecify
            ebpf-core    | java.base ?org.jspecify io.ebpf4j.btf io.ebpf4j.libbpf org.slf4j \
            com.fasterxml.jackson.core ?micrometer.core
            ebpf-metrics | java.base ?org.jspecify io.ebpf4j.core micrometer.core org.slf4j
            ebpf-samples | java.base ?org.jspecify io.ebpf4j.core io.ebpf4j.metrics micrometer.registry.prometheus \
            jdk.httpserver
            """)
    void module_requires_theseAndNoOthers(String directory, String required) throws IOException {
        assertThat(descriptor(directory).requires().stream().map(ModuleGraphTest::text).collect(toSet()))
                .isEqualTo(words(required));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
            ebpf-elf     | io.ebpf4j.elf
            ebpf-btf     | io.ebpf4j.btf
            native       | nothing
            ebpf-core    | io.ebpf4j io.ebpf4j.attach io.ebpf4j.decode io.ebpf4j.export io.ebpf4j.insn io.ebpf4j.kernel \
            io.ebpf4j.replay
            ebpf-metrics | io.ebpf4j.metrics
            ebpf-samples | io.ebpf4j.samples
            """)
    void module_showsEverybody_thesePackagesAndNoOthers(String directory, String exported) throws IOException {
        ModuleDescriptor module = descriptor(directory);

        assertThat(module.exports().stream().filter(export -> !export.isQualified()).map(Exports::source)
                .collect(toSet())).isEqualTo(exported == null ? Set.of() : words(exported));
        assertThat(module.opens()).isEmpty();
        assertThat(module.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ebpf-elf | io.ebpf4j.elf.internal | io.ebpf4j.btf
            native   | io.ebpf4j.libbpf       | io.ebpf4j.core
            native   | io.ebpf4j.libbpf.gen   | io.ebpf4j.core
            """)
    void internalPackage_isShown_toOneModule(String directory, String shown, String friend) throws IOException {
        assertThat(descriptor(directory).exports()).filteredOn(export -> export.source().equals(shown))
                .singleElement().extracting(Exports::targets).isEqualTo(Set.of(friend));
    }

    private static ModuleDescriptor descriptor(String directory) throws IOException {
        Path file = Path.of(System.getProperty("ebpf4j.root"), directory, "target", "classes", "module-info.class");
        try (InputStream in = Files.newInputStream(file)) {
            return ModuleDescriptor.read(in);
        }
    }

    private static String text(Requires required) {
        return (required.modifiers().contains(Requires.Modifier.STATIC) ? "?" : "") + required.name();
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" ")).collect(toSet());
    }
}
