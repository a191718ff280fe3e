package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Memory shared with the kernel through file descriptors. */
public final class MappedMemory {
    private MappedMemory() {}

    /**
     * {@return the mapped memory, or empty when the kernel refuses; {@link NativeLibrary#errno} says why} It is unmapped
     * when the arena closes. Whoever uses the segment after that gets an exception, and the JVM no fault.
     *
     * @param fd what to map
     * @param offset where in it, a multiple of the page size
     * @param length how many bytes
     * @param protection {@code PROT_READ}, {@code PROT_WRITE} bits
     * @param arena how long
     */
    @SuppressWarnings("restricted")
    public static Optional<MemorySegment> map(int fd, long offset, long length, int protection, Arena arena) {
        MemorySegment address = Libc.mmap(MemorySegment.NULL, length, protection, Libc.MAP_SHARED(), fd, offset);
        if (address.address() == Libc.MAP_FAILED().address()) {
            return Optional.empty();
        }
        return Optional.of(MemorySegment.ofAddress(address.address()).reinterpret(length, arena,
                mapped -> Libc.munmap(mapped, length)));
    }

    /**
     * {@return memory of our own, all zeros, whose parts {@link #replace} may share with the kernel; or empty when the kernel
     * refuses, and {@link NativeLibrary#errno} says why} All of it is unmapped when the arena closes.
     *
     * @param length how many bytes; none is taken from the system before it is written to
     * @param arena how long
     */
    @SuppressWarnings("restricted")
    public static Optional<MemorySegment> reserve(long length, Arena arena) {
        MemorySegment address = Libc.mmap(MemorySegment.NULL, length, Libc.PROT_READ() | Libc.PROT_WRITE(),
                Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(), -1, 0);
        if (address.address() == Libc.MAP_FAILED().address()) {
            return Optional.empty();
        }
        return Optional.of(MemorySegment.ofAddress(address.address()).reinterpret(length, arena,
                mapped -> Libc.munmap(mapped, length)));
    }

    /**
     * Maps what is behind a descriptor, from its beginning on, in the place of reserved memory.
     *
     * @param place whole pages of what {@link #reserve} has returned
     * @param fd what to map
     * @param protection {@code PROT_READ}, {@code PROT_WRITE} bits
     * @return whether the kernel does it; if not, {@link NativeLibrary#errno} says why, and nothing may be done with the
     * place any more
     */
    public static boolean replace(MemorySegment place, int fd, int protection) {
        // A mapping that is refused has taken away what was there all the same, and before that is given back somebody else may
        // have got the place. So it is tried elsewhere first.
        MemorySegment trial = Libc.mmap(MemorySegment.NULL, place.byteSize(), protection, Libc.MAP_SHARED(), fd, 0);
        if (trial.address() == Libc.MAP_FAILED().address()) {
            return false;
        }
        Libc.munmap(trial, place.byteSize());
        return Libc.mmap(place, place.byteSize(), protection, Libc.MAP_SHARED() | Libc.MAP_FIXED(), fd, 0)
                .address() == place.address();
    }
}
