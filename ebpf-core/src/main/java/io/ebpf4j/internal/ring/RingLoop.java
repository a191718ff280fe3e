package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.internal.Uninterrupted;
import io.ebpf4j.internal.kernel.RingWaiter;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads rings on and on, in one thread, each in its turn. */
public final class RingLoop {
    /** Between two looks at a record that is reserved and not submitted, which makes its ring look readable. */
    static final long BUSY_PAUSE_NANOS = 1_000_000;
    /** How many records of one ring are taken while others wait. */
    private static final int TURN = 4096;
    /** A ring may be written to without a wake-up (BPF_RB_NO_WAKEUP): one looks now and then, seldom when it is quiet. */
    private static final int FIRST_SLEEP_MILLIS = 500;
    private static final int LONGEST_SLEEP_MILLIS = 16_000;

    private final List<? extends Part> parts;
    private final RingWaiter waiter;
    private final BooleanSupplier closed;
    private final Naps naps;
    private int sleepMillis = FIRST_SLEEP_MILLIS;

    /** A ring, and what becomes of its records. */
    public interface Part {
        /** {@return the ring} */
        RingConsumer ring();

        /** {@return how many records it has taken, as {@link RingConsumer#consume}} */
        int take(long end, int max);

        /** Is told of what {@link #take} threw. What this throws ends the loop. */
        void failed(Throwable thrown);
    }

    /**
     * Makes a loop that does not run yet.
     *
     * @param parts the rings
     * @param waiter on all of them
     * @param policy when to look
     * @param closed whether to end
     */
    public RingLoop(List<? extends Part> parts, RingWaiter waiter, RingPolicy policy, BooleanSupplier closed) {
        this.parts = List.copyOf(parts);
        this.waiter = waiter;
        this.naps = new Naps(policy);
        this.closed = closed;
    }

    /** Runs until closed. */
    public void run() {
        while (!closed.getAsBoolean()) {
            if (takeAll()) {
                sleepMillis = FIRST_SLEEP_MILLIS;
            }
            if (!napsBringMore()) {
                publishAll();
                // The kernel wakes who has caught up: it writes the record and then looks where we are, and we do it
                // the other way round. Neither may be put off.
                VarHandle.fullFence();
                if (!takeAll()) {
                    sleep();
                }
            }
        }
        publishAll();
    }

    /** Takes what the rings hold now, however much comes meanwhile. */
    public void takeRest() {
        for (Part part : parts) {
            long end = part.ring().written();
            while (!part.ring().isAt(end) && take(part, end, Integer.MAX_VALUE) > 0) {
                // there may be more
            }
            part.ring().publish();
        }
    }

    /** As long as there is more. The last of it is not published. */
    private boolean takeAll() {
        boolean any = false;
        for (boolean more = true; more && !closed.getAsBoolean(); any |= more) {
            more = false;
            for (Part part : parts) {
                more |= turn(part) > 0;
            }
        }
        return any;
    }

    private int turn(Part part) {
        long end = part.ring().written();
        int taken = 0;
        while (taken < TURN && !part.ring().isAt(end) && !closed.getAsBoolean()) {
            int some = take(part, end, TURN - taken);
            if (some == 0) {
                break;
            }
            taken += some;
        }
        return taken;
    }

    private static int take(Part part, long end, int max) {
        try {
            return part.take(end, max);
        } catch (Throwable t) {
            // Whatever it is, the rest of the ring must not wait behind it. It was counted, and its record is taken.
            part.failed(t);
            return 1;
        }
    }

    private boolean napsBringMore() {
        for (long nap = naps.next(); nap > 0 && !closed.getAsBoolean(); nap = naps.next()) {
            Uninterrupted.pause(nap);
            boolean more = isAnyWritten();
            naps.woke(more);
            if (more) {
                return true;
            }
        }
        return false;
    }

    private void sleep() {
        if (isAnyWritten()) { // and yet nothing was to be taken
            Uninterrupted.pause(BUSY_PAUSE_NANOS);
            return;
        }
        long before = System.nanoTime();
        boolean woken = waiter.await(sleepMillis);
        naps.slept(System.nanoTime() - before, woken);
        sleepMillis = Math.min(2 * sleepMillis, LONGEST_SLEEP_MILLIS);
    }

    private boolean isAnyWritten() {
        for (Part part : parts) {
            if (!part.ring().isAt(part.ring().written())) {
                return true;
            }
        }
        return false;
    }

    private void publishAll() {
        for (Part part : parts) {
            part.ring().publish();
        }
    }
}
