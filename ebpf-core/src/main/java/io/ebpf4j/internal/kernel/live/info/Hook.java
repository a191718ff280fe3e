package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.AttachType;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Attempts to hook a function to what is no target, so that nothing is hooked. Each returns the kernel's error number, 0 if
 * it has hooked it all the same, for as long as the call took.
 *
 * {@snippet lang = c :
 * struct { // struct used by BPF_LINK_CREATE command
 *     __u32 prog_fd;
 *     union { __u32 target_fd; __u32 target_ifindex; };
 *     __u32 attach_type;
 *     __u32 flags;
 *     union { // from 16 on
 *         struct { __u32 flags; __u32 cnt; __aligned_u64 syms; .. } kprobe_multi;
 *         struct { __u32 pf; .. } netfilter;
 *         struct { __aligned_u64 path; __aligned_u64 offsets; __aligned_u64 ref_ctr_offsets;
 *                  __aligned_u64 cookies; __u32 cnt; __u32 flags; __u32 pid; } uprobe_multi;
 *         struct { __aligned_u64 ids; __aligned_u64 cookies; __u32 cnt; } tracing_multi;
 *     };
 * };
 * }
 */
final class Hook {
    /** Neither a file descriptor nor the number of an interface. */
    private static final int NONE = -1;
    /** In every network namespace the first interface is the loopback one. */
    private static final int LOOPBACK = 1;
    /** An address at which a process has no memory. */
    private static final long NOWHERE = 1;

    private static final long PROG_FD = 0;
    private static final long TARGET = 4;
    private static final long ATTACH_TYPE = 8;
    private static final long FLAGS = 12;
    private static final long DETAILS = 16;

    private Hook() {}

    /** To no cgroup, network namespace, perf event or interface: EBADF, ENODEV or, of netfilter, EAFNOSUPPORT. */
    static int toNone(int program, AttachType type) {
        return link(program, type, attribute -> attribute.set(JAVA_INT, TARGET,
                type == AttachType.NETFILTER ? 0 : NONE)); // which takes none, but no protocol family 0 either
    }

    /** To the kernel function that the program was loaded for, one that only tests call. */
    static int toWhatItIsFor(int program, AttachType type) {
        return link(program, type, attribute -> {});
    }

    /** To the loopback interface within its driver, which has no place for that: EOPNOTSUPP. */
    static int toLoopbackDriver(int program) {
        return link(program, AttachType.XDP, attribute -> {
            attribute.set(JAVA_INT, TARGET, LOOPBACK);
            attribute.set(JAVA_INT, FLAGS, Libbpf.XDP_FLAGS_DRV_MODE());
        });
    }

    /** To one function, whose name is not where it should be: EFAULT. */
    static int toUnreadableSymbol(int program, AttachType type) {
        return link(program, type, attribute -> {
            attribute.set(JAVA_INT, DETAILS + 4, 1);
            attribute.set(JAVA_LONG, DETAILS + 8, NOWHERE);
        });
    }

    /** To the types of one function, whose ids are not where they should be: EFAULT. */
    static int toUnreadableType(int program, AttachType type) {
        return link(program, type, attribute -> {
            attribute.set(JAVA_LONG, DETAILS, NOWHERE);
            attribute.set(JAVA_INT, DETAILS + 16, 1);
        });
    }

    /** To a place in a directory: EBADF. */
    static int toDirectory(int program, AttachType type) {
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom("/").address();
            long offsets = arena.allocate(Long.BYTES, Long.BYTES).address();
            return link(program, type, attribute -> {
                attribute.set(JAVA_LONG, DETAILS, path);
                attribute.set(JAVA_LONG, DETAILS + 8, offsets);
                attribute.set(JAVA_INT, DETAILS + 32, 1);
            });
        }
    }

    /**
     * To no map and no infrared receiver: EBADF.
     *
     * {@snippet lang = c :
     * struct { // anonymous struct used by BPF_PROG_ATTACH/DETACH commands
     *     __u32 target_fd;
     *     __u32 attach_bpf_fd;
     *     __u32 attach_type;
     *     __u32 attach_flags;
     * };
     * }
     */
    static int withoutLink(int program, AttachType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attribute = BpfCall.attribute(arena);
            attribute.set(JAVA_INT, 0, NONE);
            attribute.set(JAVA_INT, 4, program);
            attribute.set(JAVA_INT, 8, type.number());
            return -BpfCall.invoke(BpfCall.PROG_ATTACH, attribute);
        }
    }

    private static int link(int program, AttachType type, Consumer<MemorySegment> target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attribute = BpfCall.attribute(arena);
            attribute.set(JAVA_INT, PROG_FD, program);
            attribute.set(JAVA_INT, ATTACH_TYPE, type.number());
            target.accept(attribute);
            int link = BpfCall.invoke(BpfCall.LINK_CREATE, attribute);
            if (link < 0) {
                return -link;
            }
            Libc.close(link);
            return 0;
        }
    }
}
