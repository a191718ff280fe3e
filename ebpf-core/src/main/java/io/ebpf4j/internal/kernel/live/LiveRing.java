package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Maps the memory of a ring buffer into this process: one page to write, the rest to read. */
final class LiveRing {
    private LiveRing() {}

    @SuppressWarnings("MustBeClosedChecker") // the RingMemory closes it
    static RingMemory map(MapSpec map, KernelMap kernelMap, Runnable onClose) {
        long page = Libc.getpagesize();
        long size = kernelMap.maxEntries();
        int fd = kernelMap.fd();
        Arena arena = Arena.ofShared();
        boolean done = false;
        try {
            MemorySegment consumer = mmap(map, fd, page, Libc.PROT_READ() | Libc.PROT_WRITE(), 0, arena);
            MemorySegment rest = mmap(map, fd, page + 2 * size, Libc.PROT_READ(), page, arena);
            done = true;
            return new RingMemory(map.name(), fd, consumer, rest.asSlice(0, page).asReadOnly(),
                    rest.asSlice(page, 2 * size).asReadOnly(), size, () -> {
                        arena.close();
                        onClose.run();
                    });
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    private static MemorySegment mmap(MapSpec map, int fd, long length, int protection, long offset, Arena arena) {
        return MappedMemory.map(fd, offset, length, protection, arena).orElseThrow(() -> {
            int errno = NativeLibrary.errno();
            return new MapAccessException(
                    "ring '" + map.name() + "': cannot map " + length + " bytes at offset " + offset
                            + ": " + Errno.describe(errno),
                    errno);
        });
    }
}
