package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.Netfilter;
import io.ebpf4j.attach.Netkit;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_link_create_opts;
import io.ebpf4j.libbpf.gen.bpf_netfilter_opts;
import java.lang.foreign.MemorySegment;

/**
 * Hooks on the way of packets. Where what is asked for says more than the function's section does, the link is made by the system call
 * itself, for libbpf knows the section alone.
 */
final class Packets {
    private static final int DEFRAGMENT = 1;

    private Packets() {}

    static Hook xdp(AttachCall call, Xdp target) {
        MemorySegment options = options(call);
        bpf_link_create_opts.flags(options, target.mode().flag());
        return link(call, target.networkInterface(), Libbpf.BPF_XDP(), options);
    }

    static Hook tcx(AttachCall call, Tcx target) {
        var place = Place.of(call, target.order(), "bpf_program__attach_tcx");
        MemorySegment options = options(call);
        bpf_link_create_opts.flags(options, place.flags());
        if (place.link() != 0) {
            bpf_link_create_opts.tcx.relative_id(bpf_link_create_opts.tcx(options), place.link());
        }
        return switch (target.direction()) {
            case INGRESS ->
                link(call.in("tcx/ingress"), target.networkInterface(), Libbpf.BPF_TCX_INGRESS(), options);
            case EGRESS -> link(call.in("tcx/egress"), target.networkInterface(), Libbpf.BPF_TCX_EGRESS(), options);
        };
    }

    static Hook netkit(AttachCall call, Netkit target) {
        var place = Place.of(call, target.order(), "bpf_program__attach_netkit");
        MemorySegment options = options(call);
        bpf_link_create_opts.flags(options, place.flags());
        if (place.link() != 0) {
            bpf_link_create_opts.netkit.relative_id(bpf_link_create_opts.netkit(options), place.link());
        }
        return switch (target.end()) {
            case PRIMARY ->
                link(call.in("netkit/primary"), target.networkInterface(), Libbpf.BPF_NETKIT_PRIMARY(), options);
            case PEER -> link(call.in("netkit/peer"), target.networkInterface(), Libbpf.BPF_NETKIT_PEER(), options);
        };
    }

    static Hook netfilter(AttachCall call, Netfilter target) {
        MemorySegment options = bpf_netfilter_opts.allocate(call.arena());
        bpf_netfilter_opts.sz(options, bpf_netfilter_opts.sizeof());
        bpf_netfilter_opts.pf(options, target.family().number());
        bpf_netfilter_opts.hooknum(options, target.hook().number());
        bpf_netfilter_opts.priority(options, target.priority());
        bpf_netfilter_opts.flags(options, target.defragment() ? DEFRAGMENT : 0);
        return call.link(Libbpf.bpf_program__attach_netfilter(call.program(), options));
    }

    /** {@return the number of a network interface of this process's namespace} */
    static int index(AttachCall call, String networkInterface) {
        int index = Libc.if_nametoindex(call.text(networkInterface));
        if (index == 0) {
            throw call.failure(NativeLibrary.errno(), "there is no network interface '" + networkInterface
                    + "' in the network namespace of this process; `ip link` lists those there are");
        }
        return index;
    }

    private static Hook link(AttachCall call, String networkInterface, int attachType, MemorySegment options) {
        return call.link(Libbpf.bpf_link_create(call.descriptor(), index(call, networkInterface), attachType, options));
    }

    private static MemorySegment options(AttachCall call) {
        MemorySegment options = bpf_link_create_opts.allocate(call.arena());
        bpf_link_create_opts.sz(options, bpf_link_create_opts.sizeof());
        return options;
    }
}
