package io.ebpf4j.internal.diagnose;

import io.ebpf4j.AttachType;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which kernel has what, and with which options it has to be built: {@code Kconfig} files and the versions in which the
 * types were added to {@code linux/bpf.h}.
 */
final class Requirements {
    private static final String BTF = "CONFIG_DEBUG_INFO_BTF";
    private static final String JIT = "CONFIG_BPF_JIT";
    private static final String EVENTS = "CONFIG_BPF_EVENTS";
    private static final String DIRECT_CALLS = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS";

    /** By the section's name without {@code .s}, where the kind of function alone does not settle it. */
    private static final Map<String, Requirement> BY_SECTION = Map.ofEntries(
            kprobe("kprobe"), kprobe("kretprobe"), kprobe("ksyscall"), kprobe("kretsyscall"),
            uprobe("uprobe"), uprobe("uretprobe"), uprobe("usdt"),
            entry("kprobe.multi", "5.18", EVENTS, "CONFIG_FPROBE"),
            entry("kretprobe.multi", "5.18", EVENTS, "CONFIG_FPROBE"),
            entry("kprobe.session", "6.10", EVENTS, "CONFIG_FPROBE"),
            entry("uprobe.multi", "6.6", EVENTS, "CONFIG_UPROBES"),
            entry("uretprobe.multi", "6.6", EVENTS, "CONFIG_UPROBES"),
            entry("uprobe.session", "6.13", EVENTS, "CONFIG_UPROBES"),
            entry("tp_btf", "5.5", BTF, JIT, EVENTS),
            entry("fentry", "5.5", BTF, JIT, DIRECT_CALLS),
            entry("fexit", "5.5", BTF, JIT, DIRECT_CALLS),
            entry("fmod_ret", "5.7", BTF, JIT, DIRECT_CALLS, "CONFIG_FUNCTION_ERROR_INJECTION"),
            entry("fsession", "7.0", BTF, JIT, DIRECT_CALLS),
            entry("fentry.multi", "7.2", BTF, JIT, DIRECT_CALLS),
            entry("fexit.multi", "7.2", BTF, JIT, DIRECT_CALLS),
            entry("fsession.multi", "7.2", BTF, JIT, DIRECT_CALLS),
            entry("freplace", "5.6", BTF, JIT),
            entry("iter", "5.8", BTF, JIT),
            entry("lsm", "5.7", "CONFIG_BPF_LSM", BTF, JIT),
            entry("lsm_cgroup", "6.0", "CONFIG_BPF_LSM", "CONFIG_CGROUP_BPF", BTF, JIT),
            entry("struct_ops", "5.6", BTF, JIT),
            entry("tcx/ingress", "6.6", "CONFIG_NET_XGRESS"), entry("tcx/egress", "6.6", "CONFIG_NET_XGRESS"),
            entry("netkit/primary", "6.7", "CONFIG_NETKIT"), entry("netkit/peer", "6.7", "CONFIG_NETKIT"),
            entry("netfilter", "6.4", "CONFIG_NETFILTER_BPF_LINK"),
            entry("tc", "4.1", "CONFIG_NET_CLS_BPF"), entry("classifier", "4.1", "CONFIG_NET_CLS_BPF"),
            entry("action", "4.1", "CONFIG_NET_ACT_BPF"));

    private Requirements() {}

    private static Map.Entry<String, Requirement> kprobe(String section) {
        return entry(section, "4.1", EVENTS, "CONFIG_KPROBES", "CONFIG_KPROBE_EVENTS");
    }

    private static Map.Entry<String, Requirement> uprobe(String section) {
        return entry(section, "4.3", EVENTS, "CONFIG_UPROBES", "CONFIG_UPROBE_EVENTS");
    }

    private static Map.Entry<String, Requirement> entry(String section, String since, String... options) {
        return Map.entry(section, Requirement.of("SEC(\"" + section + "\")", since, options));
    }

    /** {@return what a function needs to be loaded; nothing for one whose section says nothing} */
    static Optional<Requirement> toLoad(FunctionSpec function) {
        return function.sectionKind().map(kind -> Requirement.of("SEC(\"" + kind.name() + "\")",
                bySection(kind).map(Requirement::since)
                        .orElseGet(() -> later(kind.programType().kernel(), kind.attachType())),
                options(kind.programType())));
    }

    /**
     * {@return what a function needs to be attached; nothing where nothing is known}
     *
     * @param target to what, as messages say it: its section, or a word of a kind and more
     */
    static Optional<Requirement> toAttach(FunctionSpec function, String target) {
        if (target.equals(function.section())) {
            return function.sectionKind().flatMap(Requirements::bySection).or(() -> toLoad(function));
        }
        String kind = kind(function, target);
        return Optional.ofNullable(BY_SECTION.get(kind))
                .map(needed -> new Requirement(kind, needed.since(), needed.options())).or(() -> toLoad(function));
    }

