package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.internal.ring.PerfLayout;
import io.ebpf4j.internal.ring.PerfMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A perf buffer as the kernel would have left it had all run on one CPU, large enough for its records. */
final class ReplayPerfBuffer {
    private static final long HEADER = 4096;

    private ReplayPerfBuffer() {}

    static PerfMemory of(String name, List<MemorySegment> records) {
        long written = records.stream().mapToLong(r -> PerfLayout.step(Math.toIntExact(r.byteSize()))).sum();
        long size = Math.max(PerfLayout.HEADER_SIZE, Long.highestOneBit(Math.max(1, written * 2 - 1)));
        // Freed when nobody refers to it: the handler that closes the program returns into this memory.
        MemorySegment memory = Arena.ofAuto().allocate(PerfMemory.stride(HEADER, size), Long.BYTES);
        long position = 0;
        for (MemorySegment record : records) {
            long at = HEADER + position;
            int length = Math.toIntExact(record.byteSize());
            memory.set(ValueLayout.JAVA_INT, at, PerfLayout.SAMPLE);
            memory.set(ValueLayout.JAVA_SHORT, at + PerfLayout.SIZE, (short) PerfLayout.step(length));
            memory.set(ValueLayout.JAVA_INT, at + PerfLayout.HEADER_SIZE, length);
            MemorySegment.copy(record, 0, memory, at + PerfLayout.SAMPLE_DATA, length);
            position += PerfLayout.step(length);
        }
        memory.set(ValueLayout.JAVA_LONG, PerfLayout.HEAD, position);
        return new PerfMemory(name, memory, HEADER, size, List.of(0), List.of(), () -> {});
    }
}
