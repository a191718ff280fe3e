package io.ebpf4j.attach;

/** What a function can be hooked to. The records check their own values; whether the kernel has such a thing shows when it is asked. */
public sealed interface AttachTarget
        permits Cgroup, Kprobe, KprobeMulti, Ksyscall, NetNamespace, Netfilter, Netkit, PerfEvent, RawTracepoint,
        Replacement, Socket, SocketMap, Tcx, Trace, Tracepoint, TrafficControl, Uprobe, UprobeMulti, Usdt, Xdp {

    /** {@return what it is, for messages, as {@code kprobe do_exit+0x4}} */
    String description();
}
