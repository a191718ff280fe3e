package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.LoadException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.LibbpfLog.Level;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A {@code struct bpf_object_open_opts}. */
final class OpenOptions {
    /** libbpf tells no more of its version than this. */
    private static final String MAYBE_SHIFTED = "1.0";
    private static final String TOO_LONG = "has non-zero extra bytes";

    private OpenOptions() {}

    static MemorySegment of(ProgramSpec spec, LoadPlan plan, Arena arena) {
        boolean shifting = plan.kernelTypes().isPresent() || plan.kconfig().isPresent()
                || plan.verifierLog().isPresent();
        if (shifting && NativeLibrary.version().equals(MAYBE_SHIFTED) && isShifted(arena)) {
            throw new LoadException(spec.name() + ": libbpf 1.0.0 (" + NativeLibrary.location()
                    + ") takes kernel types,"
                    + " kconfig and verifier logs at other places than every libbpf after it; install 1.0.1 or newer, or leave"
                    + " these options out", 0);
        }
        MemorySegment options = empty(arena);
        bpf_object_open_opts.object_name(options, arena.allocateFrom(spec.name()));
        plan.kernelTypes().ifPresent(
                file -> bpf_object_open_opts.btf_custom_path(options, arena.allocateFrom(file.toString())));
        plan.token().ifPresent(
                bpffs -> bpf_object_open_opts.bpf_token_path(options, arena.allocateFrom(bpffs.toString())));
        plan.kconfig().ifPresent(lines -> bpf_object_open_opts.kconfig(options, arena.allocateFrom(lines)));
        plan.verifierLog().ifPresent(log -> bpf_object_open_opts.kernel_log_level(options, log.level()));
        return options;
    }

    private static MemorySegment empty(Arena arena) {
        MemorySegment options = bpf_object_open_opts.allocate(arena);
        bpf_object_open_opts.sz(options, bpf_object_open_opts.sizeof());
        return options;
    }

    /**
     * libbpf 1.0.0 lost a member in the middle, and 1.0.1 put a gap there: of options that are that much shorter, the last
     * one is too long by its own. The object that is none is not looked at then.
     */
    private static boolean isShifted(Arena arena) {
        var messages = new LibbpfMessages();
        try (var _ = LibbpfLog.capture(Level.WARN, messages)) {
            MemorySegment options = empty(arena);
            bpf_object_open_opts.kernel_log_level(options, 1);
            bpf_object_open_opts.object_name(options, arena.allocateFrom("none"));
            MemorySegment opened = Libbpf.bpf_object__open_mem(arena.allocate(Long.BYTES), Long.BYTES, options);
            if (opened.address() != 0) {
                Libbpf.bpf_object__close(opened);
            }
            return messages.text().contains(TOO_LONG);
        }
    }
}
