package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.AttachType;
import io.ebpf4j.kernel.LinkInfo;
import io.ebpf4j.kernel.LinkTarget;
import io.ebpf4j.kernel.LinkType;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_link_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** From {@code struct bpf_link_info} to {@link LinkInfo}. */
public final class LinkInfos {
    /** Of a path, with the NUL: {@code PATH_MAX}. Names are shorter. */
    private static final int NAME_ROOM = 4096;

    // enum bpf_perf_event_type
    private static final int UPROBE = 1;
    private static final int URETPROBE = 2;
    private static final int KPROBE = 3;
    private static final int KRETPROBE = 4;
    private static final int TRACEPOINT = 5;
    private static final int EVENT = 6;

    private LinkInfos() {}

    /**
     * {@return what the kernel tells of a link}
     *
     * @param fd its file descriptor
     * @param what names it, to begin messages with
     * @throws io.ebpf4j.KernelAccessException when it tells nothing
     */
    public static LinkInfo of(int fd, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_link_info.allocate(arena);
            Description.read(fd, info, what);
            LinkType type = LinkType.of(bpf_link_info.type(info));
            return new LinkInfo(bpf_link_info.id(info), type, bpf_link_info.type(info), bpf_link_info.prog_id(info),
                    new Reader(arena, fd, what, info).target(type));
        }
    }

    /** Names are filled in by a second call, which is told where; only now it is known in which struct of the union. */
    private record Reader(Arena arena, int fd, String what, MemorySegment info) {
        LinkTarget target(LinkType type) {
            return switch (type) {
                case RAW_TRACEPOINT -> new LinkTarget.RawTracepoint(name((again, room) -> {
                    MemorySegment tracepoint = bpf_link_info.raw_tracepoint(again);
                    bpf_link_info.raw_tracepoint.tp_name(tracepoint, room);
                    bpf_link_info.raw_tracepoint.tp_name_len(tracepoint, NAME_ROOM);
                }));
                case ITER -> new LinkTarget.Iterator(name((again, room) -> {
                    MemorySegment iterator = bpf_link_info.iter(again);
                    bpf_link_info.iter.target_name(iterator, room);
                    bpf_link_info.iter.target_name_len(iterator, NAME_ROOM);
                }));
                case TRACING -> {
                    MemorySegment tracing = bpf_link_info.tracing(info);
                    yield new LinkTarget.TypedFunction(AttachType.of(bpf_link_info.tracing.attach_type(tracing)),
                            bpf_link_info.tracing.target_obj_id(tracing), bpf_link_info.tracing.target_btf_id(tracing));
                }
                case CGROUP -> {
                    MemorySegment cgroup = bpf_link_info.cgroup(info);
                    yield new LinkTarget.Cgroup(bpf_link_info.cgroup.cgroup_id(cgroup),
                            AttachType.of(bpf_link_info.cgroup.attach_type(cgroup)));
                }
                case NETNS -> {
                    MemorySegment namespace = bpf_link_info.netns(info);
                    yield new LinkTarget.NetworkNamespace(
                            Integer.toUnsignedLong(bpf_link_info.netns.netns_ino(namespace)),
                            AttachType.of(bpf_link_info.netns.attach_type(namespace)));
                }
                case XDP -> new LinkTarget.NetworkInterface(bpf_link_info.xdp.ifindex(bpf_link_info.xdp(info)),
                        AttachType.XDP);
                case TCX -> {
                    MemorySegment tcx = bpf_link_info.tcx(info);
                    yield new LinkTarget.NetworkInterface(bpf_link_info.tcx.ifindex(tcx),
                            AttachType.of(bpf_link_info.tcx.attach_type(tcx)));
                }
                case NETKIT -> {
                    MemorySegment netkit = bpf_link_info.netkit(info);
                    yield new LinkTarget.NetworkInterface(bpf_link_info.netkit.ifindex(netkit),
                            AttachType.of(bpf_link_info.netkit.attach_type(netkit)));
                }
                case NETFILTER -> {
                    MemorySegment hook = bpf_link_info.netfilter(info);
                    yield new LinkTarget.Netfilter(bpf_link_info.netfilter.pf(hook),
                            bpf_link_info.netfilter.hooknum(hook), bpf_link_info.netfilter.priority(hook),
                            bpf_link_info.netfilter.flags(hook));
                }
                case STRUCT_OPS ->
                    new LinkTarget.StructOps(bpf_link_info.struct_ops.map_id(bpf_link_info.struct_ops(info)));
                case SOCKMAP -> {
                    MemorySegment sockmap = bpf_link_info.sockmap(info);
                    yield new LinkTarget.SocketMap(bpf_link_info.sockmap.map_id(sockmap),
                            AttachType.of(bpf_link_info.sockmap.attach_type(sockmap)));
                }
                case KPROBE_MULTI -> {
                    MemorySegment multi = bpf_link_info.kprobe_multi(info);
                    int count = bpf_link_info.kprobe_multi.count(multi);
                    boolean atReturn = (bpf_link_info.kprobe_multi.flags(multi)
                            & Libbpf.BPF_F_KPROBE_MULTI_RETURN()) != 0;
                    yield count == 0
                            ? new LinkTarget.Untold()
                            : new LinkTarget.KernelFunctions(count, atReturn, bpf_link_info.kprobe_multi.missed(multi));
                }
                case UPROBE_MULTI -> uprobes();
                case PERF_EVENT -> perfEvent(bpf_link_info.perf_event(info));
                case TRACING_MULTI, UNKNOWN -> new LinkTarget.Untold();
            };
        }

        private LinkTarget uprobes() {
            MemorySegment multi = bpf_link_info.uprobe_multi(info);
            int count = bpf_link_info.uprobe_multi.count(multi);
            if (count == 0) {
                return new LinkTarget.Untold();
            }
            String path = name((again, room) -> {
                MemorySegment places = bpf_link_info.uprobe_multi(again);
                bpf_link_info.uprobe_multi.path(places, room);
                bpf_link_info.uprobe_multi.path_size(places, NAME_ROOM);
            });
            boolean atReturn = (bpf_link_info.uprobe_multi.flags(multi) & Libbpf.BPF_F_UPROBE_MULTI_RETURN()) != 0;
            return new LinkTarget.FilePlaces(path, count, atReturn, bpf_link_info.uprobe_multi.pid(multi));
        }

        private LinkTarget perfEvent(MemorySegment event) {
            int type = bpf_link_info.perf_event.type(event);
            return switch (type) {
                case KPROBE, KRETPROBE -> {
                    MemorySegment kprobe = bpf_link_info.perf_event.kprobe(event);
                    yield new LinkTarget.KernelFunction(name((again, room) -> {
                        MemorySegment function = bpf_link_info.perf_event.kprobe(bpf_link_info.perf_event(again));
                        bpf_link_info.perf_event.kprobe.func_name(function, room);
                        bpf_link_info.perf_event.kprobe.name_len(function, NAME_ROOM);
                    }), Integer.toUnsignedLong(bpf_link_info.perf_event.kprobe.offset(kprobe)), type == KRETPROBE,
                            bpf_link_info.perf_event.kprobe.missed(kprobe));
                }
                case UPROBE, URETPROBE -> {
                    MemorySegment uprobe = bpf_link_info.perf_event.uprobe(event);
                    yield new LinkTarget.FilePlace(name((again, room) -> {
                        MemorySegment place = bpf_link_info.perf_event.uprobe(bpf_link_info.perf_event(again));
                        bpf_link_info.perf_event.uprobe.file_name(place, room);
                        bpf_link_info.perf_event.uprobe.name_len(place, NAME_ROOM);
                    }), Integer.toUnsignedLong(bpf_link_info.perf_event.uprobe.offset(uprobe)), type == URETPROBE);
                }
                case TRACEPOINT -> new LinkTarget.Tracepoint(name((again, room) -> {
                    MemorySegment tracepoint = bpf_link_info.perf_event.tracepoint(bpf_link_info.perf_event(again));
                    bpf_link_info.perf_event.tracepoint.tp_name(tracepoint, room);
                    bpf_link_info.perf_event.tracepoint.name_len(tracepoint, NAME_ROOM);
                }));
                case EVENT -> {
                    MemorySegment counted = bpf_link_info.perf_event.event(event);
                    yield new LinkTarget.Event(bpf_link_info.perf_event.event.type(counted),
                            bpf_link_info.perf_event.event.config(counted));
                }
                default -> new LinkTarget.Untold(); // 0 before Linux 6.6
            };
        }

        private String name(NamePlace place) {
            MemorySegment again = bpf_link_info.allocate(arena);
            MemorySegment room = arena.allocate(NAME_ROOM);
            place.set(again, room.address());
            Description.read(fd, again, what);
            return Description.name(room);
        }
    }

    /** Says in a struct where a name is to be written to. */
    @FunctionalInterface
    private interface NamePlace {
        void set(MemorySegment again, long room);
    }
}
