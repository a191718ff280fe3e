package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The libbpf of this JVM: looked for on the first call, and again on each call until it is found; then kept as long as
 * this class.
 *
 * <p>
 * The lookup takes the path in the system property {@value #PROPERTY} if that is set, and only that; otherwise the
 * library in a jar {@code ebpf-native-VERSION-linux-ARCH}, if one is on the class path; otherwise what the dynamic linker
 * finds as {@value #SONAME}. Any libbpf from 1.0 on will do.
 */
public final class NativeLibrary {

    /** The system property that holds the path of a libbpf to use instead of the system's. Blank means unset. */
    public static final String PROPERTY = "ebpf4j.libbpf";

    static final String SONAME = "libbpf.so.1";

    private static volatile @Nullable LoadedLibbpf loaded;

    private NativeLibrary() {}

    /**
     * Makes sure that libbpf can be called.
     *
     * @throws NativeUnavailableException
     *             if it cannot; a later call may succeed, for instance once the package is installed
     */
    public static void require() {
        load();
    }

    /** {@return the version that libbpf tells of itself, such as {@code 1.5}; packages number patches beyond it} */
    public static String version() {
        return load().version();
    }

    /**
     * {@return the file that libbpf was loaded from, such as {@code /usr/lib/x86_64-linux-gnu/libbpf.so.1.5.0}, or the jar that
     * it was bundled in}
     */
    public static Path location() {
        return load().location();
    }

    /**
     * {@return whether the loaded libbpf has this function}
     *
     * @param function
     *            its C name, such as {@code bpf_program__attach_tcx}
     */
    public static boolean has(String function) {
        return load().symbols().find(Objects.requireNonNull(function)).isPresent();
    }

    /**
     * {@return {@code errno} as the last native call of this thread left it, 0 before the first} It means something only
     * if that call reported failure: C leaves it alone, or sets it to anything, on success.
     */
    public static int errno() {
        return NativeSymbols.errno();
    }

    static LoadedLibbpf load() {
        LoadedLibbpf found = loaded;
        return found != null ? found : find();
    }

    private static synchronized LoadedLibbpf find() {
        LoadedLibbpf found = loaded;
        if (found == null) {
            requireNativeCalls();
            String override = System.getProperty(PROPERTY, "");
            found = override.isBlank()
                    ? LibbpfFinder.bundledOrSystem(NativeLibrary.class.getClassLoader(), SONAME)
                    : LibbpfFinder.file(override);
            loaded = found;
        }
        return found;
    }

    /** What the C library needs as well: a platform whose C types we know, and the permission. */
    static void requireNativeCalls() {
        String os = System.getProperty("os.name", "unknown");
        if (!os.equals("Linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            throw new NativeUnavailableException(Reason.PLATFORM,
                    "eBPF needs a 64-bit Linux, this is %s on %s: only parsing and replay work here".formatted(os,
                            System.getProperty("os.arch", "unknown")));
        }
        Module module = NativeLibrary.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            askForNativeAccess(module);
        }
    }

    // Not enabled may still mean allowed with a warning, which JDK 24 and later do by default, and then the first restricted
    // call enables it. Only such a call can tell, so this makes the cheapest one.
    @SuppressWarnings("restricted")
    private static void askForNativeAccess(Module module) {
        try {
            Objects.requireNonNull(MemorySegment.NULL.reinterpret(0));
        } catch (IllegalCallerException e) {
            throw new NativeUnavailableException(Reason.ACCESS_DENIED,
                    "the JVM refuses native calls to %s: start it with --enable-native-access=%s".formatted(
                            module.isNamed() ? "module " + module.getName() : "the class path",
                            module.isNamed() ? module.getName() : "ALL-UNNAMED"),
                    e);
        }
    }
}
