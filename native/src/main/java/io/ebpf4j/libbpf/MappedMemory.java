package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** Memory of the kernel, seen through a file descriptor. */
public final class MappedMemory {
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;

    private static final MethodHandle OPEN = NativeSymbols.variadicLibc("open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), 2);

    private MappedMemory() {}

    /**
     * {@return the memory shared with the kernel, or empty when the kernel refuses; {@link NativeLibrary#errno} says why} It is unmapped
     * when the arena closes. Whoever uses the segment after that gets an exception, and the JVM no fault.
     *
     * @param fd what to map
     * @param offset where in it, a multiple of the page size
     * @param length how many bytes
     * @param protection {@code PROT_READ}, {@code PROT_WRITE} bits
     * @param arena how long
     */
    public static Optional<MemorySegment> map(int fd, long offset, long length, int protection, Arena arena) {
        return map(fd, offset, length, protection, Libc.MAP_SHARED(), arena);
    }

    /**
     * {@return a file's first bytes, mapped read-only and privately, or empty when the kernel refuses;
     * {@link NativeLibrary#errno} says why} So {@code /sys/kernel/btf/vmlinux} wants it, which refuses a shared mapping,
     * and with that {@code FileChannel.map}.
     *
     * @param file what to map
     * @param length how many bytes, at most those of the file: beyond its end an access would be a fault
     * @param arena how long
     */
    public static Optional<MemorySegment> file(Path file, long length, Arena arena) {
        int fd;
        try (Arena call = Arena.ofConfined()) {
            fd = open(call.allocateFrom(file.toString()), O_RDONLY | O_CLOEXEC);
        }
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            return map(fd, 0, length, Libc.PROT_READ(), Libc.MAP_PRIVATE(), arena);
        } finally {
            Libc.close(fd);
        }
    }

    private static int open(MemorySegment path, int flags) {
        try {
            return (int) OPEN.invokeExact(NativeSymbols.errnoState(), path, flags);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a C function cannot throw", e);
        }
    }

    @SuppressWarnings("restricted")
    private static Optional<MemorySegment> map(int fd, long offset, long length, int protection, int sharing,
            Arena arena) {
        MemorySegment address = Libc.mmap(MemorySegment.NULL, length, protection, sharing, fd, offset);
        if (address.address() == Libc.MAP_FAILED().address()) {
            return Optional.empty();
        }
        return Optional.of(MemorySegment.ofAddress(address.address()).reinterpret(length, arena,
                mapped -> Libc.munmap(mapped, length)));
    }
}
