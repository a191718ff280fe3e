package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        Tools.assume(Files.isReadable(VMLINUX), "there is no readable " + VMLINUX);
    }

    private static Btf btf() throws IOException {
        return Btf.parse(MemorySegment.ofArray(Files.readAllBytes(VMLINUX)), "vmlinux");
    }

    private void assertSame(Path theirs, String ours) throws IOException {
        Path file = Files.writeString(folder.resolve("ours.txt"), ours);
        long difference = Files.mismatch(file, theirs); // the texts are too long for a message
        assertThat(difference).as("first byte that differs, of %d", Files.size(theirs)).isEqualTo(-1);
    }

    @Test
    void c_ofTheRunningKernel_equalsThatOfBpftool() throws IOException, InterruptedException {
        String bpftool = Tools.assumeInstalled("bpftool");
        String version = Files.readString(Tools.run(folder, bpftool, "version")).lines().findFirst().orElse("");
        Tools.assume(version.startsWith("bpftool v7.1."),
                version + " may sort and add to it, only 7.1 is known to be equal");
        assertSame(Tools.run(folder, bpftool, "btf", "dump", "file", VMLINUX.toString(), "format", "c"),
                EnumModes.without(BtfDump.c(btf())));
    }

    @Test
    void raw_ofTheRunningKernel_equalsThatOfBpftool() throws IOException, InterruptedException {
        String bpftool = Tools.assumeInstalled("bpftool");
        assertSame(Tools.run(folder, bpftool, "btf", "dump", "file", VMLINUX.toString()), BtfDump.raw(btf()));
    }

    @Test
    void records_ofTheRunningKernel_equalTheRawDump() throws IOException {
        assertSame(Files.writeString(folder.resolve("records.txt"), RecordDump.of(btf(), 1)), BtfDump.raw(btf()));
    }

    @Test
    void c_ofTheRunningKernel_compiles() throws IOException, InterruptedException {
        String clang = Tools.assumeClang();
        var header = Files.writeString(folder.resolve("vmlinux.h"), BtfDump.c(btf()));
        Tools.run(folder, clang, "-target", "bpf", "-Werror", "-Wno-missing-declarations", "-fsyntax-only", "-x", "c",
                header.toString());
    }

    /** The compiler is asked whether each struct has the size, and each member the place, that BTF has. */
    @Test
    void c_ofTheRunningKernel_compilesToTheSameLayout() throws IOException, InterruptedException {
        String clang = Tools.assumeClang();
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
        System.out.println("BtfDumpVmlinuxTest: " + checked + " layouts checked by " + clang);
        var source = Files.writeString(folder.resolve("layout.c"), assertions);
        Tools.run(folder, clang, "-target", "bpf", "-DBPF_NO_PRESERVE_ACCESS_INDEX", "-w", "-fsyntax-only",
                source.toString());
    }

    /** Those whose names no other type has, so that the dump has no suffix for them. */
    private static List<BtfType.Composite> composites(Btf btf) {
        var tags = btf.types().stream().filter(type -> !type.name().isEmpty())
                .filter(type -> type instanceof BtfType.Composite || type instanceof BtfType.Enumeration).toList();
        var uses = tags.stream().collect(Collectors.groupingBy(BtfType::name, Collectors.counting()));
        return tags.stream().filter(BtfType.Composite.class::isInstance).map(BtfType.Composite.class::cast)
                .filter(type -> uses.getOrDefault(type.name(), 0L) == 1).toList();
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
