package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.libbpf.LibraryImage.Outcome;
import io.ebpf4j.libbpf.LibraryImage.Outcome.Opened;
import io.ebpf4j.libbpf.LibraryImage.Outcome.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresLibbpf
class LibraryImageTest {

    @TempDir
    Path directory;

    @Test
    void fromMemory_library_isMappedFromThereOnly() throws IOException {
        Set<String> before = descriptors();

        Outcome outcome = new LibraryImage(Files.readAllBytes(NativeLibrary.location())).fromMemory();

        assertThat(outcome).isInstanceOfSatisfying(Opened.class,
                opened -> assertThat(fileOf(opened)).startsWith("/memfd:ebpf4j-").endsWith(" (deleted)"));
        assertThat(descriptors()).isEqualTo(before);
    }

    // What the dynamic linker opened as /proc/self/fd/N stays known to it by that name.
    @Test
    void fromMemory_sameDescriptorNumberAgain_neverTakesTheOtherLibrary() throws IOException {
        byte[] bytes = Files.readAllBytes(NativeLibrary.location());
        Opened first = (Opened) new LibraryImage(bytes).open();

        Outcome second = new LibraryImage(bytes).open();

        assertThat(second).isInstanceOfSatisfying(Opened.class,
                opened -> assertThat(fileOf(opened)).isNotEqualTo(fileOf(first)));
    }

    @Test
    void fromFile_library_isGoneWhenOpened() throws IOException {
        Outcome outcome = new LibraryImage(Files.readAllBytes(NativeLibrary.location())).fromFile();

        assertThat(outcome).isInstanceOfSatisfying(Opened.class, opened -> {
            Path file = Path.of(fileOf(opened).replace(" (deleted)", ""));
            assertThat(file.getFileName()).hasToString("libbpf.so.1");
            assertThat(file).doesNotExist();
            assertThat(file.getParent()).doesNotExist();
        });
    }

    @Test
    void open_noLibrary_saysWhyForBothWaysAndLeavesNothing() throws IOException {
        Outcome outcome = new LibraryImage(
                Bundle.ofOtherMachine(Files.readAllBytes(NativeLibrary.location()))).open();

        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.why())
                .matches(".+; (.+)/ebpf4j-\\d+/libbpf\\.so\\.1: .+"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @AsRoot
    void fromFile_noexecFolder_namesTheProperty() {
        ChildJvm.Result result = ChildJvm.startedBy(
                List.of("unshare", "--mount", "sh", "-c",
                        "mount -t tmpfs -o noexec none '%s' && exec \"$@\"".formatted(directory), "sh"),
                "", List.of("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + directory), FromFile.class,
                NativeLibrary.location().toString());

        assertThat(result.lines()).as(result.errors()).hasSize(2);
        assertThat(result.of("refused")).singleElement().asString().contains(directory + "/ebpf4j-",
                ": its file system is mounted noexec; name another folder with -Djava.io.tmpdir=FOLDER");
        assertThat(result.of("left")).containsExactly("0");
    }

    @Test
    void fromFile_noSuchFolder_namesTheProperty() {
        ChildJvm.Result result = ChildJvm.startedBy(List.of(), "",
                List.of("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + directory.resolve("none")),
                FromFile.class, NativeLibrary.location().toString());

        assertThat(result.of("refused")).as(result.errors()).singleElement().asString()
                .startsWith("in the folder for temporary files: java.nio.file.NoSuchFileException: ")
                .endsWith("; name another with -Djava.io.tmpdir=FOLDER");
    }

    /** The child of the two above. */
    static final class FromFile {

        private FromFile() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            switch (new LibraryImage(Files.readAllBytes(Path.of(arguments[0]))).fromFile()) {
                case Opened(var symbols) -> System.out.println("opened: " + symbols);
                case Refused(String why) -> System.out.println("refused: " + why);
            }
            if (Files.exists(folder)) {
                System.out.println("left: " + folder.toFile().list().length);
            }
        }
    }

    private static String fileOf(Opened opened) {
        return opened.symbols().find(LibbpfFinder.PROOF).flatMap(proof -> LoadedLibbpf.fileOf(proof.address()))
                .map(Path::toString).orElse("unmapped");
    }

    private static List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("ebpf4j-\\d+")).toList();
        }
    }

    private static Set<String> descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(LibraryImageTest::target).flatMap(Optional::stream)
                    .filter(file -> file.contains("memfd:ebpf4j"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Optional<String> target(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return Optional.empty(); // that of the listing itself
        }
    }
}