    /** {@return the section's name, without {@code .s}, of functions that are hooked to such a target} */
    static String kind(FunctionSpec function, String target) {
        if (target.equals(function.section())) {
            return function.sectionKind().map(kind -> withoutSleep(kind.name())).orElse("");
        }
        String word = target.split(" ", 2)[0].toLowerCase(Locale.ROOT);
        return switch (word) {
            case "tcx" -> "tcx/ingress";
            case "netkit" -> "netkit/primary";
            case "traffic" -> "tc";
            default -> word;
        };
    }

    private static String withoutSleep(String name) {
        return name.endsWith(".s") ? name.substring(0, name.length() - 2) : name;
    }

    private static Optional<Requirement> bySection(SectionKind kind) {
        return Optional.ofNullable(BY_SECTION.get(withoutSleep(kind.name())));
    }

    /** A kind of function that is old can be hooked to a place that is new. */
    private static String later(String program, Optional<AttachType> place) {
        return place.map(AttachType::kernel).flatMap(KernelVersion::parse)
                .filter(KernelVersion.of(program)::isBefore).map(KernelVersion::toString).orElse(program);
    }

    private static String[] options(ProgramType type) {
        return switch (type) {
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_DEVICE, CGROUP_SOCK_ADDR, CGROUP_SYSCTL, CGROUP_SOCKOPT, SOCK_OPS ->
                new String[]{
                        "CONFIG_CGROUP_BPF"};
            case LWT_IN, LWT_OUT, LWT_XMIT -> new String[]{"CONFIG_LWTUNNEL_BPF"};
            case LWT_SEG6LOCAL -> new String[]{"CONFIG_IPV6_SEG6_BPF"};
            case LIRC_MODE2 -> new String[]{"CONFIG_BPF_LIRC_MODE2"};
            case SK_SKB -> new String[]{"CONFIG_BPF_STREAM_PARSER"};
            case KPROBE, TRACEPOINT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> new String[]{EVENTS};
            case PERF_EVENT -> new String[]{EVENTS, "CONFIG_PERF_EVENTS"};
            case NETFILTER -> new String[]{"CONFIG_NETFILTER_BPF_LINK"};
            case LSM -> new String[]{"CONFIG_BPF_LSM", BTF, JIT};
            case TRACING, STRUCT_OPS, EXT -> new String[]{BTF, JIT};
            case SK_LOOKUP, SK_REUSEPORT -> new String[]{"CONFIG_INET"};
            case UNKNOWN, SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_MSG, FLOW_DISSECTOR, SYSCALL -> new String[0];
        };
    }

    /** {@return what a kind of map needs; nothing for one that has no name here} */
    static Optional<Requirement> of(MapType type) {
        return Optional.ofNullable(switch (type) {
            case UNKNOWN -> null;
            case HASH, ARRAY -> map(type, "3.19");
            case PROG_ARRAY -> map(type, "4.2");
            case PERF_EVENT_ARRAY -> map(type, "4.3", "CONFIG_PERF_EVENTS");
            case PERCPU_HASH, PERCPU_ARRAY -> map(type, "4.6");
            case STACK_TRACE -> map(type, "4.6", "CONFIG_PERF_EVENTS");
            case CGROUP_ARRAY -> map(type, "4.8", "CONFIG_CGROUPS");
            case LRU_HASH, LRU_PERCPU_HASH -> map(type, "4.10");
            case LPM_TRIE -> map(type, "4.11");
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> map(type, "4.12");
            case DEVMAP, SOCKMAP -> map(type, "4.14", "CONFIG_NET");
            case CPUMAP -> map(type, "4.15", "CONFIG_NET");
            case XSKMAP -> map(type, "4.18", "CONFIG_XDP_SOCKETS");
            case SOCKHASH -> map(type, "4.18", "CONFIG_NET");
            case CGROUP_STORAGE -> map(type, "4.19", "CONFIG_CGROUP_BPF");
            case REUSEPORT_SOCKARRAY -> map(type, "4.19", "CONFIG_INET");
            case PERCPU_CGROUP_STORAGE -> map(type, "4.20", "CONFIG_CGROUP_BPF");
            case QUEUE, STACK -> map(type, "4.20");
            case SK_STORAGE -> map(type, "5.2", "CONFIG_NET");
            case DEVMAP_HASH -> map(type, "5.4", "CONFIG_NET");
            case STRUCT_OPS -> map(type, "5.6", BTF, JIT);
            case RINGBUF -> map(type, "5.8");
            case INODE_STORAGE -> map(type, "5.10", "CONFIG_BPF_LSM");
            case TASK_STORAGE -> map(type, "5.11");
            case BLOOM_FILTER -> map(type, "5.16");
            case USER_RINGBUF -> map(type, "6.1");
            case CGRP_STORAGE -> map(type, "6.2", "CONFIG_CGROUPS");
            case ARENA -> map(type, "6.9", JIT);
            case INSN_ARRAY -> map(type, "6.19", JIT);
        });
    }

    private static Requirement map(MapType type, String since, String... options) {
        return Requirement.of("a map of type " + type, since, options);
    }
}
