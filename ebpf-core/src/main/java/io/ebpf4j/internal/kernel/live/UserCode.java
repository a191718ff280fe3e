package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.Uprobe;
import io.ebpf4j.attach.UprobeMulti;
import io.ebpf4j.attach.Usdt;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.symbols.FileOffsets;
import io.ebpf4j.internal.symbols.FileSearch;
import io.ebpf4j.internal.symbols.Located;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_uprobe_multi_opts;
import io.ebpf4j.libbpf.gen.bpf_uprobe_opts;
import io.ebpf4j.libbpf.gen.bpf_usdt_opts;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Hooks into programs and shared libraries. */
final class UserCode {
    private static final int EVERY_PROCESS = -1;

    private UserCode() {}

    static Hook uprobe(AttachCall call, Uprobe target) {
        MemorySegment options = bpf_uprobe_opts.allocate(call.arena());
        bpf_uprobe_opts.sz(options, bpf_uprobe_opts.sizeof());
        bpf_uprobe_opts.bpf_cookie(options, target.cookie());
        bpf_uprobe_opts.retprobe(options, target.onReturn());
        target.function().ifPresent(name -> bpf_uprobe_opts.func_name(options, call.text(name)));
        return call.link(Libbpf.bpf_program__attach_uprobe_opts(call.program(), process(target.process()),
                call.text(target.binary().toString()), target.offset(), options));
    }

    static Hook uprobes(AttachCall call, UprobeMulti target) {
        return target.pattern().isPresent()
                ? uprobes(call, target, target.binary(), call.text(target.pattern().get()), List.of())
                : uprobesByName(call, target);
    }

    /** The names become offsets here: libbpf takes names, but finds none in a stripped library. */
    private static Hook uprobesByName(AttachCall call, UprobeMulti target) {
        Path file = FileSearch.ofThisProcess().find(target.binary()).orElseThrow(() -> call.failure(Errno.ENOENT,
                "no folder where programs and libraries are looked for has a file " + target.binary()
                        + "; give its path"));
        return switch (FileOffsets.find(file, target.functions())) {
            case Located.At(var offsets) -> uprobes(call, target, file, MemorySegment.NULL, offsets);
            case Located.Nowhere(int errno, String why) -> throw call.failure(errno, why);
        };
    }

    private static Hook uprobes(AttachCall call, UprobeMulti target, Path file, MemorySegment pattern,
            List<Long> offsets) {
        MemorySegment options = bpf_uprobe_multi_opts.allocate(call.arena());
        bpf_uprobe_multi_opts.sz(options, bpf_uprobe_multi_opts.sizeof());
        bpf_uprobe_multi_opts.retprobe(options, target.onReturn());
        bpf_uprobe_multi_opts.offsets(options, call.numbers(offsets));
        bpf_uprobe_multi_opts.cookies(options, call.numbers(target.cookies()));
        bpf_uprobe_multi_opts.cnt(options, offsets.size());
        return call.link(Libbpf.bpf_program__attach_uprobe_multi(call.program(), process(target.process()),
                call.text(file.toString()), pattern, options));
    }

    static Hook usdt(AttachCall call, Usdt target) {
        MemorySegment options = bpf_usdt_opts.allocate(call.arena());
        bpf_usdt_opts.sz(options, bpf_usdt_opts.sizeof());
        bpf_usdt_opts.usdt_cookie(options, target.cookie());
        return call.link(Libbpf.bpf_program__attach_usdt(call.program(), process(target.process()),
                call.text(target.binary().toString()), call.text(target.provider()), call.text(target.name()),
                options));
    }

    private static int process(OptionalInt pid) {
        return pid.orElse(EVERY_PROCESS);
    }
}
