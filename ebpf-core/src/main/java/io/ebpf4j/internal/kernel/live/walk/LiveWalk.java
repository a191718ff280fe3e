package io.ebpf4j.internal.kernel.live.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.WalkProgram;
import io.ebpf4j.internal.kernel.live.CpuList;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_map_create_opts;
import io.ebpf4j.libbpf.gen.bpf_prog_load_opts;
import io.ebpf4j.libbpf.gen.bpf_test_run_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The program in the running kernel, with the array that it writes. Both are ours alone: they have descriptors, no names in a
 * file system and no hooks, and are gone with them.
 */
public final class LiveWalk implements WalkProgram {
    /** The kernel makes this memory at once, for as many rows as the map can have. */
    private static final long MOST_BYTES = 64L << 20;
    /** Each 8 bytes are two instructions of the program. Nor is there much to be won of rows that long. */
    private static final int LONGEST_ROW = 4096;
    private static final int FUNC_INFO_BYTES = 8;

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final String where;
    private final WalkLayout layout;
    private final long capacity;
    private int program;
    private MemorySegment rows = MemorySegment.NULL;
    private MemorySegment count = MemorySegment.NULL;
    private MemorySegment options = MemorySegment.NULL;

    private LiveWalk(String where, WalkLayout layout, long capacity) {
        this.where = where;
        this.layout = layout;
        this.capacity = capacity;
    }

    /**
     * {@return a loaded program, which the caller closes}
     *
     * @param where how messages call the map
     * @param map what it is like
     * @param table its file descriptor
     * @param cpus how many values a row has, of a per-CPU kind
     * @param maxEntries how many rows there can be
     * @throws KernelSupportException when the kernel or this process's rights do not allow it; says why, and nothing is left behind
     */
    public static WalkProgram open(String where, MapSpec map, int table, int cpus, long maxEntries) {
        WalkLayout layout = layout(where, map, cpus);
        if (layout.stride() > LONGEST_ROW) {
            throw hindrance(where, "its rows have " + layout.stride() + " bytes, over " + LONGEST_ROW, 0);
        }
        var walk = new LiveWalk(where, layout, Math.clamp(maxEntries, 0, MOST_BYTES / layout.stride()));
        boolean done = false;
        try {
            walk.load(table);
            done = true;
            return walk;
        } finally {
            if (!done) {
                walk.close();
            }
        }
    }

