package io.ebpf4j.internal.spec;

import static io.ebpf4j.ProgramType.*;
import static io.ebpf4j.SectionKind.Flag.ATTACHABLE;
import static io.ebpf4j.SectionKind.Flag.ATTACH_BTF;
import static io.ebpf4j.SectionKind.Flag.ATTACH_TYPE_OPTIONAL;
import static io.ebpf4j.SectionKind.Flag.SLEEPABLE;
import static io.ebpf4j.SectionKind.Flag.USDT;
import static io.ebpf4j.SectionKind.Flag.XDP_FRAGS;

import io.ebpf4j.AttachType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.SectionKind.AutoAttach;
import io.ebpf4j.SectionKind.Flag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code section_defs} of libbpf 1.8, commit f7081a6baf3f. Written by {@code generate-sections.sh}, not by hand.
 */
final class SectionTable {
    /** In libbpf's order. */
    // @formatter:off one row a line
    static final List<SectionKind> ROWS = List.of(
            row("socket", "1.0", SOCKET_FILTER, null, null),
            row("sk_reuseport/migrate", "1.0", SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE, null, ATTACHABLE),
            row("sk_reuseport", "1.0", SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT, null, ATTACHABLE),
            row("kprobe+", "1.0", KPROBE, null, AutoAttach.KPROBE),
            row("uprobe+", "1.0", KPROBE, null, AutoAttach.UPROBE),
            row("uprobe.s+", "1.0", KPROBE, null, AutoAttach.UPROBE, SLEEPABLE),
            row("kretprobe+", "1.0", KPROBE, null, AutoAttach.KPROBE),
            row("uretprobe+", "1.0", KPROBE, null, AutoAttach.UPROBE),
            row("uretprobe.s+", "1.0", KPROBE, null, AutoAttach.UPROBE, SLEEPABLE),
            row("kprobe.multi+", "1.0", KPROBE, AttachType.TRACE_KPROBE_MULTI, AutoAttach.KPROBE_MULTI),
            row("kretprobe.multi+", "1.0", KPROBE, AttachType.TRACE_KPROBE_MULTI, AutoAttach.KPROBE_MULTI),
            row("kprobe.session+", "1.5", KPROBE, AttachType.TRACE_KPROBE_SESSION, AutoAttach.KPROBE_SESSION),
            row("uprobe.multi+", "1.3", KPROBE, AttachType.TRACE_UPROBE_MULTI, AutoAttach.UPROBE_MULTI),
            row("uretprobe.multi+", "1.3", KPROBE, AttachType.TRACE_UPROBE_MULTI, AutoAttach.UPROBE_MULTI),
            row("uprobe.session+", "1.6", KPROBE, AttachType.TRACE_UPROBE_SESSION, AutoAttach.UPROBE_MULTI),
            row("uprobe.multi.s+", "1.3", KPROBE, AttachType.TRACE_UPROBE_MULTI, AutoAttach.UPROBE_MULTI, SLEEPABLE),
            row("uretprobe.multi.s+", "1.3", KPROBE, AttachType.TRACE_UPROBE_MULTI, AutoAttach.UPROBE_MULTI, SLEEPABLE),
            row("uprobe.session.s+", "1.6", KPROBE, AttachType.TRACE_UPROBE_SESSION, AutoAttach.UPROBE_MULTI, SLEEPABLE),
            row("ksyscall+", "1.0", KPROBE, null, AutoAttach.KSYSCALL),
            row("kretsyscall+", "1.0", KPROBE, null, AutoAttach.KSYSCALL),
            row("usdt+", "1.0", KPROBE, null, AutoAttach.USDT, USDT),
            row("usdt.s+", "1.3", KPROBE, null, AutoAttach.USDT, USDT, SLEEPABLE),
            row("tc/ingress", "1.3", SCHED_CLS, AttachType.TCX_INGRESS, null),
            row("tc/egress", "1.3", SCHED_CLS, AttachType.TCX_EGRESS, null),
            row("tcx/ingress", "1.3", SCHED_CLS, AttachType.TCX_INGRESS, null),
            row("tcx/egress", "1.3", SCHED_CLS, AttachType.TCX_EGRESS, null),
            row("tc", "1.0", SCHED_CLS, null, null),
            row("classifier", "1.0", SCHED_CLS, null, null),
            row("action", "1.0", SCHED_ACT, null, null),
            row("netkit/primary", "1.3", SCHED_CLS, AttachType.NETKIT_PRIMARY, null),
            row("netkit/peer", "1.3", SCHED_CLS, AttachType.NETKIT_PEER, null),
            row("tracepoint+", "1.0", TRACEPOINT, null, AutoAttach.TP),
            row("tp+", "1.0", TRACEPOINT, null, AutoAttach.TP),
            row("tracepoint.s+", "1.8", TRACEPOINT, null, AutoAttach.TP, SLEEPABLE),
            row("tp.s+", "1.8", TRACEPOINT, null, AutoAttach.TP, SLEEPABLE),
            row("raw_tracepoint+", "1.0", RAW_TRACEPOINT, null, AutoAttach.RAW_TP),
            row("raw_tp+", "1.0", RAW_TRACEPOINT, null, AutoAttach.RAW_TP),
            row("raw_tracepoint.s+", "1.8", RAW_TRACEPOINT, null, AutoAttach.RAW_TP, SLEEPABLE),
            row("raw_tp.s+", "1.8", RAW_TRACEPOINT, null, AutoAttach.RAW_TP, SLEEPABLE),
            row("raw_tracepoint.w+", "1.0", RAW_TRACEPOINT_WRITABLE, null, AutoAttach.RAW_TP),
            row("raw_tp.w+", "1.0", RAW_TRACEPOINT_WRITABLE, null, AutoAttach.RAW_TP),
            row("tp_btf+", "1.0", TRACING, AttachType.TRACE_RAW_TP, AutoAttach.TRACE, ATTACH_BTF),
            row("tp_btf.s+", "1.8", TRACING, AttachType.TRACE_RAW_TP, AutoAttach.TRACE, ATTACH_BTF, SLEEPABLE),
            row("fentry+", "1.0", TRACING, AttachType.TRACE_FENTRY, AutoAttach.TRACE, ATTACH_BTF),
            row("fmod_ret+", "1.0", TRACING, AttachType.MODIFY_RETURN, AutoAttach.TRACE, ATTACH_BTF),
            row("fexit+", "1.0", TRACING, AttachType.TRACE_FEXIT, AutoAttach.TRACE, ATTACH_BTF),
            row("fentry.s+", "1.0", TRACING, AttachType.TRACE_FENTRY, AutoAttach.TRACE, ATTACH_BTF, SLEEPABLE),
            row("fmod_ret.s+", "1.0", TRACING, AttachType.MODIFY_RETURN, AutoAttach.TRACE, ATTACH_BTF, SLEEPABLE),
            row("fexit.s+", "1.0", TRACING, AttachType.TRACE_FEXIT, AutoAttach.TRACE, ATTACH_BTF, SLEEPABLE),
            row("fsession+", "1.7", TRACING, AttachType.TRACE_FSESSION, AutoAttach.TRACE, ATTACH_BTF),
            row("fsession.s+", "1.7", TRACING, AttachType.TRACE_FSESSION, AutoAttach.TRACE, ATTACH_BTF, SLEEPABLE),
            row("fsession.multi+", "1.8", TRACING, AttachType.TRACE_FSESSION_MULTI, AutoAttach.TRACING_MULTI),
            row("fsession.multi.s+", "1.8", TRACING, AttachType.TRACE_FSESSION_MULTI, AutoAttach.TRACING_MULTI, SLEEPABLE),
            row("fentry.multi+", "1.8", TRACING, AttachType.TRACE_FENTRY_MULTI, AutoAttach.TRACING_MULTI),
            row("fexit.multi+", "1.8", TRACING, AttachType.TRACE_FEXIT_MULTI, AutoAttach.TRACING_MULTI),
            row("fentry.multi.s+", "1.8", TRACING, AttachType.TRACE_FENTRY_MULTI, AutoAttach.TRACING_MULTI, SLEEPABLE),
            row("fexit.multi.s+", "1.8", TRACING, AttachType.TRACE_FEXIT_MULTI, AutoAttach.TRACING_MULTI, SLEEPABLE),
            row("freplace+", "1.0", EXT, null, AutoAttach.TRACE, ATTACH_BTF),
            row("lsm+", "1.0", LSM, AttachType.LSM_MAC, AutoAttach.LSM, ATTACH_BTF),
            row("lsm.s+", "1.0", LSM, AttachType.LSM_MAC, AutoAttach.LSM, ATTACH_BTF, SLEEPABLE),
            row("lsm_cgroup+", "1.0", LSM, AttachType.LSM_CGROUP, null, ATTACH_BTF),
            row("iter+", "1.0", TRACING, AttachType.TRACE_ITER, AutoAttach.ITER, ATTACH_BTF),
            row("iter.s+", "1.0", TRACING, AttachType.TRACE_ITER, AutoAttach.ITER, ATTACH_BTF, SLEEPABLE),
            row("syscall", "1.0", SYSCALL, null, null, SLEEPABLE),
            row("xdp.frags/devmap", "1.0", XDP, AttachType.XDP_DEVMAP, null, XDP_FRAGS),
            row("xdp/devmap", "1.0", XDP, AttachType.XDP_DEVMAP, null, ATTACHABLE),
            row("xdp.frags/cpumap", "1.0", XDP, AttachType.XDP_CPUMAP, null, XDP_FRAGS),
            row("xdp/cpumap", "1.0", XDP, AttachType.XDP_CPUMAP, null, ATTACHABLE),
            row("xdp.frags", "1.0", XDP, AttachType.XDP, null, XDP_FRAGS),
            row("xdp", "1.0", XDP, AttachType.XDP, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("perf_event", "1.0", PERF_EVENT, null, null),
            row("lwt_in", "1.0", LWT_IN, null, null),
            row("lwt_out", "1.0", LWT_OUT, null, null),
            row("lwt_xmit", "1.0", LWT_XMIT, null, null),
            row("lwt_seg6local", "1.0", LWT_SEG6LOCAL, null, null),
            row("sockops", "1.0", SOCK_OPS, AttachType.CGROUP_SOCK_OPS, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("sk_skb/stream_parser", "1.0", SK_SKB, AttachType.SK_SKB_STREAM_PARSER, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("sk_skb/stream_verdict", "1.0", SK_SKB, AttachType.SK_SKB_STREAM_VERDICT, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("sk_skb/verdict", "1.4", SK_SKB, AttachType.SK_SKB_VERDICT, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("sk_skb", "1.0", SK_SKB, null, null),
            row("sk_msg", "1.0", SK_MSG, AttachType.SK_MSG_VERDICT, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("lirc_mode2", "1.0", LIRC_MODE2, AttachType.LIRC_MODE2, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("flow_dissector", "1.0", FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("cgroup_skb/ingress", "1.0", CGROUP_SKB, AttachType.CGROUP_INET_INGRESS, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("cgroup_skb/egress", "1.0", CGROUP_SKB, AttachType.CGROUP_INET_EGRESS, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("cgroup/skb", "1.0", CGROUP_SKB, null, null),
            row("cgroup/sock_create", "1.0", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE, null, ATTACHABLE),
            row("cgroup/sock_release", "1.0", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_RELEASE, null, ATTACHABLE),
            row("cgroup/sock", "1.0", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("cgroup/post_bind4", "1.0", CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND, null, ATTACHABLE),
            row("cgroup/post_bind6", "1.0", CGROUP_SOCK, AttachType.CGROUP_INET6_POST_BIND, null, ATTACHABLE),
            row("cgroup/bind4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, null, ATTACHABLE),
            row("cgroup/bind6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND, null, ATTACHABLE),
            row("cgroup/connect4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_CONNECT, null, ATTACHABLE),
            row("cgroup/connect6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_CONNECT, null, ATTACHABLE),
            row("cgroup/connect_unix", "1.3", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_CONNECT, null, ATTACHABLE),
            row("cgroup/sendmsg4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_SENDMSG, null, ATTACHABLE),
            row("cgroup/sendmsg6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_SENDMSG, null, ATTACHABLE),
            row("cgroup/sendmsg_unix", "1.3", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_SENDMSG, null, ATTACHABLE),
            row("cgroup/recvmsg4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_RECVMSG, null, ATTACHABLE),
            row("cgroup/recvmsg6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_RECVMSG, null, ATTACHABLE),
            row("cgroup/recvmsg_unix", "1.3", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_RECVMSG, null, ATTACHABLE),
            row("cgroup/getpeername4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETPEERNAME, null, ATTACHABLE),
            row("cgroup/getpeername6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETPEERNAME, null, ATTACHABLE),
            row("cgroup/getpeername_unix", "1.3", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_GETPEERNAME, null, ATTACHABLE),
            row("cgroup/getsockname4", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETSOCKNAME, null, ATTACHABLE),
            row("cgroup/getsockname6", "1.0", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETSOCKNAME, null, ATTACHABLE),
            row("cgroup/getsockname_unix", "1.3", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_GETSOCKNAME, null, ATTACHABLE),
            row("cgroup/sysctl", "1.0", CGROUP_SYSCTL, AttachType.CGROUP_SYSCTL, null, ATTACHABLE),
            row("cgroup/getsockopt", "1.0", CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT, null, ATTACHABLE),
            row("cgroup/setsockopt", "1.0", CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT, null, ATTACHABLE),
            row("cgroup/dev", "1.0", CGROUP_DEVICE, AttachType.CGROUP_DEVICE, null, ATTACHABLE, ATTACH_TYPE_OPTIONAL),
            row("struct_ops+", "1.0", STRUCT_OPS, null, null),
            row("struct_ops.s+", "1.2", STRUCT_OPS, null, null, SLEEPABLE),
            row("sk_lookup", "1.0", SK_LOOKUP, AttachType.SK_LOOKUP, null, ATTACHABLE),
            row("netfilter", "1.3", NETFILTER, AttachType.NETFILTER, null));
    // @formatter:on

    private SectionTable() {}

    /** A plus at the end of the section says that a slash and a target may follow. */
    private static SectionKind row(String section, String since, ProgramType program, @Nullable AttachType attach,
            @Nullable AutoAttach autoAttach, Flag... flags) {
        boolean takesTarget = section.endsWith("+");
        return new SectionKind(takesTarget ? section.substring(0, section.length() - 1) : section, takesTarget,
                program, Optional.ofNullable(attach), Set.of(flags), Optional.ofNullable(autoAttach), since);
    }
}
