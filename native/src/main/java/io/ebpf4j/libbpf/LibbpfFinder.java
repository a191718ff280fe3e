package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.LibraryImage.Outcome;
import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens a libbpf, checks that it is one, and says why not. */
final class LibbpfFinder {

    private static final String INSTALL = "install the package libbpf1 (Debian 12, Ubuntu 24.04 and later) or libbpf "
            + "(Fedora, Alpine), or name a file with -D" + NativeLibrary.PROPERTY + "=/path/" + NativeLibrary.SONAME;
    private static final String FIX_PROPERTY = "correct or remove -D" + NativeLibrary.PROPERTY;

    private static final String FIX_BUNDLE = "remove that jar, or name a file with -D" + NativeLibrary.PROPERTY;

    /** Every libbpf since 0.0.4 has it, and it is the way in for this library. */
    static final String PROOF = "bpf_object__open_mem";

    private LibbpfFinder() {}

    /** The bundled one if there is one, otherwise the system's. */
    // The other way round a service would run with one libbpf here and another there, though its jars are the same.
    static LoadedLibbpf bundledOrSystem(ClassLoader loader, String soname) {
        Optional<BundledLibbpf> bundled = BundledLibbpf.find(loader);
        return bundled.isPresent() ? bundled(bundled.get(), soname) : system(soname);
    }

    private static LoadedLibbpf bundled(BundledLibbpf bundled, String soname) {
        return switch (bundled.read().open()) {
            case Outcome.Opened(SymbolLookup symbols) ->
                check(symbols, bundled.origin().toString(), FIX_BUNDLE).at(bundled.origin());
            case Outcome.Refused(String why) -> {
                try {
                    yield system(soname); // where the C library is not glibc the bundled one cannot do
                } catch (NativeUnavailableException e) {
                    throw new NativeUnavailableException(Reason.NOT_FOUND,
                            "the bundled libbpf in %s cannot be opened (%s), and %s".formatted(bundled.origin(), why,
                                    e.getMessage()),
                            e);
                }
            }
        };
    }

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
        Path location = LoadedLibbpf.fileOf(proof.get().address()).orElse(Path.of(NativeLibrary.SONAME));
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
}
