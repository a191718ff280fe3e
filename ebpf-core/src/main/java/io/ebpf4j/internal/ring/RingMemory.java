package io.ebpf4j.internal.ring;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The memory of one ring. Whoever takes it owns it: it is the only consumer, and closes it.
 *
 * @param name the map's name, for messages
 * @param handle what a waiter knows the ring by; {@link #RECORDED} if no kernel writes to it
 * @param consumer the page with the consumer position
 * @param producer the page with the producer position
 * @param data the records, mapped twice in a row
 * @param size bytes of the ring, a power of two
 * @param release gives the memory back
 */
public record RingMemory(String name, int handle, MemorySegment consumer, MemorySegment producer, MemorySegment data,
        long size, Runnable release) implements RecordMemory {
    /** The handle of a ring that nothing is ever added to. */
    public static final int RECORDED = -1;

    @Override
    public List<Integer> handles() {
        return handle == RECORDED ? List.of() : List.of(handle);
    }

    @Override
    public boolean hasMore() {
        return (long) RingLayout.POSITION.getAcquire(consumer, 0L) != (long) RingLayout.POSITION.getAcquire(producer,
                0L);
    }

    @Override
    public void close() {
        release.run();
    }
}
