package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Committed objects are those that {@code native/build-probes.sh} made of the committed sources. No compiler is asked: the
 * script writes into {@code MANIFEST} from what it made each object.
 */
class ManifestTest {
    private static final Path ROOT = Path.of(System.getProperty("ebpf4j.root"));

    @TempDir
    Path copy;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ebpf-samples/src/main/resources/io/ebpf4j/samples | ebpf-samples/src/main/bpf | .bpf.c
            native/fixtures/clang14-el                        | native/fixtures/src       | .bpf.c
            native/fixtures/clang19-el                        | native/fixtures/src       | .bpf.c
            native/fixtures/clang19-eb                        | native/fixtures/src       | .bpf.c
            """)
    void objects_fitTheirSources(String objects, String sources, String suffix) throws IOException {
        Manifest manifest = Manifest.read(ROOT.resolve(objects));

        assertThat(manifest.drift(ROOT)).as("run native/build-probes.sh").isEmpty();
        assertThat(manifest.objects()).isNotEmpty().isEqualTo(files(ROOT.resolve(objects), ".o"));
        assertThat(manifest.sources()).containsAll(
                files(ROOT.resolve(sources), suffix).stream().map(name -> sources + '/' + name).toList());
    }

    @Test
    void drift_sourceEdited_namesObjectAndSource() throws IOException {
        write("probe.c", "int x;");
        write("probe.o", "code");
        write("MANIFEST", "# a comment\nobject probe.o\nsha256 " + sha256("code") + "\nflags -g -O2\nsource "
                + sha256("int x;") + " probe.c\n\n");
        assertThat(Manifest.read(copy).drift(copy)).isEmpty();

        write("probe.c", "int y;");

        assertThat(Manifest.read(copy).drift(copy)).containsExactly("probe.o was not made of this probe.c");
    }

    @Test
    void drift_objectReplaced_namesIt() throws IOException {
        write("probe.o", "other");
        write("MANIFEST", "object probe.o\nsha256 " + sha256("code") + "\n\n");

        assertThat(Manifest.read(copy).drift(copy)).containsExactly("probe.o is not the one that MANIFEST tells of");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(copy.resolve(name), text);
    }

    private static Set<String> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(suffix)).forEach(names::add);
            return names;
        }
    }

    private static String sha256(String text) {
        return Manifest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As the head of {@code native/build-probes.sh} describes it. */
    private record Manifest(Path directory, List<Entry> entries) {
        private record Entry(String object, String key, String value) {}

        static Manifest read(Path directory) throws IOException {
            List<Entry> entries = new ArrayList<>();
            String object = "";
            for (String line : Files.readAllLines(directory.resolve("MANIFEST"))) {
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                String key = line.substring(0, line.indexOf(' '));
                String value = line.substring(line.indexOf(' ') + 1);
                object = key.equals("object") ? value : object;
                entries.add(new Entry(object, key, value));
            }
            return new Manifest(directory, entries);
        }

        List<String> drift(Path root) throws IOException {
            List<String> drift = new ArrayList<>();
            for (Entry entry : entries) {
                switch (entry.key()) {
                    case "sha256" -> {
                        if (!entry.value().equals(sha256(Files.readAllBytes(directory.resolve(entry.object()))))) {
                            drift.add(entry.object() + " is not the one that MANIFEST tells of");
                        }
                    }
                    case "source" -> {
                        String[] hashAndPath = entry.value().split(" ", 2);
                        Path source = root.resolve(hashAndPath[1]);
                        if (!Files.exists(source) || !hashAndPath[0].equals(sha256(Files.readAllBytes(source)))) {
                            drift.add(entry.object() + " was not made of this " + hashAndPath[1]);
                        }
                    }
                    default -> {
                    }
                }
            }
            return drift;
        }

        Set<String> objects() {
            return new TreeSet<>(entries.stream().map(Entry::object).toList());
        }

        Set<String> sources() {
            return new TreeSet<>(entries.stream().filter(entry -> entry.key().equals("source"))
                    .map(entry -> entry.value().split(" ", 2)[1]).toList());
        }

        static String sha256(byte[] bytes) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every JDK has it", e);
            }
        }
    }
}
