package io.ebpf4j.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Facts about the running kernel, by which a test knows what it has to do. */
public final class Kernels {
    private static final List<String> CONFIG = config();

    private Kernels() {}

    /** {@return as {@code uname -r} says} */
    public static String release() {
        return read(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    /** {@return whether it is of some version, or newer} */
    public static boolean since(int major, int minor) {
        String[] numbers = release().split("[^0-9]+", 3);
        int ours = Integer.parseInt(numbers[0]);
        return ours > major || (ours == major && Integer.parseInt(numbers[1]) >= minor);
    }

    /** {@return whether it was built with an option, as {@code CONFIG_KPROBES}, not as a module} */
    public static boolean has(String option) {
        return CONFIG.contains(option + "=y");
    }

    /** {@return whether it has a function, by /proc/kallsyms} */
    public static boolean hasFunction(String name) {
        try (var lines = Files.lines(Path.of("/proc/kallsyms"))) {
            return lines.anyMatch(line -> line.endsWith(" " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> config() {
        Path running = Path.of("/proc/config.gz");
        Path booted = Path.of("/boot/config-" + release());
        try {
            if (Files.exists(running)) {
                var text = new ByteArrayOutputStream();
                try (var unzipped = new GZIPInputStream(Files.newInputStream(running))) {
                    unzipped.transferTo(text);
                }
                return text.toString(StandardCharsets.UTF_8).lines().toList();
            }
            return Files.exists(booted) ? Files.readAllLines(booted) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what the kernel says in a file, or nothing where it has none such} */
    public static Optional<String> says(Path file) {
        return Files.exists(file) ? Optional.of(read(file).strip()) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            // not readAllBytes of a known size: files of /proc say they have none
            return String.join("\n", new ArrayList<>(Files.readAllLines(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
