package io.ebpf4j;

/**
 * When a reader that reads on and on looks at its ring: what an event waits for, against what it costs the traced code.
 *
 * <p>A reader that has caught up and told the kernel so is woken by the next record, and it is the traced code that
 * wakes it: that takes several microseconds where writing the record takes a few hundredths of one. So a policy may look
 * again after a nap before it tells the kernel.
 */
public enum RingPolicy {
    /** Sleeps in the kernel as soon as the ring is empty: an event is handled at once, and each may cost a wake-up. */
    LATENCY,
    /**
     * Naps for 50 microseconds where that has been worth it before, that is where records come faster than naps end, and
     * sleeps in the kernel otherwise. An event waits a nap at most.
     */
    ADAPTIVE,
    /**
     * Naps each time that the ring is empty, for longer the less there is, up to a millisecond, before it sleeps in the
     * kernel: fewest wake-ups of traced code.
     */
    THROUGHPUT
}
