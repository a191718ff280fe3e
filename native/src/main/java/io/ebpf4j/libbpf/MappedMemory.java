package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Memory shared with the kernel through a file descriptor. */
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
}
