package io.ebpf4j.testing;

import java.nio.file.Path;

/** The committed objects under {@code native/fixtures}. */
public final class Fixtures {
    /** The repository's root; the build sets the property, an IDE runs in a module's folder. */
    public static final Path ROOT = Path.of(System.getProperty("ebpf4j.root", ".."));

    private Fixtures() {}

    /** {@return an object made by clang 14, little-endian} */
    public static Path path(String name) {
        return path("clang14-el", name);
    }

    /** {@return an object of one of the folders} */
    public static Path path(String folder, String name) {
        return ROOT.resolve("native/fixtures").resolve(folder).resolve(name + ".bpf.o");
    }

    /** {@return the object of a sample} */
    public static Path sample(String name) {
        return ROOT.resolve("ebpf-samples/src/main/resources/io/ebpf4j/samples").resolve(name + ".bpf.o");
    }
}
