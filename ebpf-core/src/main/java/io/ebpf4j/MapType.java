package io.ebpf4j;

/**
 * The kinds of maps, in the kernel's order: {@code enum bpf_map_type} of {@code linux/bpf.h}, whose numbers begin at 1
 * with {@link #HASH}. A newer kernel's kind is {@link #UNKNOWN}; its number is in {@link MapSpec#typeId()}.
 */
public enum MapType {
    /** A number this library has no name for. */
    UNKNOWN,
    /** {@code BPF_MAP_TYPE_HASH} */
    HASH,
    /** {@code BPF_MAP_TYPE_ARRAY} */
    ARRAY,
    /** {@code BPF_MAP_TYPE_PROG_ARRAY} */
    PROG_ARRAY,
    /** {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY} */
    PERF_EVENT_ARRAY,
    /** {@code BPF_MAP_TYPE_PERCPU_HASH} */
    PERCPU_HASH,
    /** {@code BPF_MAP_TYPE_PERCPU_ARRAY} */
    PERCPU_ARRAY,
    /** {@code BPF_MAP_TYPE_STACK_TRACE} */
    STACK_TRACE,
    /** {@code BPF_MAP_TYPE_CGROUP_ARRAY} */
    CGROUP_ARRAY,
    /** {@code BPF_MAP_TYPE_LRU_HASH} */
    LRU_HASH,
    /** {@code BPF_MAP_TYPE_LRU_PERCPU_HASH} */
    LRU_PERCPU_HASH,
    /** {@code BPF_MAP_TYPE_LPM_TRIE} */
    LPM_TRIE,
    /** {@code BPF_MAP_TYPE_ARRAY_OF_MAPS} */
    ARRAY_OF_MAPS,
    /** {@code BPF_MAP_TYPE_HASH_OF_MAPS} */
    HASH_OF_MAPS,
    /** {@code BPF_MAP_TYPE_DEVMAP} */
    DEVMAP,
    /** {@code BPF_MAP_TYPE_SOCKMAP} */
    SOCKMAP,
    /** {@code BPF_MAP_TYPE_CPUMAP} */
    CPUMAP,
    /** {@code BPF_MAP_TYPE_XSKMAP} */
    XSKMAP,
    /** {@code BPF_MAP_TYPE_SOCKHASH} */
    SOCKHASH,
    /** {@code BPF_MAP_TYPE_CGROUP_STORAGE} */
    CGROUP_STORAGE,
    /** {@code BPF_MAP_TYPE_REUSEPORT_SOCKARRAY} */
    REUSEPORT_SOCKARRAY,
    /** {@code BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE} */
    PERCPU_CGROUP_STORAGE,
    /** {@code BPF_MAP_TYPE_QUEUE} */
    QUEUE,
    /** {@code BPF_MAP_TYPE_STACK} */
    STACK,
    /** {@code BPF_MAP_TYPE_SK_STORAGE} */
    SK_STORAGE,
    /** {@code BPF_MAP_TYPE_DEVMAP_HASH} */
    DEVMAP_HASH,
    /** {@code BPF_MAP_TYPE_STRUCT_OPS} */
    STRUCT_OPS,
    /** {@code BPF_MAP_TYPE_RINGBUF} */
    RINGBUF,
    /** {@code BPF_MAP_TYPE_INODE_STORAGE} */
    INODE_STORAGE,
    /** {@code BPF_MAP_TYPE_TASK_STORAGE} */
    TASK_STORAGE,
    /** {@code BPF_MAP_TYPE_BLOOM_FILTER} */
    BLOOM_FILTER,
    /** {@code BPF_MAP_TYPE_USER_RINGBUF} */
    USER_RINGBUF,
    /** {@code BPF_MAP_TYPE_CGRP_STORAGE} */
    CGRP_STORAGE,
    /** {@code BPF_MAP_TYPE_ARENA} */
    ARENA,
    /** {@code BPF_MAP_TYPE_INSN_ARRAY} */
    INSN_ARRAY;

    private static final MapType[] BY_ID = values();

    /**
     * {@return the kind with a number, or {@link #UNKNOWN}}
     *
     * @param id the kernel's number
     */
    public static MapType of(int id) {
        return id > 0 && id < BY_ID.length ? BY_ID[id] : UNKNOWN;
    }

    /** {@return whether its memory is a ring of records that the kernel writes and one reader consumes} */
    public boolean isRing() {
        return this == RINGBUF;
    }

    /** {@return whether programs write records to it that one reader consumes: rings, and perf buffers} */
    public boolean carriesRecords() {
        return isRing() || this == PERF_EVENT_ARRAY;
    }

    /** {@return whether its values are other maps} */
    public boolean isMapOfMaps() {
        return this == ARRAY_OF_MAPS || this == HASH_OF_MAPS;
    }

    /** {@return whether a row has one value a possible CPU} */
    public boolean isPerCpu() {
        return this == PERCPU_HASH || this == LRU_PERCPU_HASH || this == PERCPU_ARRAY || this == PERCPU_CGROUP_STORAGE;
    }

    /** {@return whether its rows can be listed with their values, and so recorded: hashes, arrays, tries} */
    public boolean hasRows() {
        return isHash() || (isPerCpu() && this != PERCPU_CGROUP_STORAGE) || this == ARRAY || this == LPM_TRIE;
    }

    /** {@return whether it is a table of rows with one value each, read by key and in batches} */
    public boolean isHash() {
        return this == HASH || this == LRU_HASH;
    }

    /** {@return whether it is itself memory for records, in one direction or the other: its entries are bytes} */
    public boolean hasRecordsInMemory() {
        return this == RINGBUF || this == USER_RINGBUF;
    }

    /** {@return whether what a file says of its values is the type of records, and its own are others or none} */
    public boolean declaresRecords() {
        return hasRecordsInMemory() || this == PERF_EVENT_ARRAY;
    }
}
