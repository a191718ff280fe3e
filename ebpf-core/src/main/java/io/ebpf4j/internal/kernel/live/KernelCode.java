package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.ProgramType;
import io.ebpf4j.attach.Kprobe;
import io.ebpf4j.attach.KprobeMulti;
import io.ebpf4j.attach.Ksyscall;
import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.attach.Trace;
import io.ebpf4j.attach.Tracepoint;
import io.ebpf4j.internal.diagnose.Host;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_kprobe_multi_opts;
import io.ebpf4j.libbpf.gen.bpf_kprobe_opts;
import io.ebpf4j.libbpf.gen.bpf_ksyscall_opts;
import io.ebpf4j.libbpf.gen.bpf_raw_tracepoint_opts;
import io.ebpf4j.libbpf.gen.bpf_trace_opts;
import io.ebpf4j.libbpf.gen.bpf_tracepoint_opts;
import java.lang.foreign.MemorySegment;

/** Hooks into the kernel's own code. */
final class KernelCode {
    private KernelCode() {}

    static Hook kprobe(AttachCall call, Kprobe target) {
        MemorySegment options = bpf_kprobe_opts.allocate(call.arena());
        bpf_kprobe_opts.sz(options, bpf_kprobe_opts.sizeof());
        bpf_kprobe_opts.bpf_cookie(options, target.cookie());
        bpf_kprobe_opts.offset(options, target.offset());
        bpf_kprobe_opts.retprobe(options, target.onReturn());
        return call.link(Libbpf.bpf_program__attach_kprobe_opts(call.program(), call.text(target.function()), options));
    }

    static Hook kprobes(AttachCall call, KprobeMulti target) {
        MemorySegment options = bpf_kprobe_multi_opts.allocate(call.arena());
        bpf_kprobe_multi_opts.sz(options, bpf_kprobe_multi_opts.sizeof());
        bpf_kprobe_multi_opts.retprobe(options, target.onReturn());
        if (!target.functions().isEmpty()) {
            bpf_kprobe_multi_opts.syms(options, call.texts(target.functions()));
            bpf_kprobe_multi_opts.cookies(options, call.numbers(target.cookies()));
            bpf_kprobe_multi_opts.cnt(options, target.functions().size());
        }
        MemorySegment pattern = target.pattern().map(call::text).orElse(MemorySegment.NULL);
        return call.link(Libbpf.bpf_program__attach_kprobe_multi_opts(call.program(), pattern, options));
    }

    static Hook syscall(AttachCall call, Ksyscall target) {
        MemorySegment options = bpf_ksyscall_opts.allocate(call.arena());
        bpf_ksyscall_opts.sz(options, bpf_ksyscall_opts.sizeof());
        bpf_ksyscall_opts.bpf_cookie(options, target.cookie());
        bpf_ksyscall_opts.retprobe(options, target.onReturn());
        return call.link(Libbpf.bpf_program__attach_ksyscall(call.program(), call.text(target.name()), options));
    }

    static Hook tracepoint(AttachCall call, Tracepoint target) {
        MemorySegment options = bpf_tracepoint_opts.allocate(call.arena());
        bpf_tracepoint_opts.sz(options, bpf_tracepoint_opts.sizeof());
        bpf_tracepoint_opts.bpf_cookie(options, target.cookie());
        return call.link(Libbpf.bpf_program__attach_tracepoint_opts(call.program(), call.text(target.category()),
                call.text(target.name()), options));
    }

    /** The older function where it will do: the one that takes a cookie came with libbpf 1.5. */
    static Hook rawTracepoint(AttachCall call, RawTracepoint target) {
        if (target.cookie() == 0) {
            return call.link(Libbpf.bpf_program__attach_raw_tracepoint(call.program(), call.text(target.name())));
        }
        MemorySegment options = bpf_raw_tracepoint_opts.allocate(call.arena());
        bpf_raw_tracepoint_opts.sz(options, bpf_raw_tracepoint_opts.sizeof());
        bpf_raw_tracepoint_opts.cookie(options, target.cookie());
        MemorySegment link = Libbpf.bpf_program__attach_raw_tracepoint_opts(call.program(), call.text(target.name()),
                options);
        if (link.address() == 0 && NativeLibrary.errno() == Errno.EINVAL && Host.running().isBefore("6.10")) {
            throw call.failure(Errno.EINVAL,
                    Errno.describe(Errno.EINVAL) + "; a cookie at a raw tracepoint takes Linux 6.10,"
                            + " this is " + Host.running().release() + ": leave the cookie out");
        }
        return call.link(link);
    }

    static Hook trace(AttachCall call, Trace target) {
        if (call.function().programType() == ProgramType.LSM && target.cookie() == 0) {
            return call.link(Libbpf.bpf_program__attach_lsm(call.program()));
        }
        MemorySegment options = bpf_trace_opts.allocate(call.arena());
        bpf_trace_opts.sz(options, bpf_trace_opts.sizeof());
        bpf_trace_opts.cookie(options, target.cookie());
        return call.link(Libbpf.bpf_program__attach_trace_opts(call.program(), options));
    }
}
