package io.ebpf4j.kernel;

import io.ebpf4j.AttachType;

/** To what a link hooks its function. */
public sealed interface LinkTarget {
    /**
     * A tracepoint, with its raw arguments.
     *
     * @param name as {@code sched_switch}
     */
    record RawTracepoint(String name) implements LinkTarget {}

    /**
     * A tracepoint. Linux 6.6.
     *
     * @param name as {@code sched_switch}
     */
    record Tracepoint(String name) implements LinkTarget {}

    /**
     * A function in BTF.
     *
     * @param attachType how
     * @param objectId the types that it is among, by id; for freplace, the function that is replaced. 0 before Linux 5.13
     * @param typeId its type there
     */
    record TypedFunction(AttachType attachType, int objectId, int typeId) implements LinkTarget {}

    /**
     * A function of the kernel, by kprobe. Linux 6.6.
     *
     * @param name as {@code do_unlinkat}
     * @param offset into it, in bytes
     * @param atReturn whether it runs when the function returns
     * @param missed how often it did not run
     */
    record KernelFunction(String name, long offset, boolean atReturn, long missed) implements LinkTarget {}

    /**
     * A place in a program or library, by uprobe. Linux 6.6.
     *
     * @param path of the file
     * @param offset into the file, in bytes
     * @param atReturn whether it runs when the function there returns
     */
    record FilePlace(String path, long offset, boolean atReturn) implements LinkTarget {}

    /**
     * Functions of the kernel. Linux 6.6.
     *
     * @param count how many
     * @param atReturn whether it runs when they return
     * @param missed how often it did not run; 0 before Linux 6.7
     */
    record KernelFunctions(int count, boolean atReturn, long missed) implements LinkTarget {}

    /**
     * Places in a program or library. Linux 6.8.
     *
     * @param path of the file
     * @param count how many
     * @param atReturn whether it runs when the functions there return
     * @param pid of the one process for which it runs; 0 for all
     */
    record FilePlaces(String path, int count, boolean atReturn, int pid) implements LinkTarget {}

    /**
     * An event of {@code perf_event_open}. Linux 6.6.
     *
     * @param type {@code PERF_TYPE_..}
     * @param config which of that type
     */
    record Event(int type, long config) implements LinkTarget {}

    /**
     * A cgroup.
     *
     * @param cgroupId the inode of its directory
     * @param attachType where in it
     */
    record Cgroup(long cgroupId, AttachType attachType) implements LinkTarget {}

    /**
     * What an iterator goes through.
     *
     * @param over as {@code task} or {@code bpf_map}
     */
    record Iterator(String over) implements LinkTarget {}

    /**
     * A network namespace.
     *
     * @param inode of its file; 0 when it is gone
     * @param attachType where in it
     */
    record NetworkNamespace(long inode, AttachType attachType) implements LinkTarget {}

    /**
     * A network interface.
     *
     * @param index its number, as {@code ip link} shows it; 0 when it is gone
     * @param attachType where in it
     */
    record NetworkInterface(int index, AttachType attachType) implements LinkTarget {}

    /**
     * A hook of netfilter.
     *
     * @param family {@code NFPROTO_..}: 2 for IPv4, 10 for IPv6
     * @param hook {@code NF_INET_..}, from 0 for PRE_ROUTING
     * @param priority the lower, the earlier
     * @param flags {@code BPF_F_NETFILTER_..}
     */
    record Netfilter(int family, int hook, int priority, int flags) implements LinkTarget {}

    /**
     * A place in the kernel that takes a struct of functions.
     *
     * @param mapId the map that holds it
     */
    record StructOps(int mapId) implements LinkTarget {}

    /**
     * The sockets in a map.
     *
     * @param mapId the map
     * @param attachType where
     */
    record SocketMap(int mapId, AttachType attachType) implements LinkTarget {}

    /** The kernel tells nothing of it, or something newer than this library. */
    record Untold() implements LinkTarget {}
}
