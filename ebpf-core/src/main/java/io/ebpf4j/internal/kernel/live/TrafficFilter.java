package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_tc_hook;
import io.ebpf4j.libbpf.gen.bpf_tc_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A filter of the queueing discipline clsact, by netlink: found again later by its handle and priority. */
final class TrafficFilter {
    private TrafficFilter() {}

    static Hook attach(AttachCall call, TrafficControl target) {
        int index = Packets.index(call, target.networkInterface());
        int point = switch (target.direction()) {
            case INGRESS -> Libbpf.BPF_TC_INGRESS();
            case EGRESS -> Libbpf.BPF_TC_EGRESS();
        };
        MemorySegment hook = hook(call.arena(), index, point);
        int created = Libbpf.bpf_tc_hook_create(hook);
        if (created != 0 && created != -Errno.EEXIST) {
            throw call.failure(-created);
        }
        MemorySegment options = options(call.arena(), 0, target.priority());
        bpf_tc_opts.prog_fd(options, call.descriptor());
        int result = Libbpf.bpf_tc_attach(hook, options);
        if (result != 0) {
            throw call.failure(-result);
        }
        int handle = bpf_tc_opts.handle(options);
        int priority = bpf_tc_opts.priority(options);
        return new LinklessHook(call.where(), () -> detach(call.object(), index, point, handle, priority));
    }

    /** Not caring what comes of it: the interface may be gone, or somebody has removed the filter. */
    private static void detach(LiveObject object, int index, int point, int handle, int priority) {
        object.control(_ -> {
            try (Arena arena = Arena.ofConfined()) {
                return Libbpf.bpf_tc_detach(hook(arena, index, point), options(arena, handle, priority));
            }
        });
    }

    private static MemorySegment hook(Arena arena, int index, int point) {
        MemorySegment hook = bpf_tc_hook.allocate(arena);
        bpf_tc_hook.sz(hook, bpf_tc_hook.sizeof());
        bpf_tc_hook.ifindex(hook, index);
        bpf_tc_hook.attach_point(hook, point);
        return hook;
    }

    private static MemorySegment options(Arena arena, int handle, int priority) {
        MemorySegment options = bpf_tc_opts.allocate(arena);
        bpf_tc_opts.sz(options, bpf_tc_opts.sizeof());
        bpf_tc_opts.handle(options, handle);
        bpf_tc_opts.priority(options, priority);
        return options;
    }
}
