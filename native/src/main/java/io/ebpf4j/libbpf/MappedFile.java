package io.ebpf4j.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A file mapped read-only and privately. So {@code /sys/kernel/btf/vmlinux} wants it, which refuses a shared mapping, and with
 * that {@code FileChannel.map}.
 *
 * <p>
 * All of it goes through {@code syscall(2)}, for what costs a fresh JVM most is to link the first call of each C signature:
 * 5 ms each, after 40 for the first of all.
 */
public final class MappedFile {
    private static final long AT_FDCWD = -100;
    private static final long O_RDONLY_CLOEXEC = 0x80000;
    private static final long PROT_READ = 1;
    private static final long MAP_PRIVATE = 2;

    /** What the C library returns from a system call that failed. */
    private static final long FAILED = -1;

    /** A class of its own, so that it is linked by the first call and not before. */
    private static final class Syscall {
        private static final MethodHandle HANDLE = link();

        @SuppressWarnings("restricted")
        private static MethodHandle link() {
            var word = ValueLayout.JAVA_LONG;
            Linker linker = Linker.nativeLinker();
            // In C it takes any number of arguments. Integers are passed the same either way on the architectures above,
            // and to say so would cost a fresh JVM 7 ms.
            return linker.downcallHandle(linker.defaultLookup().find("syscall").orElseThrow(),
                    FunctionDescriptor.of(word, word, word, word, word, word, word, word));
        }

        static long call(long number, long a, long b, long c, long d, long e, long f) {
            try {
                return (long) HANDLE.invokeExact(number, a, b, c, d, e, f);
            } catch (RuntimeException | Error t) {
                throw t;
            } catch (Throwable t) {
                throw new AssertionError("a C function cannot throw", t);
            }
        }
    }

    /** Not a lambda: that would cost a fresh JVM another few milliseconds. */
    private record Unmap(long munmap, long length) implements Consumer<MemorySegment> {
        @Override
        public void accept(MemorySegment mapped) {
            Syscall.call(munmap, mapped.address(), length, 0, 0, 0, 0);
        }
    }

    private MappedFile() {}

    /**
     * {@return a file's first bytes, or empty when the kernel refuses, or this is an architecture whose system calls are not
     * known here} They are unmapped when the arena closes. Whoever uses the segment after that gets an exception, and the
     * JVM no fault.
     *
     * @param file
     *            what to map; if it can be cut short while it is mapped, do not
     * @param length
     *            how many bytes, at most those of the file: beyond its end an access would be a fault
     * @param arena
     *            how long
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     * @throws IllegalStateException
     *             when the arena is closed
     */
    @SuppressWarnings("restricted")
    public static Optional<MemorySegment> map(Path file, long length, Arena arena) {
        NativeLibrary.requireNativeCalls();
        SystemCallNumbers numbers = SystemCallNumbers.ofThisMachine();
        if (numbers == null) {
            return Optional.empty();
        }
        long fd;
        try (Arena call = Arena.ofConfined()) {
            // allocateFrom(String) would do, and cost a fresh JVM 10 ms.
            byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
            MemorySegment path = call.allocate(name.length + 1L);
            MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
            fd = Syscall.call(numbers.openat, AT_FDCWD, path.address(), O_RDONLY_CLOEXEC, 0, 0, 0);
        }
        if (fd == FAILED) {
            return Optional.empty();
        }
        long address = Syscall.call(numbers.mmap, 0, length, PROT_READ, MAP_PRIVATE, fd, 0);
        Syscall.call(numbers.close, fd, 0, 0, 0, 0, 0);
        if (address == FAILED) {
            return Optional.empty();
        }
        try {
            return Optional.of(MemorySegment.ofAddress(address).reinterpret(length, arena,
                    new Unmap(numbers.munmap, length)));
        } catch (RuntimeException | Error e) {
            // An arena that is closed, or another thread's, will never unmap it.
            Syscall.call(numbers.munmap, address, length, 0, 0, 0, 0);
            throw e;
        }
    }
}
