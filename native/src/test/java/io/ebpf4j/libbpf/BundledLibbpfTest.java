package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.attempts.Attempts;
import io.ebpf4j.attempts.BundledLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A libbpf in a jar: that of the system, put into one, and where it was built the one that needs no other library. */
@RequiresLibbpf
class BundledLibbpfTest {

    private static final List<String> NO_STARTER = List.of();
    private static final String ALLOW = "--enable-native-access=ALL-UNNAMED";

    @TempDir
    Path directory;
    /** Where the child would leave a file. */
    Path temporary;
    byte[] system;

    @BeforeEach
    void prepare() throws IOException {
        temporary = Files.createDirectory(directory.resolve("tmp"));
        system = Files.readAllBytes(NativeLibrary.location());
    }

    @Test
    void require_jarOnClassPath_isUsedAndLeavesNoFile() throws IOException {
        Path jar = Bundle.jar(directory.resolve("ebpf-native-1-linux.jar"), system);

        ChildJvm.Result result = attempts(jar);

        assertThat(result.errors()).isEmpty();
        assertThat(result.of("location")).containsExactly("ok " + jar, "ok " + jar);
        assertThat(result.of("version")).containsOnly("ok " + NativeLibrary.version());
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void require_propertyToo_takesTheProperty() throws IOException {
        Path folder = Bundle.folder(directory, system, Bundle.checksum(system));

        ChildJvm.Result result = attempts(folder, "-Debpf4j.libbpf=" + NativeLibrary.location());

        assertThat(result.of("location")).containsOnly("ok " + NativeLibrary.location());
    }

    @Test
    void require_otherArchitectureOnly_takesTheSystems() throws IOException {
        Path folder = Bundle.folder(directory, system, Bundle.checksum(system));
        Files.move(folder.resolve(Bundle.ENTRY).getParent(),
                folder.resolve(Bundle.ENTRY).getParent().resolveSibling("linux-pdp11"));

        assertThat(attempts(folder).of("location")).containsOnly("ok " + NativeLibrary.location());
    }

    @Test
    void require_checksumOfOtherBytes_saysDamagedEachTime() throws IOException {
        byte[] other = system.clone();
        other[other.length / 2] ^= 1;
        Path folder = Bundle.folder(directory, other, Bundle.checksum(system));

        ChildJvm.Result result = attempts(folder);

        assertThat(result.of("require")).hasSize(2).containsOnly("NativeUnavailableException NOT_FOUND "
                + "the bundled libbpf in %s is damaged: its %d bytes have not the SHA-256 beside them;".formatted(
                        folder.resolve(Bundle.ENTRY), other.length)
                + " get the jar anew, or remove it to use the system's libbpf,"
                + " or name one with -Debpf4j.libbpf=/path/libbpf.so.1");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void require_checksumThatIsNone_saysDamaged() throws IOException {
        Path folder = Bundle.folder(directory, system, "oops".getBytes(StandardCharsets.US_ASCII));

        assertThat(attempts(folder).of("require")).allMatch(line -> line.contains(
                " is damaged: cannot be read: java.lang.IllegalArgumentException: a checksum of 4 characters instead of 64;"));
    }

    @Test
    void require_checksumMissing_saysDamaged() throws IOException {
        Path folder = Bundle.folder(directory, system, Bundle.checksum(system));
        Files.delete(folder.resolve(Bundle.ENTRY + ".sha256"));

        assertThat(attempts(folder).of("require")).hasSize(2)
                .allMatch(line -> line.contains(" is damaged: cannot be read: java.io.FileNotFoundException: "));
    }

    @Test
    void require_byteOfTheJarChanged_saysDamaged() throws IOException {
        Path jar = Bundle.jar(directory.resolve("x.jar"), system);
        byte[] bytes = Files.readAllBytes(jar);
        bytes[system.length / 2] ^= 0x10;
        Files.write(jar, bytes);

        assertThat(attempts(jar).of("require")).hasSize(2)
                .allMatch(line -> line.contains("the bundled libbpf in " + jar + " is damaged: "));
    }

    @Test
    void require_cannotBeOpened_takesTheSystems() throws IOException {
        byte[] alien = Bundle.ofOtherMachine(system);
        Path folder = Bundle.folder(directory, alien, Bundle.checksum(alien));

        assertThat(attempts(folder).of("location")).containsOnly("ok " + NativeLibrary.location());
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    @AsRoot
    void require_cannotBeOpenedAndNoSystems_saysBoth() throws IOException {
        byte[] alien = Bundle.ofOtherMachine(system);
        Path folder = Bundle.folder(directory, alien, Bundle.checksum(alien));

        ChildJvm.Result result = ChildJvm.startedBy(withoutSystemLibbpf(), folder.toString(), options(),
                Attempts.class);

        assertThat(result.of("require")).as(result.errors()).hasSize(2).allMatch(line -> line.startsWith(
                "NativeUnavailableException NOT_FOUND the bundled libbpf in %s cannot be opened ("
                        .formatted(
                                folder.resolve(Bundle.ENTRY)))
                && line.contains(", and libbpf was not found: ") && line.contains("install the package libbpf1"));
    }

    @Test
    @AsRoot
    void load_realBundleAndNoSystemLibraries_loadsAndLeavesNothing() throws IOException {
        Path bundle = Path.of("target/bundle", Path.of(Bundle.ENTRY).getName(2).toString()).toAbsolutePath();
        if (!Files.exists(bundle.resolve(Bundle.ENTRY))) {
            String why = "no bundle was built: native/build-bundle.sh";
            System.out.println("SKIPPED " + getClass().getSimpleName() + ": " + why);
            assumeTrue(false, why);
        }
        Path object = Path.of("fixtures/clang14-el/core_relocations.bpf.o").toAbsolutePath();

        ChildJvm.Result result = ChildJvm.startedBy(withoutSystemLibbpf(), bundle.toString(), options(),
                BundledLoad.class, object.toString());

        assertThat(result.errors()).isEmpty();
        assertThat(result.of("location")).containsExactly(bundle.resolve(Bundle.ENTRY).toString());
        assertThat(result.of("load")).containsExactly("ok");
        assertThat(result.of("fd")).containsExactly("true");
        assertThat(result.of("mapped")).singleElement().asString().matches("/memfd:ebpf4j-[0-9a-f-]{36} \\(deleted\\)");
        assertThat(result.of("open")).isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    private ChildJvm.Result attempts(Path bundle, String... more) {
        return ChildJvm.startedBy(NO_STARTER, bundle.toString(), options(more), Attempts.class);
    }

    private List<String> options(String... more) {
        return Stream.concat(Stream.of(ALLOW, "-Djava.io.tmpdir=" + temporary), Stream.of(more)).toList();
    }

    /** In mounts of its own, in which the files of libbpf and libelf are empty. */
    private static List<String> withoutSystemLibbpf() throws IOException {
        StringBuilder mounts = new StringBuilder();
        try (Stream<Path> files = Files.list(NativeLibrary.location().getParent())) {
            files.filter(file -> file.getFileName().toString().matches("lib(bpf|elf).*\\.so.*"))
                    .filter(file -> !Files.isSymbolicLink(file))
                    .forEach(file -> mounts.append("mount --bind /dev/null '").append(file).append("' && "));
        }
        return List.of("unshare", "--mount", "sh", "-c", mounts + "exec \"$@\"", "sh");
    }
}
