package io.ebpf4j.libbpf;

import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A libbpf that was opened and checked.
 *
 * @param symbols
 *            its exported functions; keeps it open
 * @param location
 *            the file it was loaded from, a jar for a bundled one
 * @param version
 *            what {@code libbpf_version_string()} says, without the leading v
 */
record LoadedLibbpf(SymbolLookup symbols, Path location, String version) {

    // 7f1c8c600000-7f1c8c64e000 r-xp 0000b000 fe:00 1319471    /usr/lib/x86_64-linux-gnu/libbpf.so.1.1.2
    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (?:\\S+ +){4}(/.*)");

    LoadedLibbpf at(Path place) {
        return new LoadedLibbpf(symbols, place, version);
    }

    /** The file behind an address: the dynamic linker does not tell which one it chose for a bare name. */
    static Optional<Path> fileOf(long address) {
        // Paths are bytes; Latin-1 decodes any, and is undone below.
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return mappings.map(MAPPING::matcher).filter(Matcher::matches)
                    .filter(m -> Long.parseUnsignedLong(m.group(1), 16) <= address
                            && address < Long.parseUnsignedLong(m.group(2), 16))
                    .map(m -> Path
                            .of(new String(m.group(3).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)))
                    .findFirst();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
