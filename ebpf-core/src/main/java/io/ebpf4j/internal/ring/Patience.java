package io.ebpf4j.internal.ring;

import io.ebpf4j.internal.Uninterrupted;

/**
 * With a record that is reserved and not yet submitted: its ring looks readable, so that waiting in the kernel would return at
 * once. As a rule it takes less than a microsecond, in which a small ring is not to be left alone; but who writes it may have
 * lost his CPU.
 */
final class Patience {
    private static final int SPINS = 200;
    private static final long FIRST_PAUSE_NANOS = 10_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    private int spins;
    private long pause = FIRST_PAUSE_NANOS;

    /** Waits, for longer each time. */
    void endure() {
        if (spins < SPINS) {
            spins++;
            Thread.onSpinWait();
        } else {
            Uninterrupted.pause(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Says that there was something to take. */
    void renew() {
        spins = 0;
        pause = FIRST_PAUSE_NANOS;
    }
}
