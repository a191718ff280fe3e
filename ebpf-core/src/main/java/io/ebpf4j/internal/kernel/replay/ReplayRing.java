package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.ring.RingMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A ring as the kernel would have left it, just large enough for its records, so that none of them wraps. */
final class ReplayRing {
    private final RingMemory memory;

    ReplayRing(String name, List<MemorySegment> records) {
        long written = records.stream().mapToLong(r -> RingLayout.step(Math.toIntExact(r.byteSize()))).sum();
        long size = Math.max(RingLayout.HEADER_SIZE, Long.highestOneBit(Math.max(1, written * 2 - 1)));
        // Freed when nobody refers to it: the handler that closes the program returns into this memory.
        Arena arena = Arena.ofAuto();
        MemorySegment positions = arena.allocate(2 * Long.BYTES, Long.BYTES);
        MemorySegment data = arena.allocate(size, Long.BYTES);
        long position = 0;
        for (MemorySegment record : records) {
            data.set(ValueLayout.JAVA_INT, position, (int) record.byteSize());
            MemorySegment.copy(record, 0, data, position + RingLayout.HEADER_SIZE, record.byteSize());
            position += RingLayout.step((int) record.byteSize());
        }
        positions.set(ValueLayout.JAVA_LONG, Long.BYTES, position);
        memory = new RingMemory(name, RingMemory.RECORDED, positions.asSlice(0, Long.BYTES),
                positions.asSlice(Long.BYTES, Long.BYTES).asReadOnly(), data.asReadOnly(), size, () -> {});
    }

    RingMemory memory() {
        return memory;
    }
}
