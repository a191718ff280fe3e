package io.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** The BPF objects in {@code native/fixtures}; what each shows is told in the README there. */
public final class Fixtures {
    public static final String CLANG14 = "clang14-el";
    public static final String CLANG19 = "clang19-el";
    public static final String BIG = "clang19-eb";
    /** One folder a compiler and byte order; all hold the same programs. */
    public static final List<String> FOLDERS = List.of(CLANG14, CLANG19, BIG);

    private static final Path ROOT = Path.of(System.getProperty("ebpf4j.root", ".."), "native", "fixtures");

    private Fixtures() {}

    public static Path path(String folder, String name) {
        return ROOT.resolve(folder).resolve(name + ".bpf.o");
    }

    public static ProgramSpec spec(String folder, String name) {
        return ProgramSpec.read(path(folder, name));
    }

    /** {@return the names of all objects in a folder} */
    public static List<String> names(String folder) throws Exception {
        try (var files = Files.list(ROOT.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".bpf.o"))
                    .map(file -> file.substring(0, file.length() - ".bpf.o".length())).sorted().toList();
        }
    }

    /** {@return bytes written as hex digits; blanks do not count} */
    public static MemorySegment bytes(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** {@return a segment's bytes as hex digits} */
    public static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }
}
