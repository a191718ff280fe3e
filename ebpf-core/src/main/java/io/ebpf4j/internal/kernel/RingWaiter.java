package io.ebpf4j.internal.kernel;

/** Blocks until a ring has something to read. */
public interface RingWaiter extends AutoCloseable {
    /**
     * Waits.
     *
     * @param timeoutMillis how long at most; 0 only looks
     * @return whether to look at the rings again; false when the time ran out
     */
    boolean await(int timeoutMillis);

    /** Makes each {@link #await}, now and from now on, return true at once. From any thread, until closed. */
    void wake();

    @Override
    void close();
}
