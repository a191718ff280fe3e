package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.PerfEvent;
import io.ebpf4j.attach.PerfEvent.Frequency;
import io.ebpf4j.attach.PerfEvent.Period;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_perf_event_opts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Hooks into the kernel's performance counters: an event is opened on each CPU, and libbpf hooks the function to each. */
final class PerfEvents {
    private static final int ANY = -1;

    private PerfEvents() {}

    static Hook attach(AttachCall call, PerfEvent target) {
        List<Hook> hooks = new ArrayList<>();
        boolean done = false;
        try {
            for (int cpu : cpus(target)) {
                hooks.add(attach(call, target, cpu));
            }
            done = true;
            return new HookGroup(call.where(), hooks);
        } finally {
            if (!done) {
                hooks.forEach(Hook::close);
            }
        }
    }

    private static Hook attach(AttachCall call, PerfEvent target, int cpu) {
        int event = switch (target.sampling()) {
            case Frequency(long hertz) -> open(target, hertz, true, cpu);
            case Period(long count) -> open(target, count, false, cpu);
        };
        if (event < 0) {
            throw call.failure(-event);
        }
        MemorySegment options = bpf_perf_event_opts.allocate(call.arena());
        bpf_perf_event_opts.sz(options, bpf_perf_event_opts.sizeof());
        bpf_perf_event_opts.bpf_cookie(options, target.cookie());
        MemorySegment link = Libbpf.bpf_program__attach_perf_event_opts(call.program(), event, options);
        if (link.address() == 0) {
            int errno = NativeLibrary.errno();
            Descriptors.close(event);
            throw call.failure(errno);
        }
        return call.link(link); // which closes the event too
    }

    private static int open(PerfEvent target, long rate, boolean frequency, int cpu) {
        return new io.ebpf4j.libbpf.PerfEvent(target.event().type(), target.event().config(), rate, frequency)
                .open(target.process().orElse(ANY), cpu);
    }

    /** A process is followed to whatever CPU it goes; whatever runs there is sampled on each CPU by itself. */
    private static List<Integer> cpus(PerfEvent target) {
        if (target.cpu().isPresent()) {
            return List.of(target.cpu().getAsInt());
        }
        return target.process().isPresent() ? List.of(ANY) : CpuList.online();
    }
}
