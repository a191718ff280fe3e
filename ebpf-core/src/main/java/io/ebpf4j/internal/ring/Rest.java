package io.ebpf4j.internal.ring;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A rest of one thread that others can end. An interrupt does not end it, and is left to be seen afterwards. */
final class Rest {
    private volatile @Nullable Thread resting;
    private volatile boolean disturbed;

    /**
     * Rests until the time is over or somebody disturbs. Who disturbs must have said before what for: it is not kept for a
     * second rest.
     *
     * @param nanos how long at most
     */
    void take(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        resting = Thread.currentThread();
        // An interrupt that is restored is also a permit, which the first of these takes.
        for (long left = nanos; left > 0 && !disturbed; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        resting = null;
        disturbed = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the rest that is being taken, or else the next one. From any thread. */
    void disturb() {
        disturbed = true;
        LockSupport.unpark(resting);
    }
}
