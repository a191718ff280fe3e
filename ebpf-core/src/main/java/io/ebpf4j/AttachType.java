package io.ebpf4j;

/**
 * Where in the kernel a function is hooked, which one {@link ProgramType} alone may leave open:
 * {@code enum bpf_attach_type} of {@code linux/bpf.h}, in the kernel's order.
 */
public enum AttachType {
    /** A number this library has no name for. */
    UNKNOWN("-"),
    /** {@code BPF_CGROUP_INET_INGRESS} */
    CGROUP_INET_INGRESS("4.10"),
    /** {@code BPF_CGROUP_INET_EGRESS} */
    CGROUP_INET_EGRESS("4.10"),
    /** {@code BPF_CGROUP_INET_SOCK_CREATE} */
    CGROUP_INET_SOCK_CREATE("4.10"),
    /** {@code BPF_CGROUP_SOCK_OPS} */
    CGROUP_SOCK_OPS("4.13"),
    /** {@code BPF_SK_SKB_STREAM_PARSER} */
    SK_SKB_STREAM_PARSER("4.14"),
    /** {@code BPF_SK_SKB_STREAM_VERDICT} */
    SK_SKB_STREAM_VERDICT("4.14"),
    /** {@code BPF_CGROUP_DEVICE} */
    CGROUP_DEVICE("4.15"),
    /** {@code BPF_SK_MSG_VERDICT} */
    SK_MSG_VERDICT("4.17"),
    /** {@code BPF_CGROUP_INET4_BIND} */
    CGROUP_INET4_BIND("4.17"),
    /** {@code BPF_CGROUP_INET6_BIND} */
    CGROUP_INET6_BIND("4.17"),
    /** {@code BPF_CGROUP_INET4_CONNECT} */
    CGROUP_INET4_CONNECT("4.17"),
    /** {@code BPF_CGROUP_INET6_CONNECT} */
    CGROUP_INET6_CONNECT("4.17"),
    /** {@code BPF_CGROUP_INET4_POST_BIND} */
    CGROUP_INET4_POST_BIND("4.17"),
    /** {@code BPF_CGROUP_INET6_POST_BIND} */
    CGROUP_INET6_POST_BIND("4.17"),
    /** {@code BPF_CGROUP_UDP4_SENDMSG} */
    CGROUP_UDP4_SENDMSG("4.18"),
    /** {@code BPF_CGROUP_UDP6_SENDMSG} */
    CGROUP_UDP6_SENDMSG("4.18"),
    /** {@code BPF_LIRC_MODE2} */
    LIRC_MODE2("4.18"),
    /** {@code BPF_FLOW_DISSECTOR} */
    FLOW_DISSECTOR("4.20"),
    /** {@code BPF_CGROUP_SYSCTL} */
    CGROUP_SYSCTL("5.2"),
    /** {@code BPF_CGROUP_UDP4_RECVMSG} */
    CGROUP_UDP4_RECVMSG("5.2"),
    /** {@code BPF_CGROUP_UDP6_RECVMSG} */
    CGROUP_UDP6_RECVMSG("5.2"),
    /** {@code BPF_CGROUP_GETSOCKOPT} */
    CGROUP_GETSOCKOPT("5.3"),
    /** {@code BPF_CGROUP_SETSOCKOPT} */
    CGROUP_SETSOCKOPT("5.3"),
    /** {@code BPF_TRACE_RAW_TP} */
    TRACE_RAW_TP("5.5"),
    /** {@code BPF_TRACE_FENTRY} */
    TRACE_FENTRY("5.5"),
    /** {@code BPF_TRACE_FEXIT} */
    TRACE_FEXIT("5.5"),
    /** {@code BPF_MODIFY_RETURN} */
    MODIFY_RETURN("5.7"),
    /** {@code BPF_LSM_MAC} */
    LSM_MAC("5.7"),
    /** {@code BPF_TRACE_ITER} */
    TRACE_ITER("5.8"),
    /** {@code BPF_CGROUP_INET4_GETPEERNAME} */
    CGROUP_INET4_GETPEERNAME("5.8"),
    /** {@code BPF_CGROUP_INET6_GETPEERNAME} */
    CGROUP_INET6_GETPEERNAME("5.8"),
    /** {@code BPF_CGROUP_INET4_GETSOCKNAME} */
    CGROUP_INET4_GETSOCKNAME("5.8"),
    /** {@code BPF_CGROUP_INET6_GETSOCKNAME} */
    CGROUP_INET6_GETSOCKNAME("5.8"),
    /** {@code BPF_XDP_DEVMAP} */
    XDP_DEVMAP("5.8"),
    /** {@code BPF_CGROUP_INET_SOCK_RELEASE} */
    CGROUP_INET_SOCK_RELEASE("5.9"),
    /** {@code BPF_XDP_CPUMAP} */
    XDP_CPUMAP("5.9"),
    /** {@code BPF_SK_LOOKUP} */
    SK_LOOKUP("5.9"),
    /** {@code BPF_XDP} */
    XDP("5.9"),
    /** {@code BPF_SK_SKB_VERDICT} */
    SK_SKB_VERDICT("5.13"),
    /** {@code BPF_SK_REUSEPORT_SELECT} */
    SK_REUSEPORT_SELECT("5.14"),
    /** {@code BPF_SK_REUSEPORT_SELECT_OR_MIGRATE} */
    SK_REUSEPORT_SELECT_OR_MIGRATE("5.14"),
    /** {@code BPF_PERF_EVENT} */
    PERF_EVENT("5.15"),
    /** {@code BPF_TRACE_KPROBE_MULTI} */
    TRACE_KPROBE_MULTI("5.18"),
    /** {@code BPF_LSM_CGROUP} */
    LSM_CGROUP("6.0"),
    /** {@code BPF_STRUCT_OPS} */
    STRUCT_OPS("6.4"),
    /** {@code BPF_NETFILTER} */
    NETFILTER("6.4"),
    /** {@code BPF_TCX_INGRESS} */
    TCX_INGRESS("6.6"),
    /** {@code BPF_TCX_EGRESS} */
    TCX_EGRESS("6.6"),
    /** {@code BPF_TRACE_UPROBE_MULTI} */
    TRACE_UPROBE_MULTI("6.6"),
    /** {@code BPF_CGROUP_UNIX_CONNECT} */
    CGROUP_UNIX_CONNECT("6.7"),
    /** {@code BPF_CGROUP_UNIX_SENDMSG} */
    CGROUP_UNIX_SENDMSG("6.7"),
    /** {@code BPF_CGROUP_UNIX_RECVMSG} */
    CGROUP_UNIX_RECVMSG("6.7"),
    /** {@code BPF_CGROUP_UNIX_GETPEERNAME} */
    CGROUP_UNIX_GETPEERNAME("6.7"),
    /** {@code BPF_CGROUP_UNIX_GETSOCKNAME} */
    CGROUP_UNIX_GETSOCKNAME("6.7"),
    /** {@code BPF_NETKIT_PRIMARY} */
    NETKIT_PRIMARY("6.7"),
    /** {@code BPF_NETKIT_PEER} */
    NETKIT_PEER("6.7"),
    /** {@code BPF_TRACE_KPROBE_SESSION} */
    TRACE_KPROBE_SESSION("6.10"),
    /** {@code BPF_TRACE_UPROBE_SESSION} */
    TRACE_UPROBE_SESSION("6.13"),
    /** {@code BPF_TRACE_FSESSION} */
    TRACE_FSESSION("7.0"),
    /** {@code BPF_TRACE_FENTRY_MULTI} */
    TRACE_FENTRY_MULTI("7.2"),
    /** {@code BPF_TRACE_FEXIT_MULTI} */
    TRACE_FEXIT_MULTI("7.2"),
    /** {@code BPF_TRACE_FSESSION_MULTI} */
    TRACE_FSESSION_MULTI("7.2");

    private static final AttachType[] BY_NUMBER = values();

    private final String kernel;

    AttachType(String kernel) {
        this.kernel = kernel;
    }

    /**
     * {@return the place with a number, or {@link #UNKNOWN}}
     *
     * @param number the kernel's number, from 0 on
     */
    public static AttachType of(int number) {
        return number >= 0 && number < BY_NUMBER.length - 1 ? BY_NUMBER[number + 1] : UNKNOWN;
    }

    /** {@return the kernel's number; -1 for {@link #UNKNOWN}, for 0 is one of the kernel's} */
    @SuppressWarnings("EnumOrdinal") // the order is the kernel's, which only ever appends
    public int number() {
        return ordinal() - 1;
    }

    /** {@return the first kernel that has it, as {@code 5.7}; {@code -} for {@link #UNKNOWN}} */
    public String kernel() {
        return kernel;
    }
}
