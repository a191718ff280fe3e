package io.ebpf4j.internal.ring;

import java.lang.foreign.MemorySegment;

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
        long size, Runnable release) implements AutoCloseable {
    /** The handle of a ring that nothing is ever added to. */
    public static final int RECORDED = -1;

    /** {@return whether a kernel writes to it} */
    public boolean isLive() {
        return handle != RECORDED;
    }

    @Override
    public void close() {
        release.run();
    }
}
