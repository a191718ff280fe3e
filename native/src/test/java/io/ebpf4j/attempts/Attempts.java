package io.ebpf4j.attempts;

import io.ebpf4j.libbpf.EpollEvent;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeUnavailableException;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import java.util.concurrent.Callable;

/**
 * Tries everything twice and prints a line for each: {@code step: ok VALUE}, or {@code step: TYPE REASON MESSAGE}. With an
 * argument, it then sets the library's property to that and tries again. In a package of its own, as a user of the module.
 */
public final class Attempts {

    private Attempts() {}

    /**
     * Runs them.
     *
     * @param arguments
     *            a library to try last
     */
    public static void main(String[] arguments) {
        all();
        all();
        if (arguments.length > 0) {
            System.setProperty(NativeLibrary.PROPERTY, arguments[0]);
            all();
        }
    }

    private static void all() {
        attempt("function", Libbpf::libbpf_major_version);
        attempt("libc", Libc::getpagesize);
        attempt("require", () -> {
            NativeLibrary.require();
            return "found";
        });
        attempt("version", NativeLibrary::version);
        attempt("location", NativeLibrary::location);
        attempt("log", () -> {
            try (var scope = LibbpfLog.capture((level, text) -> {})) {
                return scope.failure();
            }
        });
        attempt("constant", Libbpf::BPF_MAP_TYPE_RINGBUF);
        attempt("struct", () -> bpf_object_open_opts.sizeof() > 0);
        attempt("pure", () -> Errno.describe(Errno.ENOENT) + EpollEvent.LAYOUT.byteSize());
    }

    private static void attempt(String step, Callable<?> action) {
        try {
            System.out.println(step + ": ok " + action.call());
        } catch (NativeUnavailableException e) {
            System.out.println(step + ": NativeUnavailableException " + e.reason() + " " + e.getMessage());
        } catch (Throwable e) {
            System.out.println(step + ": " + e);
        }
    }
}
