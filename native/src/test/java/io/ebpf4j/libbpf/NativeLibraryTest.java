package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.attempts.Attempts;
import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

    private static final String ALLOW = "--enable-native-access=ALL-UNNAMED";
    private static final List<String> NEED_LIBBPF = List.of("function", "require", "version", "location", "log");
    private static final List<String> NEED_NOTHING = List.of("constant", "struct", "pure");

    @Test
    @EnabledOnOs(OS.LINUX)
    void require_missingLibrary_sameExceptionEachTime() {
        ChildJvm.Result result = ChildJvm.onClassPath(List.of(ALLOW, "-Debpf4j.libbpf=/nonexistent"), Attempts.class);

        assertUnavailable(result, NEED_LIBBPF, 2, "NOT_FOUND -Debpf4j.libbpf=/nonexistent: no such file;"
                + " correct or remove -Debpf4j.libbpf");
        assertThat(result.of("libc")).hasSize(2).allMatch(line -> line.matches("ok \\d+"));
        assertPureWorks(result, 2);
        assertThat(result.exit()).isZero();
    }

    @Test
    @RequiresLibbpf
    void require_libraryAppearsLater_succeeds() {
        String real = NativeLibrary.location().toString();
        ChildJvm.Result result = ChildJvm.onClassPath(List.of(ALLOW, "-Debpf4j.libbpf=/nonexistent"), Attempts.class,
                real);

        for (String step : NEED_LIBBPF) {
            assertThat(result.of(step)).as(step).hasSize(3);
            assertThat(result.of(step).get(1)).as(step).startsWith("NativeUnavailableException NOT_FOUND ");
            assertThat(result.of(step).get(2)).as(step).startsWith("ok ");
        }
        assertThat(result.of("location").get(2)).isEqualTo("ok " + real);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void require_nativeAccessDenied_sameExceptionEachTime() {
        ChildJvm.Result result = ChildJvm.onClassPath(List.of(deny()), Attempts.class);

        assertUnavailable(result, NEED_LIBBPF, 2, "ACCESS_DENIED the JVM refuses native calls to the class path:"
                + " start it with --enable-native-access=ALL-UNNAMED");
        assertUnavailable(result, List.of("libc"), 2, "ACCESS_DENIED the JVM refuses native calls to the class path:"
                + " start it with --enable-native-access=ALL-UNNAMED");
        assertPureWorks(result, 2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void require_nativeAccessDeniedToModule_namesTheModule() {
        ChildJvm.Result result = ChildJvm.onModulePath(List.of(deny()), Attempts.class);

        assertUnavailable(result, NEED_LIBBPF, 2,
                "ACCESS_DENIED the JVM refuses native calls to module io.ebpf4j.libbpf:"
                        + " start it with --enable-native-access=io.ebpf4j.libbpf");
        assertPureWorks(result, 2);
    }

    @Test
    @RequiresLibbpf
    void require_nativeAccessOfTheModuleOnly_suffices() {
        ChildJvm.Result result = ChildJvm.onModulePath(List.of("--enable-native-access=io.ebpf4j.libbpf"),
                Attempts.class);

        for (String step : NEED_LIBBPF) {
            assertThat(result.of(step)).as(step).hasSize(2).allMatch(line -> line.startsWith("ok "));
        }
        assertThat(result.errors()).doesNotContain("WARNING");
    }

    @Test
    @RequiresLibbpf
    void require_noFlag_isLeftToTheJvm() {
        ChildJvm.Result result = ChildJvm.onClassPath(List.of(), Attempts.class);

        assertThat(result.of("require")).containsExactly("ok found", "ok found");
        assertThat(result.errors()).contains("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void constants_noFlag_noWarning() {
        ChildJvm.Result result = ChildJvm.onClassPath(List.of("-Dos.name=Plan 9"), Attempts.class);

        assertPureWorks(result, 2);
        assertUnavailable(result, NEED_LIBBPF, 2, "PLATFORM eBPF needs a 64-bit Linux, this is Plan 9 on "
                + System.getProperty("os.arch") + ": only parsing and replay work here");
        assertThat(result.errors()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void require_anotherLibrary_saysItIsNotLibbpf() {
        Path other = Path.of(System.getProperty("java.home"), "lib", "libjava.so");

        ChildJvm.Result result = ChildJvm.onClassPath(List.of(ALLOW, "-Debpf4j.libbpf=" + other), Attempts.class);

        assertUnavailable(result, NEED_LIBBPF, 2, "NOT_LIBBPF -Debpf4j.libbpf=" + other
                + ": not libbpf, it has no function bpf_object__open_mem; correct or remove -Debpf4j.libbpf");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void file_notElf_showsItsFirstBytes(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("libbpf.so.1"), "#!/bin/sh");

        assertThatThrownBy(() -> LibbpfFinder.file(file.toString())).isInstanceOfSatisfying(
                NativeUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageContaining(
                        file + ": not an ELF file, it begins with [23 21 2f 62] instead of [7f 45 4c 46]");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void file_cutOff_passesOnWhatTheDynamicLinkerSays(@TempDir Path folder) throws IOException {
        byte[] header = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0};
        Path file = Files.write(folder.resolve("libbpf.so.1"), header);

        assertThatThrownBy(() -> LibbpfFinder.file(file.toString())).isInstanceOfSatisfying(
                NativeUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageMatching(
                        "(?s)-Debpf4j\\.libbpf=\\Q" + file + "\\E: \\Q" + file + "\\E: .+; correct or remove.*");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void file_nulInPath_isNotAPath() {
        assertThatThrownBy(() -> LibbpfFinder.file("lib\0bpf")).isInstanceOf(NativeUnavailableException.class)
                .hasMessageContaining("not a path");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void system_noSuchLibrary_namesThePackages() {
        assertThatThrownBy(() -> LibbpfFinder.system("libebpf4j-none.so.1")).isInstanceOfSatisfying(
                NativeUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageStartingWith("libbpf was not found: libebpf4j-none.so.1: ")
                .hasMessageContaining("libbpf1 (Debian")
                .hasMessageContaining("-Debpf4j.libbpf=/path/libbpf.so.1");
    }

    @Test
    void check_noVersionFunction_isTooOld() {
        SymbolLookup libbpf05 = name -> name.equals("bpf_object__open_mem")
                ? Optional.of(MemorySegment.ofAddress(4096))
                : Optional.empty();

        assertThatThrownBy(() -> LibbpfFinder.check(libbpf05, "libbpf.so", "upgrade")).isInstanceOfSatisfying(
                NativeUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_OLD))
                .hasMessage("libbpf.so: libbpf 0.5 or older is too old, 1.0 or newer is needed; upgrade");
    }

    @Test
    @RequiresLibbpf
    void version_ofTheSystem_isMajorAndMinor() {
        assertThat(NativeLibrary.version()).matches("1\\.\\d+");
        assertThat(NativeLibrary.location()).isRegularFile();
        assertThat(NativeLibrary.location().getFileName().toString()).startsWith("libbpf.so.1");
    }

    @Test
    @RequiresLibbpf
    void has_function_tellsWhetherItIsExported() {
        assertThat(NativeLibrary.has("bpf_object__open_mem")).isTrue();
        assertThat(NativeLibrary.has("bpf_object__open_sesame")).isFalse();
    }

    private static String deny() {
        // Before JDK 24 access is denied to those left out of the list, if there is one.
        return Runtime.version().feature() >= 24
                ? "--illegal-native-access=deny"
                : "--enable-native-access=java.logging";
    }

    private static void assertUnavailable(ChildJvm.Result result, List<String> steps, int times, String expected) {
        for (String step : steps) {
            assertThat(result.of(step)).as("%s, standard error: %s", step, result.errors()).hasSize(times)
                    .containsOnly("NativeUnavailableException " + expected);
        }
    }

    private static void assertPureWorks(ChildJvm.Result result, int times) {
        for (String step : NEED_NOTHING) {
            assertThat(result.of(step)).as(step).hasSize(times).allMatch(line -> line.startsWith("ok "));
        }
        assertThat(result.of("constant")).containsOnly("ok 27");
    }
}
