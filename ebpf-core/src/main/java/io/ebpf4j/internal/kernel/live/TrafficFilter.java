package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_tc_hook;
import io.ebpf4j.libbpf.gen.bpf_tc_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A filter of the queueing discipline clsact, by netlink. It is found again later by its handle and priority, which another filter can have by
 * then, if somebody has removed this one; so the program is looked at, too.
 */
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
        int program = bpf_tc_opts.prog_id(options);
        return new LinklessHook(call.where(), () -> detach(call.object(), index, point, handle, priority, program));
    }

    /** Not caring what comes of it: the interface may be gone, or somebody has removed the filter. */
    private static void detach(LiveObject object, int index, int point, int handle, int priority, int program) {
        object.control(_ -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment hook = hook(arena, index, point);
                MemorySegment found = options(arena, handle, priority);
                int result = Libbpf.bpf_tc_query(hook, found);
                return result == 0 && bpf_tc_opts.prog_id(found) == program
                        ? Libbpf.bpf_tc_detach(hook, options(arena, handle, priority))
                        : result;
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
