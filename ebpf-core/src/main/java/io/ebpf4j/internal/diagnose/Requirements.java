package io.ebpf4j.internal.diagnose;

import io.ebpf4j.AttachType;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.SectionKind.Flag;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which kernel has what, and with which options it has to be built: {@code Kconfig} files, {@code linux/bpf_types.h}, and
 * the versions in which the types were added to {@code linux/bpf.h}. Those of functions and places are told by
 * {@link ProgramType#kernel} and {@link AttachType#kernel}.
 */
public final class Requirements {
    private static final String BTF = "CONFIG_DEBUG_INFO_BTF";
    private static final String JIT = "CONFIG_BPF_JIT";
    private static final String EVENTS = "CONFIG_BPF_EVENTS";
    private static final String NET = "CONFIG_NET";
    private static final String DIRECT_CALLS = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS";
    private static final String SOCK_MSG = "CONFIG_NET_SOCK_MSG";

    private static final List<String> KPROBES = List.of(EVENTS, "CONFIG_KPROBES", "CONFIG_KPROBE_EVENTS");
    private static final List<String> UPROBES = List.of(EVENTS, "CONFIG_UPROBES", "CONFIG_UPROBE_EVENTS");
    private static final List<String> TRAMPOLINE = List.of(BTF, JIT, DIRECT_CALLS);

    /** Functions for these are of a kind that is older, and no type of place tells them apart. */
    private static final String UPROBES_SINCE = "4.3";

    /** Options for a hook, by the section's name without {@code .s}, where the kind of function alone does not settle them. */
    private static final Map<String, List<String>> HOOKS = Map.ofEntries(
            Map.entry("kprobe", KPROBES), Map.entry("kretprobe", KPROBES),
            Map.entry("ksyscall", KPROBES), Map.entry("kretsyscall", KPROBES),
            Map.entry("uprobe", UPROBES), Map.entry("uretprobe", UPROBES), Map.entry("usdt", UPROBES),
            hook("kprobe.multi", EVENTS, "CONFIG_FPROBE"), hook("kretprobe.multi", EVENTS, "CONFIG_FPROBE"),
            hook("kprobe.session", EVENTS, "CONFIG_FPROBE"),
            hook("uprobe.multi", EVENTS, "CONFIG_UPROBES"), hook("uretprobe.multi", EVENTS, "CONFIG_UPROBES"),
            hook("uprobe.session", EVENTS, "CONFIG_UPROBES"),
            Map.entry("fentry", TRAMPOLINE), Map.entry("fexit", TRAMPOLINE), Map.entry("fsession", TRAMPOLINE),
            Map.entry("fentry.multi", TRAMPOLINE), Map.entry("fexit.multi", TRAMPOLINE),
            Map.entry("fsession.multi", TRAMPOLINE),
            hook("fmod_ret", BTF, JIT, DIRECT_CALLS, "CONFIG_FUNCTION_ERROR_INJECTION"),
            hook("lsm_cgroup", "CONFIG_BPF_LSM", "CONFIG_CGROUP_BPF", BTF, JIT),
            hook("tc/ingress", "CONFIG_NET_XGRESS"), hook("tc/egress", "CONFIG_NET_XGRESS"),
            hook("tcx/ingress", "CONFIG_NET_XGRESS"), hook("tcx/egress", "CONFIG_NET_XGRESS"),
            hook("netkit/primary", "CONFIG_NETKIT"), hook("netkit/peer", "CONFIG_NETKIT"),
            hook("tc", "CONFIG_NET_CLS_BPF"), hook("classifier", "CONFIG_NET_CLS_BPF"),
            hook("action", "CONFIG_NET_ACT_BPF"),
            hook("sk_skb/stream_parser", "CONFIG_BPF_STREAM_PARSER"), hook("sk_skb/stream_verdict", SOCK_MSG),
            hook("sk_skb/verdict", SOCK_MSG), hook("sk_skb", SOCK_MSG), hook("sk_msg", SOCK_MSG));

    private Requirements() {}

    private static Map.Entry<String, List<String>> hook(String section, String... options) {
        return Map.entry(section, List.of(options));
    }

    /** {@return what a function needs to be loaded; nothing for one whose section says nothing} */
    static Optional<Requirement> toLoad(FunctionSpec function) {
        return function.sectionKind().map(kind -> new Requirement(quoted(kind),
                kind.flags().contains(Flag.ATTACH_TYPE_OPTIONAL) ? kind.programType().kernel() : since(kind),
                options(kind.programType())));
    }

    /**
     * {@return what a function needs to be attached; nothing where nothing is known}
     *
     * @param target to what, as messages say it: its section, or a word of a kind and more
     */
    static Optional<Requirement> toAttach(FunctionSpec function, String target) {
        if (target.equals(function.section())) {
            return function.sectionKind().map(Requirements::toAttach);
        }
        String word = kind(function, target);
        return SectionKind.of(word).map(kind -> toAttach(kind, word)).or(() -> toLoad(function));
    }

    /** {@return what functions of a section need to be attached} */
    public static Requirement toAttach(SectionKind kind) {
        return toAttach(kind, quoted(kind));
    }

    private static Requirement toAttach(SectionKind kind, String what) {
        return new Requirement(what, since(kind),
                HOOKS.getOrDefault(withoutSleep(kind), options(kind.programType())));
    }

    /** {@return what functions need to be attached to a kind of place} */
    public static Requirement of(AttachType place, ProgramType program) {
        List<String> options = SectionKind.all().stream()
                .filter(kind -> kind.attachType().filter(place::equals).isPresent())
                .map(Requirements::withoutSleep).filter(HOOKS::containsKey).findFirst().map(HOOKS::get)
                .orElseGet(() -> options(program));
        return new Requirement("to attach to " + place, place.kernel(), options);
    }

    /** {@return what functions of a kind need to be loaded} */
    public static Requirement of(ProgramType type) {
        return new Requirement("a function of type " + type, type.kernel(), options(type));
    }

    /** {@return the section's name, without {@code .s}, of functions that are hooked to such a target} */
    static String kind(FunctionSpec function, String target) {
        if (target.equals(function.section())) {
            return function.sectionKind().map(Requirements::withoutSleep).orElse("");
        }
        String[] words = target.toLowerCase(Locale.ROOT).split(" ", 3);
        return switch (words[0]) {
            case "tcx", "netkit" -> words[0] + '/' + words[1];
            case "traffic" -> "tc";
            default -> words[0];
        };
    }

    private static String withoutSleep(SectionKind kind) {
        String name = kind.name();
        return name.endsWith(".s") ? name.substring(0, name.length() - 2) : name;
    }

    private static String quoted(SectionKind kind) {
        return "SEC(\"" + withoutSleep(kind) + "\")";
    }

    /** A kind of function that is old can be hooked to a place that is new. */
    private static String since(SectionKind kind) {
        String program = kind.programType().kernel();
        return UPROBES.equals(HOOKS.get(withoutSleep(kind)))
                ? UPROBES_SINCE
                : kind.attachType().map(AttachType::kernel).filter(place -> KernelVersion.of(program)
                        .isBefore(KernelVersion.of(place))).orElse(program);
    }

    private static List<String> options(ProgramType type) {
        return switch (type) {
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_SKB, SK_MSG, FLOW_DISSECTOR -> List.of(NET);
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_DEVICE, CGROUP_SOCK_ADDR, CGROUP_SYSCTL, CGROUP_SOCKOPT, SOCK_OPS ->
                List.of("CONFIG_CGROUP_BPF");
            case LWT_IN, LWT_OUT, LWT_XMIT -> List.of("CONFIG_LWTUNNEL_BPF");
            case LWT_SEG6LOCAL -> List.of("CONFIG_IPV6_SEG6_BPF");
            case LIRC_MODE2 -> List.of("CONFIG_BPF_LIRC_MODE2");
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> List.of(EVENTS);
            case NETFILTER -> List.of("CONFIG_NETFILTER_BPF_LINK");
            case LSM -> List.of("CONFIG_BPF_LSM", BTF, JIT);
            case TRACING -> List.of(BTF, EVENTS);
            case STRUCT_OPS, EXT -> List.of(BTF, JIT);
            case SK_LOOKUP, SK_REUSEPORT -> List.of("CONFIG_INET");
            case UNKNOWN, SYSCALL -> List.of();
        };
    }

    /** {@return what a kind of map needs; nothing for one that has no name here} */
    public static Optional<Requirement> of(MapType type) {
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
            case DEVMAP -> map(type, "4.14", NET);
            case SOCKMAP -> map(type, "4.14", "CONFIG_INET");
            case CPUMAP -> map(type, "4.15", NET);
            case XSKMAP -> map(type, "4.18", "CONFIG_XDP_SOCKETS");
            case SOCKHASH -> map(type, "4.18", "CONFIG_INET");
            case CGROUP_STORAGE -> map(type, "4.19", "CONFIG_CGROUP_BPF");
            case REUSEPORT_SOCKARRAY -> map(type, "4.19", "CONFIG_INET");
            case PERCPU_CGROUP_STORAGE -> map(type, "4.20", "CONFIG_CGROUP_BPF");
            case QUEUE, STACK -> map(type, "4.20");
            case SK_STORAGE -> map(type, "5.2", NET);
            case DEVMAP_HASH -> map(type, "5.4", NET);
            case STRUCT_OPS -> map(type, "5.6", BTF, JIT);
            case RINGBUF -> map(type, "5.8");
            case INODE_STORAGE -> map(type, "5.10", "CONFIG_BPF_LSM");
            case TASK_STORAGE -> map(type, "5.11");
            case BLOOM_FILTER -> map(type, "5.16");
            case USER_RINGBUF -> map(type, "6.1");
            case CGRP_STORAGE -> map(type, "6.2", "CONFIG_CGROUPS");
            case ARENA -> map(type, "6.9", JIT);
            case INSN_ARRAY -> map(type, "6.19");
        });
    }

    private static Requirement map(MapType type, String since, String... options) {
        return new Requirement("a map of type " + type, since, List.of(options));
    }
}
