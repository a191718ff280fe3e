package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.AttachType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.internal.diagnose.Requirements;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;

/** Whether functions of a kind can be loaded: loads one that only returns. */
public final class ProgramProbe {
    private static final int SOME_TYPE = 1;

    private ProgramProbe() {}

    /** {@return whether the kernel takes one} */
    public static Support of(ProgramType type) {
        return switch (type) {
            // Of its kinds of places this is the one that policies least forbid.
            case TRACING -> NeededType.with(BtfType.Typedef.class, "btf_trace_sched_switch", Requirements.of(type),
                    id -> load(Trial.returning(type, AttachType.TRACE_RAW_TP.number(), 0, id), 0));
            // The kernel is told to hook it to a type that is no function, and only one that knows of such programs says so.
            case LSM -> rejection(type, AttachType.MODIFY_RETURN, "attach_btf_id 1 is not a function");
            case EXT -> rejection(type, AttachType.CGROUP_INET_INGRESS, "Cannot replace kernel functions");
            case STRUCT_OPS -> load(trial(type), Errno.ENOTSUPP);
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SKB,
                    CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT,
                    CGROUP_SOCK_ADDR, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL,
                    RAW_TRACEPOINT_WRITABLE, CGROUP_SOCKOPT, SK_LOOKUP, SYSCALL, NETFILTER ->
                load(trial(type), 0);
        };
    }

    /** {@return a program of a kind, for a place that the kernel takes it for, if it has to know that} */
    static Trial trial(ProgramType type) {
        AttachType place = switch (type) {
            case CGROUP_SOCK_ADDR -> AttachType.CGROUP_INET4_CONNECT;
            case CGROUP_SOCKOPT -> AttachType.CGROUP_GETSOCKOPT;
            case SK_LOOKUP -> AttachType.SK_LOOKUP;
            case LIRC_MODE2 -> AttachType.LIRC_MODE2;
            case NETFILTER -> AttachType.NETFILTER;
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SKB,
                    CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT,
                    LWT_SEG6LOCAL, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL, RAW_TRACEPOINT_WRITABLE, TRACING,
                    STRUCT_OPS, EXT, LSM, SYSCALL ->
                AttachType.CGROUP_INET_INGRESS; // number 0, which says nothing
        };
        return Trial.returning(type, place.number(), type == ProgramType.SYSCALL ? Libbpf.BPF_F_SLEEPABLE() : 0, 0);
    }

    private static Support load(Trial trial, int asGood) {
        try (var outcome = trial.load()) {
            return outcome.loaded() || outcome.errno() == asGood
                    ? Answers.supported()
                    : Answers.refused("a function of type " + trial.type(), outcome.errno(),
                            Requirements.of(trial.type()));
        }
    }

    private static Support rejection(ProgramType type, AttachType place, String says) {
        try (var outcome = Trial.returning(type, place.number(), 0, SOME_TYPE).load()) {
            return outcome.log().contains(says)
                    ? Answers.supported()
                    : Answers.refused("a function of type " + type, outcome.errno(), Requirements.of(type));
        }
    }
}
