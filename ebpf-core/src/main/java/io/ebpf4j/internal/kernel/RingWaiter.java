package io.ebpf4j.internal.kernel;

import io.ebpf4j.internal.ring.RecordMemory;

/**
 * Blocks until a ring has something to read. Its owner sees to it that nobody waits or wakes while it closes, or later.
 */
public interface RingWaiter extends AutoCloseable {
    /**
     * Waits.
     *
     * @param timeoutMillis how long at most; 0 only looks
     * @return whether to look at the rings again; false when the time ran out
     */
    boolean await(int timeoutMillis);

    /** Does not wait for a ring any more. For the thread that waits. */
    void forget(RecordMemory ring);

    /** Makes the {@link #await} that waits now, or the next one, return true. From any thread. */
    void wake();

    /** Makes each {@link #await}, now and from now on, return true at once. From any thread. */
    void end();

    /** Gives back what waiting needs. Called once. */
    @Override
    void close();
}
