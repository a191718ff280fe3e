package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.LibbpfException;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeSymbols;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system call itself: {@code int bpf(int cmd, union bpf_attr *attr, unsigned int size)}.
 *
 * <p>libbpf is not asked, for it cannot ask for what is newer than itself, and its probes take "you may not" for "I have
 * none". Fields of {@code union bpf_attr} that are 0 may lie beyond what a kernel knows.
 */
final class BpfCall {
    static final int MAP_CREATE = 0;
    static final int PROG_LOAD = 5;
    static final int PROG_ATTACH = 8;
    static final int BTF_LOAD = 18;
    static final int LINK_CREATE = 28;

    private static final long ATTRIBUTE_SIZE = 256;
    /** As often as libbpf does: a signal that comes while the verifier is at work ends that. */
    private static final int ATTEMPTS = 5;
    private static final MethodHandle SYSCALL = NativeSymbols.libc("syscall", FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT));

    /** Before Linux 5.11 maps and programs count as locked memory; the first call of libbpf raises that limit for good. */
    private static final class LockedMemory {
        static {
            Libbpf.libbpf_probe_bpf_map_type(Libbpf.BPF_MAP_TYPE_ARRAY(), MemorySegment.NULL);
        }

        private LockedMemory() {}

        /** By the first call only, for this class is initialised once. */
        static void raiseLimit() {}
    }

    private BpfCall() {}

    /** {@return a {@code union bpf_attr} of zeros} */
    static MemorySegment attribute(Arena arena) {
        return arena.allocate(ATTRIBUTE_SIZE, Long.BYTES);
    }

    /** {@return what the kernel returns, such as a file descriptor that the caller closes; or an error number, negated} */
    static int invoke(int command, MemorySegment attribute) {
        LockedMemory.raiseLimit();
        long number = number(System.getProperty("os.arch", ""));
        for (int attempt = 1;; attempt++) {
            int result = call(number, command, attribute);
            boolean disturbed = result == -Errno.EAGAIN || result == -Errno.EINTR;
            if (!disturbed || attempt == ATTEMPTS) {
                return result;
            }
        }
    }

    private static int call(long number, int command, MemorySegment attribute) {
        try {
            long result = (long) SYSCALL.invokeExact(NativeSymbols.errnoState(), number, command, attribute,
                    (int) attribute.byteSize());
            return result < 0 ? -NativeLibrary.errno() : (int) result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }

    /** {@code __NR_bpf} */
    private static long number(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> 321;
            case "aarch64", "riscv64", "loongarch64" -> 280; // asm-generic/unistd.h
            case "s390x" -> 351;
            case "ppc64", "ppc64le" -> 361;
            default -> throw new LibbpfException("the number of the system call bpf() on " + architecture
                    + " is not known here; features of the kernel cannot be asked for");
        };
    }
}
