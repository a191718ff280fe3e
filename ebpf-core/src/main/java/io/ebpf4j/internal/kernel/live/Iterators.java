package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.IteratorScope;
import io.ebpf4j.attach.IteratorScope.Cgroups;
import io.ebpf4j.attach.IteratorScope.Everything;
import io.ebpf4j.attach.IteratorScope.MapElements;
import io.ebpf4j.attach.IteratorScope.OneProcess;
import io.ebpf4j.attach.IteratorScope.OneThread;
import io.ebpf4j.internal.kernel.Cursor;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_iter_attach_opts;
import io.ebpf4j.libbpf.gen.bpf_iter_link_info;
import java.lang.foreign.MemorySegment;

/** Makes iterators. */
final class Iterators {
    private Iterators() {}

    static Cursor iterate(AttachCall call, IteratorScope scope) {
        return switch (scope) {
            case Everything() -> link(call, MemorySegment.NULL);
            case MapElements(String map) -> {
                MemorySegment info = bpf_iter_link_info.allocate(call.arena());
                bpf_iter_link_info.map.map_fd(bpf_iter_link_info.map(info),
                        call.object().descriptor(call.map(map)));
                yield link(call, info);
            }
            case Cgroups(var directory, var walk) -> {
                int fd = Descriptors.open(directory, Libc.O_RDONLY());
                if (fd < 0) {
                    throw call.failure(-fd);
                }
                try {
                    MemorySegment info = bpf_iter_link_info.allocate(call.arena());
                    MemorySegment cgroup = bpf_iter_link_info.cgroup(info);
                    bpf_iter_link_info.cgroup.cgroup_fd(cgroup, fd);
                    bpf_iter_link_info.cgroup.order(cgroup, walk.number());
                    yield link(call, info);
                } finally {
                    Descriptors.close(fd);
                }
            }
            case OneThread(int id) -> {
                MemorySegment info = bpf_iter_link_info.allocate(call.arena());
                bpf_iter_link_info.task.tid(bpf_iter_link_info.task(info), id);
                yield link(call, info);
            }
            case OneProcess(int id) -> {
                MemorySegment info = bpf_iter_link_info.allocate(call.arena());
                bpf_iter_link_info.task.pid(bpf_iter_link_info.task(info), id);
                yield link(call, info);
            }
        };
    }

    private static Cursor link(AttachCall call, MemorySegment info) {
        MemorySegment options = MemorySegment.NULL;
        if (info.address() != 0) {
            options = bpf_iter_attach_opts.allocate(call.arena());
            bpf_iter_attach_opts.sz(options, bpf_iter_attach_opts.sizeof());
            bpf_iter_attach_opts.link_info(options, info);
            bpf_iter_attach_opts.link_info_len(options, (int) bpf_iter_link_info.sizeof());
        }
        return new LiveCursor(call.where(), call.link(Libbpf.bpf_program__attach_iter(call.program(), options)));
    }
}
