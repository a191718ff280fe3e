package io.ebpf4j.internal.diagnose;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which rights functions and maps need to be loaded and attached. The rules are those of {@code kernel/bpf/syscall.c}:
 * {@code is_net_admin_prog_type}, {@code is_perfmon_prog_type}, {@code map_create} and {@code bpf_prog_attach}.
 */
public final class NeededRights {
    private static final KernelVersion SPLIT = KernelVersion.of("5.8");

    private NeededRights() {}

    /**
     * {@return the rights}
     *
     * @param functions those that are loaded
     * @param maps those that are created
     * @param kernel the version that has to take them; before 5.8 CAP_SYS_ADMIN was all in one
     */
    public static Set<Capability> of(Collection<FunctionSpec> functions, Collection<MapSpec> maps,
            KernelVersion kernel) {
        Set<Capability> needed = EnumSet.noneOf(Capability.class);
        needed.add(Capability.CAP_BPF); // for the object's types alone, whatever is in it
        for (FunctionSpec function : functions) {
            if (watchesKernel(function.programType())) {
                needed.add(Capability.CAP_PERFMON);
            }
            if (changesNetwork(function.programType())) {
                needed.add(Capability.CAP_NET_ADMIN);
            }
        }
        if (maps.stream().map(MapSpec::type).anyMatch(NeededRights::changesNetwork)) {
            needed.add(Capability.CAP_NET_ADMIN);
        }
        return asIn(kernel, needed);
    }

    /** {@return the rights for functions and maps of all kinds} */
    static Set<Capability> ofAllKinds(KernelVersion kernel) {
        return asIn(kernel, EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON, Capability.CAP_NET_ADMIN));
    }

    private static Set<Capability> asIn(KernelVersion kernel, Set<Capability> needed) {
        if (kernel.isBefore(SPLIT)) {
            needed.remove(Capability.CAP_BPF);
            needed.remove(Capability.CAP_PERFMON);
            needed.add(Capability.CAP_SYS_ADMIN);
        }
        return needed;
    }

    /**
     * {@return those of the needed that are neither held nor stood in for} CAP_SYS_ADMIN is as good as CAP_BPF and CAP_PERFMON
     * everywhere, as CAP_NET_ADMIN not where an interface is changed.
     */
    public static List<Capability> lacking(Set<Capability> needed, Set<Capability> held) {
        boolean all = held.contains(Capability.CAP_SYS_ADMIN);
        return needed.stream().filter(right -> !held.contains(right))
                .filter(right -> !all || right == Capability.CAP_NET_ADMIN).toList();
    }

    private static boolean watchesKernel(ProgramType type) {
        return switch (type) {
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, TRACING, LSM, STRUCT_OPS,
                    EXT ->
                true;
            case UNKNOWN, SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, CGROUP_SKB, CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT,
                    SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, CGROUP_SOCK_ADDR, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT,
                    FLOW_DISSECTOR, CGROUP_SYSCTL, CGROUP_SOCKOPT, SK_LOOKUP, SYSCALL, NETFILTER ->
                false;
        };
    }

    private static boolean changesNetwork(ProgramType type) {
        return switch (type) {
            case SCHED_CLS, SCHED_ACT, XDP, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL, SK_SKB, SK_MSG, FLOW_DISSECTOR,
                    CGROUP_DEVICE, CGROUP_SOCK, CGROUP_SOCK_ADDR, CGROUP_SOCKOPT, CGROUP_SYSCTL, SOCK_OPS, EXT,
                    NETFILTER ->
                true;
            // not to be loaded, but to be attached
            case CGROUP_SKB, SK_LOOKUP -> true;
            case UNKNOWN, SOCKET_FILTER, KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE,
                    TRACING,
                    LSM, STRUCT_OPS, LIRC_MODE2, SK_REUSEPORT, SYSCALL ->
                false;
        };
    }

    private static boolean changesNetwork(MapType type) {
        return switch (type) {
            case SOCKMAP, SOCKHASH, DEVMAP, DEVMAP_HASH, XSKMAP -> true;
            case UNKNOWN, HASH, ARRAY, PROG_ARRAY, PERF_EVENT_ARRAY, PERCPU_HASH, PERCPU_ARRAY, STACK_TRACE,
                    CGROUP_ARRAY,
                    LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE, ARRAY_OF_MAPS, HASH_OF_MAPS, CPUMAP, CGROUP_STORAGE,
                    REUSEPORT_SOCKARRAY, PERCPU_CGROUP_STORAGE, QUEUE, STACK, SK_STORAGE, STRUCT_OPS, RINGBUF,
                    INODE_STORAGE, TASK_STORAGE, BLOOM_FILTER, USER_RINGBUF, CGRP_STORAGE, ARENA, INSN_ARRAY ->
                false;
        };
    }
}
