package io.ebpf4j.internal.ring;

import io.ebpf4j.internal.kernel.RingWaiter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one who reads rings waits: asleep in the kernel until there is something, or at rest for a time. One thread waits, any
 * may wake it. The waiter in the kernel is made when it is needed for the first time: who never sleeps there has no
 * descriptors open, and the kernel nobody to wake.
 */
public final class RingWait implements AutoCloseable {
    private final Supplier<RingWaiter> maker;
    private final Rest rest = new Rest();
    private volatile @Nullable RingWaiter sleep;
    private volatile boolean woken;
    private volatile boolean ended;

    /**
     * Waits for nothing yet.
     *
     * @param maker makes the waiter in the kernel, which is owned from then on
     */
    public RingWait(Supplier<RingWaiter> maker) {
        this.maker = maker;
    }

    /**
     * {@return how one waits with a waiter that there is}
     *
     * @param waiter owned from now on
     */
    public static RingWait on(RingWaiter waiter) {
        var wait = new RingWait(() -> waiter);
        wait.sleep = waiter;
        return wait;
    }

    /** {@return whether to look at the rings again, as {@link RingWaiter#await}} */
    boolean await(int timeoutMillis) {
        RingWaiter waiter = waiter();
        // Who wakes says so here and then looks for a waiter to wake; we do it the other way round.
        if (ended) {
            return true;
        }
        if (woken) {
            woken = false;
            return true;
        }
        boolean more = waiter.await(timeoutMillis);
        woken = false; // it was the waiter that was woken then
        return more;
    }

    /**
     * Waits whatever the rings have.
     *
     * @param nanos how long, unless somebody wakes us meanwhile, having said what for: it may have been forgotten here
     */
    void rest(long nanos) {
        if (!ended && !woken) {
            rest.take(nanos);
        }
        woken = false;
    }

    /** Does not wait for a ring any more. For the thread that waits. */
    void forget(RecordMemory ring) {
        RingWaiter waiter = sleep;
        if (waiter != null) {
            waiter.forget(ring);
        }
    }

    private RingWaiter waiter() {
        RingWaiter waiter = sleep;
        if (waiter == null) {
            waiter = maker.get();
            sleep = waiter;
        }
        return waiter;
    }

    /** Ends the wait that is on, or else the next one. From any thread, but not while or after this is closed. */
    public void wake() {
        woken = true;
        RingWaiter waiter = sleep;
        if (waiter != null) {
            waiter.wake();
        }
        rest.disturb();
    }

    /** Ends each wait, now and from now on. As {@link #wake}. */
    public void end() {
        ended = true;
        RingWaiter waiter = sleep;
        if (waiter != null) {
            waiter.end();
        }
        rest.disturb();
    }

    /** Gives back what waiting needs. Called once. */
    @Override
    public void close() {
        RingWaiter waiter = sleep;
        if (waiter != null) {
            waiter.close();
        }
    }
}
