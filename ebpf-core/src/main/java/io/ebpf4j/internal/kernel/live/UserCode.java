package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.attach.Uprobe;
import io.ebpf4j.attach.UprobeMulti;
import io.ebpf4j.attach.Usdt;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_uprobe_multi_opts;
import io.ebpf4j.libbpf.gen.bpf_uprobe_opts;
import io.ebpf4j.libbpf.gen.bpf_usdt_opts;
import java.lang.foreign.MemorySegment;
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
        MemorySegment options = bpf_uprobe_multi_opts.allocate(call.arena());
        bpf_uprobe_multi_opts.sz(options, bpf_uprobe_multi_opts.sizeof());
        bpf_uprobe_multi_opts.retprobe(options, target.onReturn());
        if (!target.functions().isEmpty()) {
            bpf_uprobe_multi_opts.syms(options, call.texts(target.functions()));
            bpf_uprobe_multi_opts.cookies(options, call.numbers(target.cookies()));
            bpf_uprobe_multi_opts.cnt(options, target.functions().size());
        }
        MemorySegment pattern = target.pattern().map(call::text).orElse(MemorySegment.NULL);
        MemorySegment link = Libbpf.bpf_program__attach_uprobe_multi(call.program(), process(target.process()),
                call.text(target.binary().toString()), pattern, options);
        if (link.address() == 0 && NativeLibrary.errno() == Errno.ENOENT && !target.functions().isEmpty()) {
            // libbpf, at least up to 1.8, forgets what it has found in .dynsym where there is no .symtab
            throw new AttachException(call.where() + " cannot be attached: " + target.binary()
                    + " lacks one of these functions, or is stripped: then libbpf takes a pattern, but no names; use"
                    + " UprobeMulti.matching, or a Uprobe for each", Errno.ENOENT);
        }
        return call.link(link);
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
