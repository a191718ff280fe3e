package io.ebpf4j.testing;

import io.ebpf4j.ProgramSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** The committed BPF objects; what each of those in {@code native/fixtures} shows is told in the README there. */
public final class Fixtures {
    /** The repository's root; the build sets the property, an IDE runs in a module's folder. */
    public static final Path ROOT = Path.of(System.getProperty("ebpf4j.root", ".."));

    public static final String CLANG14 = "clang14-el";
    public static final String CLANG19 = "clang19-el";
    public static final String BIG = "clang19-eb";
    /** One folder a compiler and byte order; all hold the same programs. */
    public static final List<String> FOLDERS = List.of(CLANG14, CLANG19, BIG);

    private static final String SUFFIX = ".bpf.o";

    private Fixtures() {}

    /** {@return an object made by clang 14, little-endian} */
    public static Path path(String name) {
        return path(CLANG14, name);
    }

    /** {@return an object of one of the folders} */
    public static Path path(String folder, String name) {
        return folder(folder).resolve(name + SUFFIX);
    }

    /** {@return the object of a sample} */
    public static Path sample(String name) {
        return ROOT.resolve("ebpf-samples/src/main/resources/io/ebpf4j/samples").resolve(name + SUFFIX);
    }

    /** {@return what an object of one of the folders declares} */
    public static ProgramSpec spec(String folder, String name) {
        return ProgramSpec.read(path(folder, name));
    }

    /** {@return the names of all objects in a folder} */
    public static List<String> names(String folder) {
        try (var files = Files.list(folder(folder))) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return bytes written as hex digits; blanks do not count} */
    public static MemorySegment bytes(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** {@return a segment's bytes as hex digits} */
    public static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    private static Path folder(String folder) {
        return ROOT.resolve("native/fixtures").resolve(folder);
    }
}
