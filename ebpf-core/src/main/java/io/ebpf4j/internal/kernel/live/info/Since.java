package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.AttachType;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;

/**
 * What a feature needs, for messages.
 *
 * @param kernel the first Linux that has it, as {@code 6.6}
 * @param option the option it is built with, as {@code CONFIG_FPROBE}; empty if it comes with eBPF itself
 */
record Since(String kernel, String option) {
    String text() {
        return "it came with Linux " + kernel + (option.isEmpty() ? "" : ", built with " + option + "=y");
    }

    static Since of(MapType type) {
        return switch (type) {
            case UNKNOWN -> new Since("?", "");
            case HASH, ARRAY -> new Since("3.19", "CONFIG_BPF_SYSCALL");
            case PROG_ARRAY -> new Since("4.2", "");
            case PERF_EVENT_ARRAY -> new Since("4.3", "CONFIG_PERF_EVENTS");
            case PERCPU_HASH, PERCPU_ARRAY -> new Since("4.6", "");
            case STACK_TRACE -> new Since("4.6", "CONFIG_PERF_EVENTS");
            case CGROUP_ARRAY -> new Since("4.8", "CONFIG_CGROUPS");
            case LRU_HASH, LRU_PERCPU_HASH -> new Since("4.10", "");
            case LPM_TRIE -> new Since("4.11", "");
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> new Since("4.12", "");
            case DEVMAP -> new Since("4.14", "CONFIG_NET");
            case SOCKMAP -> new Since("4.14", "CONFIG_NET");
            case CPUMAP -> new Since("4.15", "CONFIG_NET");
            case XSKMAP -> new Since("4.18", "CONFIG_XDP_SOCKETS");
            case SOCKHASH -> new Since("4.18", "CONFIG_NET");
            case CGROUP_STORAGE -> new Since("4.19", "CONFIG_CGROUP_BPF");
            case REUSEPORT_SOCKARRAY -> new Since("4.19", "CONFIG_INET");
            case PERCPU_CGROUP_STORAGE -> new Since("4.20", "CONFIG_CGROUP_BPF");
            case QUEUE, STACK -> new Since("4.20", "");
            case SK_STORAGE -> new Since("5.2", "CONFIG_NET");
            case DEVMAP_HASH -> new Since("5.4", "CONFIG_NET");
            case STRUCT_OPS -> new Since("5.6", "CONFIG_BPF_JIT");
            case RINGBUF -> new Since("5.8", "");
            case INODE_STORAGE -> new Since("5.10", "CONFIG_BPF_LSM");
            case TASK_STORAGE -> new Since("5.11", "");
            case BLOOM_FILTER -> new Since("5.16", "");
            case USER_RINGBUF -> new Since("6.1", "");
            case CGRP_STORAGE -> new Since("6.2", "CONFIG_CGROUPS");
            case ARENA -> new Since("6.9", "CONFIG_BPF_JIT");
            case INSN_ARRAY -> new Since("6.19", "");
        };
    }

    static Since of(ProgramType type) {
        return new Since(type.kernel(), switch (type) {
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_REUSEPORT, FLOW_DISSECTOR -> "CONFIG_NET";
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> "CONFIG_BPF_EVENTS";
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_DEVICE, CGROUP_SOCK_ADDR, CGROUP_SYSCTL, CGROUP_SOCKOPT, SOCK_OPS ->
                "CONFIG_CGROUP_BPF";
            case LWT_IN, LWT_OUT, LWT_XMIT -> "CONFIG_LWTUNNEL_BPF";
            case LWT_SEG6LOCAL -> "CONFIG_IPV6_SEG6_BPF";
            case SK_SKB, SK_MSG, SK_LOOKUP -> "CONFIG_INET";
            case LIRC_MODE2 -> "CONFIG_BPF_LIRC_MODE2";
            case TRACING, EXT -> "CONFIG_DEBUG_INFO_BTF";
            case STRUCT_OPS -> "CONFIG_BPF_JIT";
            case LSM -> "CONFIG_BPF_LSM";
            case NETFILTER -> "CONFIG_NETFILTER_BPF_LINK";
            case SYSCALL, UNKNOWN -> "";
        });
    }

    static Since of(AttachType type, ProgramType program) {
        return new Since(type.kernel(), switch (type) {
            case TRACE_KPROBE_MULTI, TRACE_KPROBE_SESSION -> "CONFIG_FPROBE";
            case TRACE_UPROBE_MULTI, TRACE_UPROBE_SESSION -> "CONFIG_UPROBES";
            case TRACE_FENTRY, TRACE_FEXIT, MODIFY_RETURN, TRACE_FSESSION, TRACE_FENTRY_MULTI, TRACE_FEXIT_MULTI,
                    TRACE_FSESSION_MULTI ->
                "CONFIG_FUNCTION_TRACER";
            case TCX_INGRESS, TCX_EGRESS -> "CONFIG_NET_XGRESS";
            case NETKIT_PRIMARY, NETKIT_PEER -> "CONFIG_NETKIT";
            case SK_SKB_STREAM_PARSER, SK_SKB_STREAM_VERDICT, SK_SKB_VERDICT, SK_MSG_VERDICT -> "CONFIG_NET_SOCK_MSG";
            case UNKNOWN, CGROUP_INET_INGRESS, CGROUP_INET_EGRESS, CGROUP_INET_SOCK_CREATE, CGROUP_SOCK_OPS,
                    CGROUP_DEVICE, CGROUP_INET4_BIND, CGROUP_INET6_BIND, CGROUP_INET4_CONNECT, CGROUP_INET6_CONNECT,
                    CGROUP_INET4_POST_BIND, CGROUP_INET6_POST_BIND, CGROUP_UDP4_SENDMSG, CGROUP_UDP6_SENDMSG,
                    LIRC_MODE2, FLOW_DISSECTOR, CGROUP_SYSCTL, CGROUP_UDP4_RECVMSG, CGROUP_UDP6_RECVMSG,
                    CGROUP_GETSOCKOPT, CGROUP_SETSOCKOPT, TRACE_RAW_TP, LSM_MAC, TRACE_ITER, CGROUP_INET4_GETPEERNAME,
                    CGROUP_INET6_GETPEERNAME, CGROUP_INET4_GETSOCKNAME, CGROUP_INET6_GETSOCKNAME, XDP_DEVMAP,
                    CGROUP_INET_SOCK_RELEASE, XDP_CPUMAP, SK_LOOKUP, XDP, SK_REUSEPORT_SELECT,
                    SK_REUSEPORT_SELECT_OR_MIGRATE, PERF_EVENT, LSM_CGROUP, STRUCT_OPS, NETFILTER, CGROUP_UNIX_CONNECT,
                    CGROUP_UNIX_SENDMSG, CGROUP_UNIX_RECVMSG, CGROUP_UNIX_GETPEERNAME, CGROUP_UNIX_GETSOCKNAME ->
                of(program).option;
        });
    }
}
