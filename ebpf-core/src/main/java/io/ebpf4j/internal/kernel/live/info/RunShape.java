package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.ProgramType;
import io.ebpf4j.TestRun;
import java.util.Optional;

/**
 * With what functions of a type can be run.
 *
 * @param minData how many bytes of data it takes at least; 0 if it takes none
 * @param context what becomes of the context
 * @param maxContext how many bytes of context it takes at most
 * @param repeats whether the kernel repeats runs, and measures them
 * @param pinned whether the kernel runs it on another CPU
 * @param live whether its packets can be real ones
 * @param advice what to check when the kernel refuses
 */
record RunShape(int minData, Context context, int maxContext, boolean repeats, boolean pinned, boolean live,
        String advice) {
    /** For messages. */
    static final String RUNNABLE = "XDP, SCHED_CLS, SCHED_ACT, SOCKET_FILTER, CGROUP_SKB, LWT_*, FLOW_DISSECTOR,"
            + " RAW_TRACEPOINT (Linux 5.10), SK_LOOKUP (5.13), SYSCALL (5.14), NETFILTER (6.4) and TRACING";

    /** Far more than any kernel takes; what it takes depends on its pages. */
    private static final int MAX_DATA = 1 << 21;
    private static final int ETHERNET_HEADER = 14;
    private static final int RAW_ARGUMENTS = 12 * Long.BYTES;
    private static final int MAX_SYSCALL_CONTEXT = 0xffff;
    /** The kernel knows each type's own. */
    private static final int ANY = 0xffff;
    private static final String PACKET = "a packet of IP has all of its IP header, and none more than a page, less"
            + " what the kernel needs around it; of a context only some fields may be other than 0";

    /** What becomes of the context. */
    enum Context {
        /** There is none. */
        NONE,
        /** It is read. */
        IN,
        /** It is read, and given back elsewhere. */
        OUT,
        /** It is changed where it is. */
        IN_PLACE
    }

    static RunShape of(ProgramType type) {
        return switch (type) {
            case XDP -> new RunShape(ETHERNET_HEADER, Context.OUT, ANY, true, false, true, "a packet is at most a page,"
                    + " less what the kernel needs around it (with SEC(\"xdp.frags\") up to 64 KiB), and a context is a"
                    + " struct xdp_md whose data_end is the size of the data");
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, CGROUP_SKB, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL ->
                new RunShape(ETHERNET_HEADER, Context.OUT, ANY, true, false, false, PACKET);
            case FLOW_DISSECTOR -> new RunShape(ETHERNET_HEADER, Context.IN, ANY, true, false, false, PACKET);
            case NETFILTER -> new RunShape(ETHERNET_HEADER, Context.NONE, 0, true, false, false, PACKET);
            case SK_LOOKUP -> new RunShape(0, Context.OUT, ANY, true, false, false,
                    "it needs a struct bpf_sk_lookup as context");
            case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE ->
                new RunShape(0, Context.IN, RAW_ARGUMENTS, false, true, false,
                        "the context has to have all arguments that it looks at, 8 bytes each");
            case SYSCALL -> new RunShape(0, Context.IN_PLACE, MAX_SYSCALL_CONTEXT, false, false, false,
                    "the context has to be as large as what it looks at");
            case TRACING -> new RunShape(0, Context.NONE, 0, false, false, false,
                    "only one for the kernel's own bpf_fentry_test1 to 8 can be run");
            // Not of those that can be run, which is for the kernel to say: a newer one may.
            case UNKNOWN, KPROBE, TRACEPOINT, PERF_EVENT, CGROUP_SOCK, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG,
                    CGROUP_SOCK_ADDR, LIRC_MODE2, SK_REUSEPORT, CGROUP_SYSCTL, CGROUP_SOCKOPT, STRUCT_OPS, EXT, LSM ->
                new RunShape(0, Context.IN, ANY, false, false, false, "it may need data or a context");
        };
    }

    /** Throws an {@link IllegalArgumentException} when a run asks for what cannot be. */
    void check(TestRun run, String cannot) {
        problem(run).ifPresent(problem -> {
            throw new IllegalArgumentException(cannot + problem);
        });
    }

    private Optional<String> problem(TestRun run) {
        long data = run.data().byteSize();
        long size = run.context().byteSize();
        if (minData > 0 && data < minData) {
            return Optional
                    .of("it needs a packet that begins with an Ethernet header of " + minData + " bytes, but has "
                            + data + " bytes of data; give more with withData(..)");
        }
        if (data > MAX_DATA) {
            return Optional.of("no packet has " + data + " bytes");
        }
        if (minData == 0 && data > 0) {
            return Optional.of("functions of its type take no data, but there are " + data
                    + " bytes; what they work on goes into withContext(..)");
        }
        if (context == Context.NONE && size > 0) {
            return Optional.of("functions of its type take no context, but there are " + size + " bytes; leave it out");
        }
        if (size > maxContext) {
            return Optional.of("functions of its type take a context of at most " + maxContext + " bytes, not " + size);
        }
        if (!repeats && run.repeat() > 1) {
            return Optional.of("functions of its type are not repeated by the kernel, but repeat is " + run.repeat()
                    + "; run it that often");
        }
        if (!pinned && run.cpu().isPresent()) {
            return Optional.of("only raw tracepoints can be run on another CPU; leave out withCpu("
                    + run.cpu().getAsInt() + ")");
        }
        if (!live && run.liveFrames().isPresent()) {
            return Optional.of("only XDP can be run with real packets; leave out withLiveFrames(..)");
        }
        return Optional.empty();
    }
}
