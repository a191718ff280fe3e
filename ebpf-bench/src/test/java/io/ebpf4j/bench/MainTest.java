package io.ebpf4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.BtfType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That each workload does its work and says so in the protocol's words; how long it took is nobody's business here. */
class MainTest {
    private static final long SHORT = 1_000_000;
    private static final String SMALL = object("tags");

    @Test
    void noop_prints_nothing() {
        assertThat(run("noop")).isEmpty();
    }

    @Test
    void workload_unknown_isRefused() {
        assertThat(Main.run(new String[]{"knit"}, SHORT, new PrintStream(new ByteArrayOutputStream()))).isFalse();
        assertThat(Main.run(new String[]{}, SHORT, new PrintStream(new ByteArrayOutputStream()))).isFalse();
    }

    @Test
    void workload_argumentsMissing_isRefused() {
        assertThat(Main.run(new String[]{"elf", "small"}, SHORT, new PrintStream(new ByteArrayOutputStream())))
                .isFalse();
        assertThat(Main.run(new String[]{"elf-once"}, SHORT, new PrintStream(new ByteArrayOutputStream()))).isFalse();
        assertThat(Main.run(new String[]{"exec-once"}, SHORT, new PrintStream(new ByteArrayOutputStream()))).isFalse();
    }

    @Test
    void elf_ofAFixture_countsProgramsAndSections() {
        var lines = run("elf", "small", SMALL);

        assertThat(lines).extracting(Line::what).containsExactly("small|ProgramSpec.read", "small|ElfFile.parse");
        assertThat(lines).allSatisfy(MainTest::isATime)
                .allSatisfy(line -> assertThat(line.workload()).isEqualTo("D.elf warm"));
        assertThat(lines.getFirst().check()).as("programs").isEqualTo(1);
        assertThat(lines.getLast().check()).as("sections").isGreaterThan(10);
    }

    @Test
    void elfOnce_ofAFixture_printsNothing() {
        assertThat(run("elf-once", SMALL)).isEmpty();
    }

    @Test
    void elfOnce_ofAFileThatIsNoObject_fails() {
        var source = Path.of(System.getProperty("ebpf4j.root", ".."), "native/fixtures/README.md").toString();
        assertThatThrownBy(() -> run("elf-once", source)).isInstanceOf(ObjectFileException.class);
    }

    @Test
    void btf_ofThisKernel_findsTheSameEachWay() {
        requireKernelTypes();
        long expected = members();

        var lines = run("btf");

        assertThat(lines).extracting(Line::name).contains("parse+find+walk", "find+walk, loaded",
                "find absent, loaded", "layout, loaded", "all types as records, loaded", "all types to C");
        assertThat(lines).filteredOn(line -> !line.unit().equals("bytes")).hasSize(7).allSatisfy(MainTest::isATime);
        assertThat(lines).filteredOn(line -> line.unit().equals("bytes")).singleElement()
                .satisfies(line -> assertThat(line.wall()).as("a vmlinux.h").isGreaterThan(100_000));
        assertThat(lines).filteredOn(line -> line.name().contains("find+walk")).hasSize(3)
                .allSatisfy(line -> assertThat(line.check()).isEqualTo(expected));
        assertThat(lines).filteredOn(line -> line.name().startsWith("find absent")).singleElement()
                .satisfies(line -> assertThat(line.check()).isEqualTo(1));
    }

    @Test
    void btfOnce_ofThisKernel_printsNothing() {
        requireKernelTypes();
        assertThat(run("btf-once")).isEmpty();
    }

    @Test
    void heap_ofThisKernelsTypes_isMeasuredInBytes() {
        requireKernelTypes();
        var lines = run("heap");

        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line.unit()).isEqualTo("bytes"));
        assertThat(lines.get(1).wall()).as("an index of all types is more than one of the first").isGreaterThan(
                lines.getFirst().wall());
    }

    private static void isATime(Line line) {
        assertThat(line.unit()).isEqualTo("us");
        assertThat(line.least()).isPositive();
        assertThat(line.wall()).isGreaterThanOrEqualTo(line.least());
        assertThat(line.cpu()).isPositive();
        assertThat(line.samples()).isGreaterThanOrEqualTo(3);
        assertThat(line.check()).isPositive();
    }

    private static List<Line> run(String... args) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            assertThat(Main.run(args, SHORT, out)).isTrue();
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().map(Line::of).toList();
    }

    private static String object(String name) {
        return Path.of(System.getProperty("ebpf4j.root", ".."), "native/fixtures/clang14-el", name + ".bpf.o")
                .toString();
    }

    private static void requireKernelTypes() {
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "the kernel does not show its types");
    }

    /** Found by looking at each type, not by name. */
    private static long members() {
        try (var kernel = KernelBtf.open()) {
            for (var type : kernel.vmlinux().types()) {
                if (type instanceof BtfType.Struct struct && struct.name().equals("task_struct")) {
                    return struct.members().stream().mapToLong(m -> m.bitOffset() + m.name().length()).sum();
                }
            }
            throw new AssertionError("a kernel without task_struct");
        }
    }
}
