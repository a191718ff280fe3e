package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of the running kernel's types against the tools that are installed. */
class BtfDumpVmlinuxTest {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

    @TempDir
    private Path folder;

    @BeforeAll
    static void vmlinux() {
        assume(Files.isReadable(VMLINUX), "there is no readable " + VMLINUX);
    }

    private static void assume(boolean condition, String otherwise) {
        if (!condition) {
            System.out.println("BtfDumpVmlinuxTest: skipped, for " + otherwise);
        }
        assumeTrue(condition, otherwise);
    }

    private static Btf btf() throws IOException {
        return Btf.parse(MemorySegment.ofArray(Files.readAllBytes(VMLINUX)), "vmlinux");
    }

    private static Optional<String> installed(String... tools) {
        return Arrays.stream(tools).filter(tool -> Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)))).findFirst();
    }

    /** What a tool prints; it must succeed. */
    private Path run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        var process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), Files.readString(errors)).isZero();
        return out;
    }

    private void assertSame(Path theirs, String ours) throws IOException {
        Path file = Files.writeString(folder.resolve("ours.txt"), ours);
        long difference = Files.mismatch(file, theirs); // the texts are too long for a message
        assertThat(difference).as("first byte that differs, of %d", Files.size(theirs)).isEqualTo(-1);
    }

    @Test
    void c_ofTheRunningKernel_equalsThatOfBpftool() throws IOException, InterruptedException {
        assume(installed("bpftool").isPresent(), "bpftool is not installed");
        String version = Files.readString(run("bpftool", "version")).lines().findFirst().orElse("");
        assume(version.startsWith("bpftool v7.1."), version + " may sort and add to it, only 7.1 is known to be equal");
        assertSame(run("bpftool", "btf", "dump", "file", VMLINUX.toString(), "format", "c"),
                EnumModes.without(BtfDump.c(btf())));
    }

    @Test
    void raw_ofTheRunningKernel_equalsThatOfBpftool() throws IOException, InterruptedException {
        assume(installed("bpftool").isPresent(), "bpftool is not installed");
        assertSame(run("bpftool", "btf", "dump", "file", VMLINUX.toString()), BtfDump.raw(btf()));
    }

    @Test
    void records_ofTheRunningKernel_equalTheRawDump() throws IOException {
        assertSame(Files.writeString(folder.resolve("records.txt"), RecordDump.of(btf(), 1)), BtfDump.raw(btf()));
    }

    @Test
    void c_ofTheRunningKernel_compiles() throws IOException, InterruptedException {
        var clang = installed("clang", "clang-19", "clang-14");
        assume(clang.isPresent(), "clang is not installed");
        var header = Files.writeString(folder.resolve("vmlinux.h"), BtfDump.c(btf()));
        run(clang.orElseThrow(), "-target", "bpf", "-Werror", "-Wno-missing-declarations", "-fsyntax-only", "-x", "c",
                header.toString());
    }

    /** The compiler is asked whether each struct has the size, and each member the place, that BTF has. */
    @Test
    void c_ofTheRunningKernel_compilesToTheSameLayout() throws IOException, InterruptedException {
        var clang = installed("clang", "clang-19", "clang-14");
        assume(clang.isPresent(), "clang is not installed");
        var btf = btf();
        var assertions = new StringBuilder(BtfDump.c(btf));
        int checked = 0;
        for (var type : composites(btf)) {
            if (type.members().stream().noneMatch(m -> btf.typedefs(m.type()).contains("__builtin_va_list"))) {
                assertions.append(layout(type)).append('\n');
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(5000);
        System.out.println("BtfDumpVmlinuxTest: " + checked + " layouts checked by " + clang.orElseThrow());
        var source = Files.writeString(folder.resolve("layout.c"), assertions);
        run(clang.orElseThrow(), "-target", "bpf", "-DBPF_NO_PRESERVE_ACCESS_INDEX", "-w", "-fsyntax-only",
                source.toString());
    }

    /** Those whose names no other type has, so that the dump has no suffix for them. */
    private static List<BtfType.Composite> composites(Btf btf) {
        var composites = new ArrayList<BtfType.Composite>();
        var uses = btf.types().stream()
                .filter(type -> type instanceof BtfType.Composite || type instanceof BtfType.Enumeration)
                .filter(type -> !type.name().isEmpty())
                .peek(type -> {
                    if (type instanceof BtfType.Composite composite) {
                        composites.add(composite);
                    }
                }).collect(Collectors.groupingBy(BtfType::name, Collectors.counting()));
        composites.removeIf(type -> uses.getOrDefault(type.name(), 0L) > 1);
        return composites;
    }

    private static String layout(BtfType.Composite type) {
        String tag = (type instanceof BtfType.Union ? "union " : "struct ") + type.name();
        var places = type.members().stream().filter(m -> m.bitfieldSize() == 0 && !m.name().isEmpty())
                .map(m -> "_Static_assert(8 * __builtin_offsetof(%s, %s) == %d, \"\");".formatted(tag, m.name(),
                        m.bitOffset()));
        return Stream.concat(Stream.of("_Static_assert(sizeof(%s) == %d, \"\");".formatted(tag, type.size())), places)
                .collect(Collectors.joining("\n"));
    }
}