    private static WalkLayout layout(String where, MapSpec map, int cpus) {
        return switch (map.type()) {
            case HASH -> new WalkLayout(map.keySize(), map.valueSize(), 0);
            case PERCPU_HASH -> {
                if (!CpuList.isPossibleWithoutGaps()) {
                    throw hindrance(where, "the CPUs of this machine are not numbered in a row, and it asks for each",
                            0);
                }
                yield new WalkLayout(map.keySize(), map.valueSize(), cpus);
            }
            // To look a row of it up is to use it, which would change what goes first when it is full.
            case LRU_HASH, LRU_PERCPU_HASH -> throw hindrance(where, "to a " + map.type()
                    + " a row that a program has looked up is one that is used, so that all would be", 0);
            case UNKNOWN, ARRAY, PROG_ARRAY, PERF_EVENT_ARRAY, PERCPU_ARRAY, STACK_TRACE, CGROUP_ARRAY, LPM_TRIE,
                    ARRAY_OF_MAPS, HASH_OF_MAPS, DEVMAP, SOCKMAP, CPUMAP, XSKMAP, SOCKHASH, CGROUP_STORAGE,
                    REUSEPORT_SOCKARRAY, PERCPU_CGROUP_STORAGE, QUEUE, STACK, SK_STORAGE, DEVMAP_HASH, STRUCT_OPS,
                    RINGBUF, INODE_STORAGE, TASK_STORAGE, BLOOM_FILTER, USER_RINGBUF, CGRP_STORAGE, ARENA,
                    INSN_ARRAY ->
                throw hindrance(where, "programs do not walk a " + map.type(), 0);
        };
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with this
    private void load(int table) {
        Arena memory = Arena.ofShared();
        closers.push(memory::close);
        int array = array();
        closers.push(() -> Descriptors.close(array));
        WalkCode code = WalkCode.of(layout, table, array, ByteOrder.nativeOrder());
        program = program(code);
        closers.push(() -> Descriptors.close(program));
        rows = MappedMemory.map(array, 0, capacity * layout.stride(), Libc.PROT_READ(), memory)
                .orElseThrow(() -> hindrance(where, "its rows cannot be mapped", NativeLibrary.errno())).asReadOnly();
        count = memory.allocate(JAVA_LONG);
        options = bpf_test_run_opts.allocate(memory);
    }

    private int array() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opts = bpf_map_create_opts.allocate(arena);
            bpf_map_create_opts.sz(opts, bpf_map_create_opts.sizeof());
            bpf_map_create_opts.map_flags(opts, Libbpf.BPF_F_MMAPABLE());
            int fd = Libbpf.bpf_map_create(Libbpf.BPF_MAP_TYPE_ARRAY(), arena.allocateFrom("walked_rows"),
                    Integer.BYTES, Math.toIntExact(layout.stride()), (int) capacity, opts);
            return opened(fd, "no array for " + capacity + " rows of " + layout.stride() + " bytes is made");
        }
    }

    private int program(WalkCode code) {
        try (Arena arena = Arena.ofConfined()) {
            WalkTypes types = WalkTypes.of(ByteOrder.nativeOrder());
            MemorySegment bytes = arena.allocate(types.bytes().byteSize(), Long.BYTES).copyFrom(types.bytes());
            int btf = opened(Libbpf.bpf_btf_load(bytes, bytes.byteSize(), MemorySegment.NULL),
                    "the program's types are refused");
            try {
                MemorySegment opts = bpf_prog_load_opts.allocate(arena);
                bpf_prog_load_opts.sz(opts, bpf_prog_load_opts.sizeof());
                bpf_prog_load_opts.prog_flags(opts, Libbpf.BPF_F_SLEEPABLE());
                bpf_prog_load_opts.prog_btf_fd(opts, btf);
                // struct bpf_func_info { __u32 insn_off; __u32 type_id; }
                bpf_prog_load_opts.func_info(opts,
                        arena.allocateFrom(JAVA_INT, 0, types.walk(), code.step(), types.step()));
                bpf_prog_load_opts.func_info_cnt(opts, 2);
                bpf_prog_load_opts.func_info_rec_size(opts, FUNC_INFO_BYTES);
                int fd = Libbpf.bpf_prog_load(Libbpf.BPF_PROG_TYPE_SYSCALL(), arena.allocateFrom("walk"),
                        arena.allocateFrom("GPL"), arena.allocateFrom(ValueLayout.JAVA_BYTE, code.code().toBytes()),
                        code.code().size(), opts);
                return opened(fd, "the program is refused (it takes Linux 5.14, for a per-CPU hash 5.19; CAP_BPF and"
                        + " CAP_PERFMON; and values that programs may read)");
            } finally {
                Descriptors.close(btf);
            }
        }
    }

    private int opened(int fd, String failure) {
        if (fd < 0) {
            throw hindrance(where, failure, -fd);
        }
        return fd;
    }

    private static KernelSupportException hindrance(String where, String reason, int errno) {
        return new KernelSupportException(
                where + ": no program walks it: " + reason + (errno == 0 ? "" : ": " + Errno.describe(errno)), errno);
    }

    @Override
    public int run() {
        count.set(JAVA_LONG, 0, 0);
        bpf_test_run_opts.sz(options.fill((byte) 0), bpf_test_run_opts.sizeof());
        bpf_test_run_opts.ctx_in(options, count);
        bpf_test_run_opts.ctx_size_in(options, Long.BYTES);
        int result = Libbpf.bpf_prog_test_run_opts(program, options);
        if (result != 0) {
            throw hindrance(where, "it is not run", -result);
        }
        long copied = count.get(JAVA_LONG, 0);
        return copied < 0 || copied > capacity ? NOT_ALL : (int) copied;
    }

    @Override
    public MemorySegment rows() {
        return rows;
    }

    @Override
    public long stride() {
        return layout.stride();
    }

    @Override
    public long valueOffset() {
        return layout.valueOffset();
    }

    @Override
    public void close() {
        List<Runnable> all = List.copyOf(closers);
        closers.clear();
        Closing.all(all);
    }
}
