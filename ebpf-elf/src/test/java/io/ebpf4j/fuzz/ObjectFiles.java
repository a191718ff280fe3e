package io.ebpf4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project's BPF objects; what each of them shows is told in {@code native/fixtures}. */
public final class ObjectFiles {
    private static final Path FOLDER = Path.of(System.getProperty("ebpf4j.root", ".."), "native", "fixtures");
    private static final List<String> KINDS = List.of("clang14-el", "clang19-el", "clang19-eb");

    private ObjectFiles() {}

    /** {@return all objects, by folder and name} */
    public static Map<String, byte[]> all() {
        var objects = new TreeMap<String, byte[]>();
        KINDS.forEach(kind -> objects.putAll(in(FOLDER.resolve(kind), ".bpf.o")));
        return objects;
    }

    /** {@return the contents of a folder of resources, by name} */
    static Map<String, byte[]> in(URL folder) {
        try {
            return in(Path.of(folder.toURI()), "");
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, byte[]> in(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .collect(Collectors.toMap(file -> folder.getFileName() + "/" + file.getFileName(),
                            ObjectFiles::bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return some objects, such as {@code clang19-el/no_maps}} */
    public static List<byte[]> of(String... names) {
        return Stream.of(names).map(name -> bytes(FOLDER.resolve(name + ".bpf.o"))).toList();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
