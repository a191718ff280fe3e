package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.ProgramType;
import io.ebpf4j.internal.diagnose.KernelVersion;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A program of two instructions, offered to the kernel for its answer alone.
 *
 * {@snippet lang = c :
 * struct { // anonymous struct used by BPF_PROG_LOAD command
 *     __u32         prog_type;
 *     __u32         insn_cnt;
 *     __aligned_u64 insns;
 *     __aligned_u64 license;
 *     __u32         log_level;
 *     __u32         log_size;
 *     __aligned_u64 log_buf;
 *     __u32         kern_version;
 *     __u32         prog_flags;
 *     char          prog_name[BPF_OBJ_NAME_LEN];
 *     __u32         prog_ifindex;
 *     __u32         expected_attach_type;
 *     __u32         prog_btf_fd;
 *     __u32         func_info_rec_size;
 *     __aligned_u64 func_info;
 *     __u32         func_info_cnt;
 *     __u32         line_info_rec_size;
 *     __aligned_u64 line_info;
 *     __u32         line_info_cnt;
 *     __u32         attach_btf_id;
 *     __u32         attach_prog_fd;
 * };
 * }
 *
 * @param type its kind
 * @param attachType for what kind of place; the kernel's number, 0 for none
 * @param flags {@code BPF_F_SLEEPABLE} and the like
 * @param attachTypeId what it is to be hooked to, by its id in BTF; 0 for none
 * @param first its first instruction, as the kernel has it in memory; the second is {@code exit}
 */
record Trial(ProgramType type, int attachType, int flags, int attachTypeId, long first) {
    private static final long PROG_TYPE = 0;
    private static final long INSN_CNT = 4;
    private static final long INSNS = 8;
    private static final long LICENSE = 16;
    private static final long LOG_LEVEL = 24;
    private static final long LOG_SIZE = 28;
    private static final long LOG_BUF = 32;
    private static final long KERN_VERSION = 40;
    private static final long PROG_FLAGS = 44;
    private static final long EXPECTED_ATTACH_TYPE = 68;
    private static final long PROG_BTF_FD = 72;
    private static final long FUNC_INFO_REC_SIZE = 76;
    private static final long FUNC_INFO = 80;
    private static final long FUNC_INFO_CNT = 88;
    private static final long ATTACH_BTF_ID = 108;
    private static final long ATTACH_PROG_FD = 112;

    private static final int MOVE = 0xb7;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int LOG_BYTES = 4096;
    private static final int FUNC_INFO_BYTES = 8;

    /**
     * What became of it.
     *
     * @param fd to be closed; -1 if it was not taken
     * @param errno why not; 0 if it was
     * @param log what the verifier said, cut at its end
     */
    record Outcome(int fd, int errno, String log) implements AutoCloseable {
        boolean loaded() {
            return fd >= 0;
        }

        @Override
        public void close() {
            if (loaded()) {
                Libc.close(fd);
            }
        }
    }

    /** {@return a program that only returns} Where the kernel cares, 1 is what lets things happen, or all there is. */
    static Trial returning(ProgramType type, int attachType, int flags, int attachTypeId) {
        boolean decides = switch (type) {
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_SOCK_ADDR, CGROUP_DEVICE, CGROUP_SYSCTL, CGROUP_SOCKOPT, SK_LOOKUP,
                    NETFILTER ->
                true;
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, LWT_IN, LWT_OUT,
                    LWT_XMIT, SOCK_OPS, SK_SKB, SK_MSG, RAW_TRACEPOINT, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT,
                    FLOW_DISSECTOR, RAW_TRACEPOINT_WRITABLE, TRACING, STRUCT_OPS, EXT, LSM, SYSCALL ->
                false;
        };
        return new Trial(type, attachType, flags, attachTypeId, instruction(MOVE, decides ? 1 : 0));
    }

    /** {@return the same, calling a helper with whatever lies in the registers} */
    Trial calling(int helper) {
        return new Trial(type, attachType, flags, attachTypeId, instruction(CALL, helper));
    }

    /** {@return the same for another kind of place} */
    Trial at(int otherAttachType) {
        return new Trial(type, otherAttachType, flags, attachTypeId, first);
    }

    /** Opcode, registers 0 and 0, offset 0, immediate: {@code struct bpf_insn}. */
    private static long instruction(int opcode, int immediate) {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return little
                ? (Integer.toUnsignedLong(immediate) << 32) | opcode
                : ((long) opcode << 56) | Integer.toUnsignedLong(immediate);
    }

    /** {@return what becomes of it, which the caller closes} */
    Outcome load() {
        try (Arena arena = Arena.ofConfined()) {
            return load(arena, attribute(arena));
        }
    }

    /** {@return what becomes of it with types: it is the function of {@link TypeBlob#function()}} */
    Outcome loadTyped(int typesFd, int replacedFd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attribute = attribute(arena);
            MemorySegment info = arena.allocateFrom(JAVA_INT, 0, TypeBlob.FUNCTION); // struct bpf_func_info
            attribute.set(JAVA_INT, PROG_BTF_FD, typesFd);
            attribute.set(JAVA_INT, FUNC_INFO_REC_SIZE, FUNC_INFO_BYTES);
            attribute.set(JAVA_LONG, FUNC_INFO, info.address());
            attribute.set(JAVA_INT, FUNC_INFO_CNT, 1);
            attribute.set(JAVA_INT, ATTACH_PROG_FD, replacedFd);
            return load(arena, attribute);
        }
    }

    private MemorySegment attribute(Arena arena) {
        MemorySegment attribute = BpfCall.attribute(arena);
        attribute.set(JAVA_INT, PROG_TYPE, type.number());
        attribute.set(JAVA_INT, INSN_CNT, 2);
        attribute.set(JAVA_LONG, INSNS, arena.allocateFrom(JAVA_LONG, first, instruction(EXIT, 0)).address());
        attribute.set(JAVA_LONG, LICENSE, arena.allocateFrom("GPL").address());
        attribute.set(JAVA_INT, KERN_VERSION,
                type == ProgramType.KPROBE ? KernelVersion.code(RunningKernel.release()) : 0);
        attribute.set(JAVA_INT, PROG_FLAGS, flags);
        attribute.set(JAVA_INT, EXPECTED_ATTACH_TYPE, attachType);
        attribute.set(JAVA_INT, ATTACH_BTF_ID, attachTypeId);
        return attribute;
    }

    private static Outcome load(Arena arena, MemorySegment attribute) {
        MemorySegment log = arena.allocate(LOG_BYTES);
        attribute.set(JAVA_INT, LOG_LEVEL, 1);
        attribute.set(JAVA_INT, LOG_SIZE, LOG_BYTES);
        attribute.set(JAVA_LONG, LOG_BUF, log.address());
        int fd = BpfCall.invoke(BpfCall.PROG_LOAD, attribute);
        return fd < 0
                ? new Outcome(-1, -fd, log.getString(0, StandardCharsets.US_ASCII))
                : new Outcome(fd, 0, "");
    }
}
