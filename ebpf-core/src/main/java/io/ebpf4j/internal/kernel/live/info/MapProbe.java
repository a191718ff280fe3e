package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.ebpf4j.MapType;
import io.ebpf4j.internal.diagnose.Requirements;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Whether maps of a kind can be created: creates the smallest one.
 *
 * {@snippet lang = c :
 * struct { // anonymous struct used by BPF_MAP_CREATE command
 *     __u32 map_type;
 *     __u32 key_size;
 *     __u32 value_size;
 *     __u32 max_entries;
 *     __u32 map_flags;
 *     __u32 inner_map_fd;
 *     __u32 numa_node;
 *     char  map_name[BPF_OBJ_NAME_LEN];
 *     __u32 map_ifindex;
 *     __u32 btf_fd;
 *     __u32 btf_key_type_id;
 *     __u32 btf_value_type_id;
 *     __u32 btf_vmlinux_value_type_id;
 * };
 * }
 */
public final class MapProbe {
    private static final long MAP_TYPE = 0;
    private static final long KEY_SIZE = 4;
    private static final long VALUE_SIZE = 8;
    private static final long MAX_ENTRIES = 12;
    private static final long MAP_FLAGS = 16;
    private static final long INNER_MAP_FD = 20;
    private static final long BTF_FD = 48;
    private static final long BTF_KEY_TYPE_ID = 52;
    private static final long BTF_VALUE_TYPE_ID = 56;
    private static final long BTF_VMLINUX_VALUE_TYPE_ID = 60;

    private record Sizes(int key, int value, int entries, int flags) {}

    private MapProbe() {}

    /** {@return whether the kernel creates one} */
    public static Support of(MapType type) {
        String what = "a map of type " + type;
        int errno = switch (type) {
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> errnoOfNested(type);
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> errnoOfStorage(type);
            case STRUCT_OPS -> errnoOfStructOps();
            default -> errno(type, sizes(type));
        };
        return errno == 0
                ? Answers.supported()
                : Answers.refused(what, errno, Requirements.of(type).orElseThrow());
    }

    /** {@return whether values of a map can hold a program to run on it, beside what they held from the beginning} */
    static boolean valuesTakePrograms(MapType type) {
        return errno(type, new Sizes(4, 8, 1, 0)) == 0; // struct bpf_devmap_val, bpf_cpumap_val: two words
    }

    private static Sizes sizes(MapType type) {
        return switch (type) {
            case STACK_TRACE -> new Sizes(4, 8, 1, 0);
            case LPM_TRIE -> new Sizes(8, 8, 1, Libbpf.BPF_F_NO_PREALLOC());
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> new Sizes(16, 8, 0, 0); // struct bpf_cgroup_storage_key
            case QUEUE, STACK, BLOOM_FILTER -> new Sizes(0, 4, 1, 0);
            case RINGBUF, USER_RINGBUF -> new Sizes(0, 0, Libc.getpagesize(), 0);
            case ARENA -> new Sizes(0, 0, 1, Libbpf.BPF_F_MMAPABLE());
            case INSN_ARRAY -> new Sizes(4, 16, 1, 0); // struct bpf_insn_array_value
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
                new Sizes(4, 8, 0, Libbpf.BPF_F_NO_PREALLOC());
            case UNKNOWN, HASH, ARRAY, PROG_ARRAY, PERF_EVENT_ARRAY, PERCPU_HASH, PERCPU_ARRAY, CGROUP_ARRAY, LRU_HASH,
                    LRU_PERCPU_HASH, ARRAY_OF_MAPS, HASH_OF_MAPS, DEVMAP, SOCKMAP, CPUMAP, XSKMAP, SOCKHASH,
                    REUSEPORT_SOCKARRAY, DEVMAP_HASH, STRUCT_OPS ->
                new Sizes(4, 4, 1, 0);
        };
    }

    private static int errno(MapType type, Sizes sizes) {
        try (Arena arena = Arena.ofConfined()) {
            return errno(attribute(arena, type, sizes));
        }
    }

    private static int errnoOfNested(MapType type) {
        try (Arena arena = Arena.ofConfined()) {
            int inner = BpfCall.invoke(BpfCall.MAP_CREATE, attribute(arena, MapType.HASH, sizes(MapType.HASH)));
            if (inner < 0) {
                return -inner;
            }
            try {
                MemorySegment attribute = attribute(arena, type, sizes(type));
                attribute.set(JAVA_INT, INNER_MAP_FD, inner);
                return errno(attribute);
            } finally {
                Libc.close(inner);
            }
        }
    }

    private static int errnoOfStorage(MapType type) {
        try (Arena arena = Arena.ofConfined()) {
            int btf = TypeBlob.storage().load(arena);
            if (btf < 0) {
                return -btf;
            }
            try {
                MemorySegment attribute = attribute(arena, type, sizes(type));
                attribute.set(JAVA_INT, BTF_FD, btf);
                attribute.set(JAVA_INT, BTF_KEY_TYPE_ID, TypeBlob.STORAGE_KEY);
                attribute.set(JAVA_INT, BTF_VALUE_TYPE_ID, TypeBlob.STORAGE_VALUE);
                return errno(attribute);
            } finally {
                Libc.close(btf);
            }
        }
    }

    /** Type 1 of the kernel is no struct of functions, which only a kernel that knows of those has a word for. */
    private static int errnoOfStructOps() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attribute = attribute(arena, MapType.STRUCT_OPS, sizes(MapType.STRUCT_OPS));
            attribute.set(JAVA_INT, BTF_VMLINUX_VALUE_TYPE_ID, 1);
            int errno = errno(attribute);
            return errno == Errno.ENOTSUPP ? 0 : errno;
        }
    }

    @SuppressWarnings("EnumOrdinal") // the order is the kernel's, which only ever appends
    private static MemorySegment attribute(Arena arena, MapType type, Sizes sizes) {
        MemorySegment attribute = BpfCall.attribute(arena);
        attribute.set(JAVA_INT, MAP_TYPE, type.ordinal());
        attribute.set(JAVA_INT, KEY_SIZE, sizes.key);
        attribute.set(JAVA_INT, VALUE_SIZE, sizes.value);
        attribute.set(JAVA_INT, MAX_ENTRIES, sizes.entries);
        attribute.set(JAVA_INT, MAP_FLAGS, sizes.flags);
        return attribute;
    }

    private static int errno(MemorySegment attribute) {
        int fd = BpfCall.invoke(BpfCall.MAP_CREATE, attribute);
        if (fd < 0) {
            return -fd;
        }
        Libc.close(fd);
        return 0;
    }
}
