package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Opens a libbpf, checks that it is one, and says why not. */
final class LibbpfFinder {

    private static final String INSTALL = "install the package libbpf1 (Debian 12, Ubuntu 24.04 and later) or libbpf "
            + "(Fedora, Alpine), or name a file with -D" + NativeLibrary.PROPERTY + "=/path/" + NativeLibrary.SONAME;
    private static final String FIX_PROPERTY = "correct or remove -D" + NativeLibrary.PROPERTY;

    /** Every libbpf since 0.0.4 has it, and it is the way in for this library. */
    private static final String PROOF = "bpf_object__open_mem";

    // 7f1c8c600000-7f1c8c64e000 r-xp 0000b000 fe:00 1319471    /usr/lib/x86_64-linux-gnu/libbpf.so.1.1.2
    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (?:\\S+ +){4}(/.*)");

    private LibbpfFinder() {}

    /** What the dynamic linker finds under this name. */
    @SuppressWarnings("restricted")
    static LoadedLibbpf system(String soname) {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup(soname, Arena.ofAuto());
        } catch (IllegalArgumentException e) {
            throw new NativeUnavailableException(Reason.NOT_FOUND,
                    "libbpf was not found: %s; %s".formatted(DynamicLinker.refusal(soname), INSTALL), e);
        }
        return check(symbols, soname, INSTALL);
    }

    /** The file that the user named. */
    @SuppressWarnings("restricted")
    static LoadedLibbpf file(String name) {
        String subject = "-D" + NativeLibrary.PROPERTY + "=" + name;
        SymbolLookup symbols;
        try {
            Path path = Path.of(name).toAbsolutePath();
            Optional<String> flaw = SharedObjectFile.flaw(path);
            if (flaw.isPresent()) {
                throw new NativeUnavailableException(Reason.NOT_FOUND,
                        "%s: %s; %s".formatted(subject, flaw.get(), FIX_PROPERTY));
            }
            symbols = SymbolLookup.libraryLookup(path, Arena.ofAuto());
        } catch (InvalidPathException e) {
            throw new NativeUnavailableException(Reason.NOT_FOUND,
                    "%s: not a path: %s; %s".formatted(subject, e.getReason(), FIX_PROPERTY), e);
        } catch (IllegalArgumentException e) {
            String why = DynamicLinker.refusal(Path.of(name).toAbsolutePath().toString());
            throw new NativeUnavailableException(Reason.NOT_FOUND, "%s: %s; %s".formatted(subject, why, FIX_PROPERTY),
                    e);
        }
        return check(symbols, subject, FIX_PROPERTY);
    }

    static LoadedLibbpf check(SymbolLookup symbols, String subject, String advice) {
        Optional<MemorySegment> proof = symbols.find(PROOF);
        if (proof.isEmpty()) {
            throw new NativeUnavailableException(Reason.NOT_LIBBPF,
                    "%s: not libbpf, it has no function %s; %s".formatted(subject, PROOF, advice));
        }
        // Came with 0.6, so a libbpf without it is older still.
        String version = symbols.find("libbpf_version_string").map(LibbpfFinder::callVersion).orElse("0.5 or older");
        if (version.startsWith("0.")) {
            throw new NativeUnavailableException(Reason.TOO_OLD,
                    "%s: libbpf %s is too old, 1.0 or newer is needed; %s".formatted(subject, version, advice));
        }
        Path location = mappedFile(proof.get().address()).orElse(Path.of(NativeLibrary.SONAME));
        return new LoadedLibbpf(symbols, location, version);
    }

    // const char *libbpf_version_string(void), "v1.5"
    @SuppressWarnings("restricted")
    private static String callVersion(MemorySegment function) {
        try {
            MemorySegment text = (MemorySegment) Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
            String version = text.reinterpret(Long.MAX_VALUE).getString(0);
            return version.startsWith("v") ? version.substring(1) : version;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    /** The file behind an address: the dynamic linker does not tell which one it chose for a bare name. */
    private static Optional<Path> mappedFile(long address) {
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
