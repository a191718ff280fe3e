package io.ebpf4j.internal.symbols;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which file a name without a slash is, by the rules of libbpf: it knows them for a function and for a pattern, but not
 * for the offsets of many functions, where it leaves the name to the kernel, which looks in the working directory.
 */
public final class FileSearch {
    private final Map<String, String> environment;
    private final String machine;

    /**
     * Looks as a process does.
     *
     * @param environment its variables
     * @param machine what it runs on, as {@code os.arch} calls it
     */
    FileSearch(Map<String, String> environment, String machine) {
        this.environment = environment;
        this.machine = machine;
    }

    /** {@return the search of this process} */
    public static FileSearch ofThisProcess() {
        return new FileSearch(System.getenv(), System.getProperty("os.arch", ""));
    }

    /**
     * {@return the file; empty where no folder has one of that name which can be read, and run if it is a program}
     *
     * @param binary a path, which is taken as it is, or a name
     */
    public Optional<Path> find(Path binary) {
        String name = binary.toString();
        if (name.contains("/")) {
            return Optional.of(binary.toAbsolutePath());
        }
        boolean library = name.endsWith(".so") || name.contains(".so.");
        return folders(library).filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isReadable(file)
                        && (library || Files.isExecutable(file)))
                .findFirst()
                .map(Path::toAbsolutePath);
    }

    private Stream<String> folders(boolean library) {
        Stream<String> paths = library
                ? Stream.of(environment.getOrDefault("LD_LIBRARY_PATH", ""), "/usr/lib64", "/usr/lib",
                        "/lib/" + triplet())
                : Stream.of(environment.getOrDefault("PATH", ""), "/usr/bin", "/usr/sbin");
        return paths.flatMap(path -> Stream.of(path.split(":", -1)));
    }

    /** Debian's folder of libraries; elsewhere there is none of that name, which does no harm. */
    private String triplet() {
        return switch (machine) {
            case "amd64" -> "x86_64";
            case "ppc64le" -> "powerpc64le";
            default -> machine;
        } + "-linux-gnu";
    }
}
