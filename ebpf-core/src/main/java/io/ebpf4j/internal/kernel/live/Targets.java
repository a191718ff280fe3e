package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.Cgroup;
import io.ebpf4j.attach.Kprobe;
import io.ebpf4j.attach.KprobeMulti;
import io.ebpf4j.attach.Ksyscall;
import io.ebpf4j.attach.NetNamespace;
import io.ebpf4j.attach.Netfilter;
import io.ebpf4j.attach.Netkit;
import io.ebpf4j.attach.PerfEvent;
import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.attach.Replacement;
import io.ebpf4j.attach.Socket;
import io.ebpf4j.attach.SocketMap;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.Trace;
import io.ebpf4j.attach.Tracepoint;
import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.attach.Uprobe;
import io.ebpf4j.attach.UprobeMulti;
import io.ebpf4j.attach.Usdt;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.internal.kernel.Hook;

/** From what a function shall be hooked to, to how. */
final class Targets {
    private Targets() {}

    static Hook attach(AttachCall call, AttachTarget target) {
        return switch (target) {
            case Kprobe kprobe -> KernelCode.kprobe(call, kprobe);
            case KprobeMulti kprobes -> KernelCode.kprobes(call, kprobes);
            case Ksyscall syscall -> KernelCode.syscall(call, syscall);
            case Tracepoint tracepoint -> KernelCode.tracepoint(call, tracepoint);
            case RawTracepoint tracepoint -> KernelCode.rawTracepoint(call, tracepoint);
            case Trace trace -> KernelCode.trace(call, trace);
            case Uprobe uprobe -> UserCode.uprobe(call, uprobe);
            case UprobeMulti uprobes -> UserCode.uprobes(call, uprobes);
            case Usdt usdt -> UserCode.usdt(call, usdt);
            case PerfEvent event -> PerfEvents.attach(call, event);
            case Cgroup cgroup -> Sockets.cgroup(call, cgroup);
            case NetNamespace namespace -> Sockets.namespace(call, namespace);
            case Socket socket -> Sockets.socket(call, socket);
            case SocketMap sockets -> Sockets.map(call, sockets);
            case Xdp xdp -> Packets.xdp(call, xdp);
            case Tcx tcx -> Packets.tcx(call, tcx);
            case Netkit netkit -> Packets.netkit(call, netkit);
            case Netfilter netfilter -> Packets.netfilter(call, netfilter);
            case TrafficControl control -> TrafficFilter.attach(call, control);
            case Replacement _ -> throw new IllegalArgumentException("a replacement has two programs");
        };
    }
}
