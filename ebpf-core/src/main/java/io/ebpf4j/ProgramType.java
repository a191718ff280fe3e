package io.ebpf4j;

/**
 * The kinds of functions, by what may call them and what they may do: {@code enum bpf_prog_type} of {@code linux/bpf.h},
 * in the kernel's order.
 */
public enum ProgramType {
    /** {@code BPF_PROG_TYPE_UNSPEC}, that of a function whose section says nothing, or a number this library has no name for. */
    UNKNOWN("-"),
    /** {@code BPF_PROG_TYPE_SOCKET_FILTER} */
    SOCKET_FILTER("3.19"),
    /** {@code BPF_PROG_TYPE_KPROBE} */
    KPROBE("4.1"),
    /** {@code BPF_PROG_TYPE_SCHED_CLS} */
    SCHED_CLS("4.1"),
    /** {@code BPF_PROG_TYPE_SCHED_ACT} */
    SCHED_ACT("4.1"),
    /** {@code BPF_PROG_TYPE_TRACEPOINT} */
    TRACEPOINT("4.7"),
    /** {@code BPF_PROG_TYPE_XDP} */
    XDP("4.8"),
    /** {@code BPF_PROG_TYPE_PERF_EVENT} */
    PERF_EVENT("4.9"),
    /** {@code BPF_PROG_TYPE_CGROUP_SKB} */
    CGROUP_SKB("4.10"),
    /** {@code BPF_PROG_TYPE_CGROUP_SOCK} */
    CGROUP_SOCK("4.10"),
    /** {@code BPF_PROG_TYPE_LWT_IN} */
    LWT_IN("4.10"),
    /** {@code BPF_PROG_TYPE_LWT_OUT} */
    LWT_OUT("4.10"),
    /** {@code BPF_PROG_TYPE_LWT_XMIT} */
    LWT_XMIT("4.10"),
    /** {@code BPF_PROG_TYPE_SOCK_OPS} */
    SOCK_OPS("4.13"),
    /** {@code BPF_PROG_TYPE_SK_SKB} */
    SK_SKB("4.14"),
    /** {@code BPF_PROG_TYPE_CGROUP_DEVICE} */
    CGROUP_DEVICE("4.15"),
    /** {@code BPF_PROG_TYPE_SK_MSG} */
    SK_MSG("4.17"),
    /** {@code BPF_PROG_TYPE_RAW_TRACEPOINT} */
    RAW_TRACEPOINT("4.17"),
    /** {@code BPF_PROG_TYPE_CGROUP_SOCK_ADDR} */
    CGROUP_SOCK_ADDR("4.17"),
    /** {@code BPF_PROG_TYPE_LWT_SEG6LOCAL} */
    LWT_SEG6LOCAL("4.18"),
    /** {@code BPF_PROG_TYPE_LIRC_MODE2} */
    LIRC_MODE2("4.18"),
    /** {@code BPF_PROG_TYPE_SK_REUSEPORT} */
    SK_REUSEPORT("4.19"),
    /** {@code BPF_PROG_TYPE_FLOW_DISSECTOR} */
    FLOW_DISSECTOR("4.20"),
    /** {@code BPF_PROG_TYPE_CGROUP_SYSCTL} */
    CGROUP_SYSCTL("5.2"),
    /** {@code BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE} */
    RAW_TRACEPOINT_WRITABLE("5.2"),
    /** {@code BPF_PROG_TYPE_CGROUP_SOCKOPT} */
    CGROUP_SOCKOPT("5.3"),
    /** {@code BPF_PROG_TYPE_TRACING} */
    TRACING("5.5"),
    /** {@code BPF_PROG_TYPE_STRUCT_OPS} */
    STRUCT_OPS("5.6"),
    /** {@code BPF_PROG_TYPE_EXT} */
    EXT("5.6"),
    /** {@code BPF_PROG_TYPE_LSM} */
    LSM("5.7"),
    /** {@code BPF_PROG_TYPE_SK_LOOKUP} */
    SK_LOOKUP("5.9"),
    /** {@code BPF_PROG_TYPE_SYSCALL} */
    SYSCALL("5.14"),
    /** {@code BPF_PROG_TYPE_NETFILTER} */
    NETFILTER("6.4");

    private static final ProgramType[] BY_NUMBER = values();

    private final String kernel;

    ProgramType(String kernel) {
        this.kernel = kernel;
    }

    /**
     * {@return the kind with a number, or {@link #UNKNOWN}}
     *
     * @param number the kernel's number
     */
    public static ProgramType of(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** {@return the kernel's number; 0 for {@link #UNKNOWN}} */
    @SuppressWarnings("EnumOrdinal") // the order is the kernel's, which only ever appends
    public int number() {
        return ordinal();
    }

    /** {@return the first kernel that has it, as {@code 5.7}; {@code -} for {@link #UNKNOWN}} */
    public String kernel() {
        return kernel;
    }
}
