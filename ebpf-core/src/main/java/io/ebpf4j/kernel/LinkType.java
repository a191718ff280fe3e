package io.ebpf4j.kernel;

/** The kinds of links: {@code enum bpf_link_type} of {@code linux/bpf.h}, in the kernel's order. */
public enum LinkType {
    /** A number this library has no name for. */
    UNKNOWN,
    /** {@code BPF_LINK_TYPE_RAW_TRACEPOINT}, and tracepoints with types. */
    RAW_TRACEPOINT,
    /** {@code BPF_LINK_TYPE_TRACING}: fentry, fexit, fmod_ret, LSM and freplace. */
    TRACING,
    /** {@code BPF_LINK_TYPE_CGROUP} */
    CGROUP,
    /** {@code BPF_LINK_TYPE_ITER} */
    ITER,
    /** {@code BPF_LINK_TYPE_NETNS}: sk_lookup and flow dissector. */
    NETNS,
    /** {@code BPF_LINK_TYPE_XDP} */
    XDP,
    /** {@code BPF_LINK_TYPE_PERF_EVENT}: kprobe, uprobe, tracepoint and perf event. */
    PERF_EVENT,
    /** {@code BPF_LINK_TYPE_KPROBE_MULTI} */
    KPROBE_MULTI,
    /** {@code BPF_LINK_TYPE_STRUCT_OPS} */
    STRUCT_OPS,
    /** {@code BPF_LINK_TYPE_NETFILTER} */
    NETFILTER,
    /** {@code BPF_LINK_TYPE_TCX} */
    TCX,
    /** {@code BPF_LINK_TYPE_UPROBE_MULTI} */
    UPROBE_MULTI,
    /** {@code BPF_LINK_TYPE_NETKIT} */
    NETKIT,
    /** {@code BPF_LINK_TYPE_SOCKMAP} */
    SOCKMAP,
    /** {@code BPF_LINK_TYPE_TRACING_MULTI} */
    TRACING_MULTI;

    private static final LinkType[] BY_NUMBER = values();

    /**
     * {@return the kind with a number, or {@link #UNKNOWN}}
     *
     * @param number the kernel's number
     */
    public static LinkType of(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }
}
