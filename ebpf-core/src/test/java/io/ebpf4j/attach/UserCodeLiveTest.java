package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes of the C library that this very JVM runs on, and of the JVM. */
@Live
@SuppressWarnings("restricted") // to call a library is what a probe of it is for
class UserCodeLiveTest {
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    @Test
    void uprobe_ofFunction_countsItsCalls() throws Exception {
        AttachReport.passes("uprobe", () -> {
            try (var program = Hits.load("attach_probes", "on_uprobe")) {
                Hits.assertCounted(program,
                        () -> program.function("on_uprobe").attach(
                                Uprobe.of(Calls.library(), "labs").inProcess(OWN_PID).withCookie(-2)),
                        () -> Calls.labs(-7), Hits.own(7, -2, Calls.addressOfLabs()));
            }
        });
    }

    @Test
    void uprobe_withinFunction_countsThatInstruction() {
        int offset = Calls.firstInstructionOfLabs();
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            Hits.assertCounted(program,
                    () -> program.function("on_uprobe").attach(
                            new Uprobe(Calls.library(), Optional.of("labs"), offset,
                                    OptionalInt.empty(), false, 0)),
                    () -> Calls.labs(-7), Hits.own(7, 0, Calls.addressOfLabs() + offset));
        }
    }

    @Test
    void uprobe_atOffsetOfFile_countsThatInstruction() {
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            Hits.assertCounted(program,
                    () -> program.function("on_uprobe").attach(Uprobe.at(Calls.library(), Calls.offsetOfLabs())),
                    () -> Calls.labs(-7), Hits.own(7, 0, Calls.addressOfLabs()));
        }
    }

    @Test
    void uprobe_ofLibraryByItsName_isFound() {
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            Hits.assertCounted(program,
                    () -> program.function("on_uprobe").attach(Uprobe.of(Path.of("libc.so.6"), "labs")),
                    () -> Calls.labs(-7), Hits.own(7, 0, Calls.addressOfLabs()));
        }
    }

    @Test
    void uprobe_inAnotherProcess_countsNothingHere() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            Hits.assertCounted(program,
                    () -> program.function("on_uprobe").attach(
                            Uprobe.of(Calls.library(), "labs").inProcess((int) other.pid())),
                    () -> Calls.labs(-7));
        } finally {
            other.destroy();
        }
    }

    @Test
    void uretprobe_countsReturnsWithTheirValue() throws Exception {
        AttachReport.passes("uretprobe", () -> {
            try (var program = Hits.load("attach_probes", "on_uretprobe")) {
                Hits.assertCounted(program,
                        () -> program.function("on_uretprobe").attach(
                                Uprobe.of(Calls.library(), "labs").onReturns().withCookie(3)),
                        () -> Calls.labs(-4711), Hits.own(8, 3, 4711));
            }
        });
    }

    @Test
    void uprobe_ofWhatTheLibraryLacks_namesAll() {
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            assertThatThrownBy(() -> program.function("on_uprobe").attach(Uprobe.of(Calls.library(), "no_such")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_uprobe' cannot be attached to uprobe "
                            + Calls.library() + ":no_such: ")
                    .hasMessageContaining("ENOENT").hasMessageContaining("no_such");
            assertThatThrownBy(
                    () -> program.function("on_uprobe").attach(Uprobe.of(Path.of("/no/such/library.so"), "labs")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_uprobe' cannot be attached to uprobe "
                            + "/no/such/library.so:labs: ")
                    .hasMessageContaining("ENOENT");
            assertThat(program.attachments()).isEmpty();
        }
    }

    @Test
    void uprobe_ofWhatTheLibraryLacks_isToldItsFileAndTheNearestName() {
        String hint = "ENOENT (2, No such file or directory); " + Calls.library()
                + " has no function 'lbas' (did you mean"
                + " 'labs'?); `nm -D " + Calls.library() + "` shows those that it has: ";
        try (var program = Hits.load("attach_probes", "on_uprobe")) {
            assertThatThrownBy(() -> program.function("on_uprobe").attach(Uprobe.of(Calls.library(), "lbas")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_uprobe' cannot be attached to uprobe "
                            + Calls.library() + ":lbas: " + hint);
        }
        String section = "uprobe/" + Calls.library() + ":lbas";
        var elf = ElfFile.parse(Fixtures.path("live", "attach_killed"));
        byte[] renamed = ElfEditor.of(elf).renameSection(elf.section("uprobe").orElseThrow().index(), section)
                .toBytes();
        var spec = ProgramSpec.read(renamed, "renamed");
        assertThatThrownBy(() -> BpfProgram.load(spec)).isInstanceOf(AttachException.class)
                .hasMessageStartingWith("renamed: function 'on_call' cannot be attached to " + section + ": " + hint);
    }

    @Test
    void uprobeMulti_ofFunctions_countsEachWithItsCookie() throws Exception {
        Runnable event = () -> {
            Calls.labs(-7);
            Calls.getpgid(0);
        };
        if (!Kernels.since(6, 6) || !Libraries.since(1, 3)) {
            refused("uprobe.multi", "on_uprobes");
            return;
        }
        AttachReport.passes("uprobe.multi", () -> {
            try (var program = Hits.load("attach_probes", "on_uretprobes")) {
                Hits.assertCounted(program,
                        () -> program.function("on_uretprobes").attach(
                                UprobeMulti.of(Calls.library(), List.of("labs", "getpgid"))
                                        .withCookies(List.of(11L, 12L)).inProcess(OWN_PID).onReturns()),
                        event, Hits.own(10, 11, 7), Hits.own(10, 12, Calls.getpgid(0)));
            }
        });
    }

    @Test
    void uprobeMulti_ofLibraryByItsName_isFound() {
        if (!Kernels.since(6, 6) || !Libraries.since(1, 3)) {
            assertRefused("on_uprobes", UprobeMulti.of(Path.of("libc.so.6"), List.of("labs")), "uprobe.multi");
            return;
        }
        try (var program = Hits.load("attach_probes", "on_uprobes")) {
            Hits.assertCounted(program,
                    () -> program.function("on_uprobes").attach(
                            UprobeMulti.of(Path.of("libc.so.6"), List.of("labs")).inProcess(OWN_PID)),
                    () -> Calls.labs(-7), Hits.own(9, 0, Calls.addressOfLabs()));
        }
    }

    @Test
    void uprobeMulti_ofWhatTheLibraryLacks_namesTheFunctionAndTheNearest() {
        boolean can = Libraries.since(1, 3);
        String file = Calls.library().toString();
        String begin = "attach_probes: function 'on_uprobes' cannot be attached to uprobe.multi ";
        assertRefused("on_uprobes", UprobeMulti.of(Calls.library(), List.of("getpgid", "lbas", "no_such")),
                can
                        ? begin + file + ":[getpgid, lbas, no_such]: " + file
                                + " has no function 'lbas' (did you mean 'labs'?);"
                                + " `nm -D " + file + "` shows those that it has; nor has it [no_such]"
                        : "uprobe.multi");
        assertRefused("on_uprobes", UprobeMulti.of(Path.of("/no/such/library.so"), List.of("labs")),
                can
                        ? begin + "/no/such/library.so:[labs]: there is no file /no/such/library.so"
                        : "uprobe.multi");
        assertRefused("on_uprobes", UprobeMulti.of(Path.of("libebpf4j_none.so"), List.of("labs")),
                can
                        ? begin + "libebpf4j_none.so:[labs]: no folder where programs and libraries are looked for has a"
                                + " file libebpf4j_none.so; give its path"
                        : "uprobe.multi");
    }

    @Test
    void uprobeMulti_ofPattern_countsWhatMatches() throws Exception {
        if (!Kernels.since(6, 6) || !Libraries.since(1, 3)) {
            refused("uprobe.multi pattern", "on_uprobes");
            return;
        }
        AttachReport.passes("uprobe.multi pattern", () -> {
            try (var program = Hits.load("attach_probes", "on_uprobes")) {
                Hits.assertCounted(program,
                        () -> program.function("on_uprobes").attach(
                                UprobeMulti.matching(Calls.library(), "lab?").inProcess(OWN_PID)),
                        () -> Calls.labs(-7), Hits.own(9, 0, Calls.addressOfLabs()));
            }
        });
    }

    private static void assertRefused(String function, UprobeMulti target, String message) {
        assertThatThrownBy(() -> {
            try (var program = Hits.load("attach_probes", function)) {
                program.function(function).attach(target);
            }
        }).isInstanceOf(BpfException.class).hasMessageContaining(message)
                .hasMessageStartingWith("attach_probes: function '" + function + "'");
    }

    private static void refused(String kind, String function) {
        BpfException thrown = AttachReport.refused(kind, BpfException.class, () -> {
            try (var program = Hits.load("attach_probes", function)) {
                program.function(function).attach(UprobeMulti.of(Calls.library(), List.of("labs")));
            }
        });
        assertThat(thrown).hasMessageStartingWith("attach_probes: function '" + function + "'")
                .hasMessageContaining("uprobe.multi");
    }

    @Test
    void usdt_ofTheJvm_countsClassesThatAreLoaded() throws Exception {
        Path jvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        if (!has(jvm, "hotspot\0class__loaded\0")) {
            AttachReport.notHere("usdt", jvm + " has no hotspot:class__loaded");
            return;
        }
        if (Libraries.since(1, 7)) {
            AttachReport.notHere("usdt", "the probe was compiled with usdt.bpf.h of libbpf 1.1; from 1.7 on libbpf lays"
                    + " out struct __bpf_usdt_arg_spec otherwise, so that it reads no arguments");
            return;
        }
        AttachReport.passes("usdt", () -> {
            try (var program = Hits.load("attach_usdt", "on_class")) {
                Hits.assertCounted(program,
                        () -> program.function("on_class").attach(
                                Usdt.of(jvm, "hotspot", "class__loaded").inProcess(OWN_PID).withCookie(77)),
                        UserCodeLiveTest::loadClass, Hits.own(1, 77, "usdt/Probe".length()));
            }
        });
        try (var program = Hits.load("attach_usdt", "on_class");
                var attachment = program.function("on_class").attach(Usdt.of(jvm, "hotspot", "class__loaded"))) {
            assertThat(attachment.id()).isEmpty();
            assertThatThrownBy(() -> attachment.pin(Path.of("/sys/fs/bpf/ebpf4j_usdt")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageContaining("this kernel has no bpf_link for such an attachment, so nothing can keep it");
        }
    }

    @Test
    void usdt_ofWhatTheLibraryLacks_namesAll() {
        Path jvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        try (BpfProgram program = Hits.load("attach_usdt", "on_class")) {
            assertThatThrownBy(() -> program.function("on_class").attach(Usdt.of(jvm, "hotspot", "no_such")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_usdt: function 'on_class' cannot be attached to usdt " + jvm
                            + ":hotspot:no_such: ")
                    .hasMessageContaining("ENOENT");
        }
    }

    /** The program counts in there who looks, and prepares what it tells only then. */
    @Test
    void usdt_withASemaphore_isCountedInItWhileAttached(@TempDir Path folder) throws Exception {
        Optional<String> compiler = Stream.of("cc", "gcc", "clang-14").filter(Tool::has).findFirst();
        if (compiler.isEmpty() || Libraries.since(1, 7)) {
            AttachReport.notHere("usdt semaphore",
                    compiler.isEmpty() ? "no C compiler to build the target with" : "as usdt");
            return;
        }
        Path library = folder.resolve("libusdt_semaphore.so");
        Tool.run(compiler.get(), "-shared", "-fPIC", "-O1", "-o", library.toString(),
                Fixtures.ROOT.resolve("native/fixtures/live/src/usdt_semaphore.c").toString());
        try (Arena arena = Arena.ofConfined()) {
            var symbols = SymbolLookup.libraryLookup(library, arena);
            var semaphore = Linker.nativeLinker().downcallHandle(symbols.find("ebpf4j_semaphore").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_SHORT));
            var probe = Linker.nativeLinker().downcallHandle(symbols.find("ebpf4j_probe").orElseThrow(),
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
            var name = arena.allocateFrom("usdt/Probe");
            AttachReport.passes("usdt semaphore", () -> {
                try (var program = Hits.load("attach_usdt", "on_class")) {
                    var target = Usdt.of(library, "ebpf4j", "called").inProcess(OWN_PID);
                    assertThat(count(semaphore)).isZero();
                    call(probe, name, 9);
                    var first = program.function("on_class").attach(target.withCookie(5));
                    assertThat(count(semaphore)).isEqualTo(1);
                    call(probe, name, 10);
                    var second = program.function("on_class").attach(target.withCookie(6));
                    assertThat(count(semaphore)).as("the kernel counts the place, not who is there").isEqualTo(1);
                    first.close();
                    assertThat(count(semaphore)).isEqualTo(1);
                    call(probe, name, 11);
                    second.close();
                    assertThat(count(semaphore)).isZero();
                    call(probe, name, 12);
                    assertThat(Hits.of(program)).isEqualTo(Map.of(Hits.own(1, 5, 10), 1L, Hits.own(1, 6, 11), 1L));
                }
            });
        }
    }

    private static int count(MethodHandle semaphore) {
        try {
            return (short) semaphore.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void call(MethodHandle probe, MemorySegment name, long length) {
        try {
            probe.invokeExact(name, length);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Loads a class usdt.Probe, each time another. */
    private static void loadClass() {
        new ClassLoader(null) {
            void define() {
                byte[] bytes = smallest("usdt/Probe");
                defineClass("usdt.Probe", bytes, 0, bytes.length);
            }
        }.define();
    }

    /** {@return the smallest class file there is} Its constant pool has its own name and that of Object. */
    private static byte[] smallest(String name) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(0xcafebabe);
            out.writeInt(52);
            out.writeShort(5);
            for (String one : List.of(name, "java/lang/Object")) {
                out.writeByte(1);
                out.writeUTF(one);
            }
            for (int utf8 = 1; utf8 <= 2; utf8++) {
                out.writeByte(7);
                out.writeShort(utf8);
            }
            for (int field : new int[]{0x21, 3, 4, 0, 0, 0, 0}) {
                out.writeShort(field);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static boolean has(Path file, String text) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    }
}
