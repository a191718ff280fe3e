package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.RingPolicy.Interval;
import io.ebpf4j.RingPolicy.Woken;
import io.ebpf4j.internal.Saturated;
import io.ebpf4j.internal.Uninterrupted;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads rings on and on, in one thread, each in its turn. */
public final class RingLoop {
    /** How many records of one ring are taken while others wait. */
    private static final int TURN = 4096;
    /** A ring may be written to without a wake-up (BPF_RB_NO_WAKEUP): one looks now and then, seldom when it is quiet. */
    private static final int FIRST_SLEEP_MILLIS = 500;
    private static final int LONGEST_SLEEP_MILLIS = 4_000;

    private final List<Part> parts;
    private final RingWait wait;
    private final BooleanSupplier closed;
    private final RingPolicy policy;
    private final Naps naps;
    private final Patience patience = new Patience();
    private int sleepMillis = FIRST_SLEEP_MILLIS;
    private long lastLook = System.nanoTime();

    /** A ring, and what becomes of its records. */
    public interface Part {
        /** {@return the ring} */
        RingConsumer ring();

        /** {@return how many records it has taken, as {@link RingConsumer#consume}} */
        int take(long end, int max);

        /** {@return whether to go on after what {@link #take} threw} Else that ends the loop, as does what this throws. */
        boolean outlives(Throwable thrown);

        /** {@return whether the loop is to go on without it} */
        default boolean isOver() {
            return false;
        }

        /**
         * Is told that the loop goes on without it, because it is over.
         *
         * @param of what may still wait for its ring
         */
        default void leave(RingWait of) {}
    }

    /**
     * Makes a loop that does not run yet.
     *
     * @param parts the rings
     * @param wait on all of them
     * @param policy when to look
     * @param closed whether to end; it also ends when all parts are over
     */
    public RingLoop(List<? extends Part> parts, RingWait wait, RingPolicy policy, BooleanSupplier closed) {
        this.parts = new ArrayList<>(parts);
        this.wait = wait;
        this.policy = policy;
        this.naps = new Naps(policy instanceof Woken woken ? woken : Woken.LATENCY);
        this.closed = closed;
    }

    /** Runs until closed. */
    public void run() {
        try {
            proceed();
        } finally {
            publishAll();
        }
    }

    /**
     * Runs until closed, and may go on after that. Of what it has taken some is yet to be published: by going on, or by
     * whoever reads these rings next.
     */
    public void proceed() {
        parts.forEach(part -> part.ring().stayBehind(policy instanceof Interval));
        try {
            while (!isClosed()) {
                if (takeAll()) {
                    sleepMillis = FIRST_SLEEP_MILLIS;
                    patience.renew();
                }
                if (!isClosed()) {
                    awaitMore();
                }
            }
        } finally {
            parts.forEach(part -> part.ring().stayBehind(false));
        }
    }

    private void awaitMore() {
        switch (policy) {
            case Woken _ -> {
                if (!napsBringMore()) {
                    publishAll();
                    // The kernel wakes who has caught up: it writes the record and then looks where we are, and we do it
                    // the other way round. Neither may be put off.
                    VarHandle.fullFence();
                    if (takeAll()) {
                        patience.renew();
                    } else if (!isClosed()) {
                        sleep();
                    }
                }
            }
            case Interval(var interval) -> {
                publishAll();
                long left = lastLook + Saturated.nanos(interval) - System.nanoTime();
                wait.rest(Math.max(left, Naps.NAP_NANOS));
                lastLook = System.nanoTime();
            }
        }
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
        for (boolean more = true; more && !isClosed(); any |= more) {
            more = false;
            for (Iterator<Part> each = parts.iterator(); each.hasNext();) {
                Part part = each.next();
                if (part.isOver()) {
                    each.remove();
                    part.ring().stayBehind(false);
                    part.leave(wait);
                } else {
                    more |= turn(part) > 0;
                }
            }
        }
        return any;
    }

    private boolean isClosed() {
        return closed.getAsBoolean() || parts.isEmpty();
    }

    private int turn(Part part) {
        long end = part.ring().written();
        int taken = 0;
        while (taken < TURN && !part.ring().isAt(end) && !isClosed()) {
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
            if (!part.outlives(t)) {
                throw t;
            }
            return 1;
        }
    }

    private boolean napsBringMore() {
        for (long nap = naps.next(); nap > 0 && !isClosed(); nap = naps.next()) {
            publishAllButOne();
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
            patience.endure();
            return;
        }
        long before = System.nanoTime();
        boolean woken = wait.await(sleepMillis);
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

    /** The kernel has the room for what comes meanwhile, and yet does not take us for one that has caught up. */
    private void publishAllButOne() {
        for (Part part : parts) {
            part.ring().stayBehind(true);
            part.ring().publish();
            part.ring().stayBehind(false);
        }
    }

    private void publishAll() {
        for (Part part : parts) {
            part.ring().publish();
        }
    }
}
