package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy.Woken;
import java.util.Arrays;

/**
 * Foretells whether a nap is worth it, once a ring is empty: whether a record comes before it ends. If so it has saved a
 * wake-up. What is learnt is kept by how many naps there were since the last sleep in the kernel: of a burst that lasts as
 * long as a nap, the first is worth it, and the second never. One counter each, as processors foretell branches; a
 * sleep that is over sooner than a nap would have been tells that the nap not taken was one to take.
 */
final class Naps {
    static final long NAP_NANOS = 50_000;
    private static final long LONGEST_NAP_NANOS = 1_000_000;
    private static final int PLACES = 4;
    private static final int CERTAIN = 3;
    private static final int LIKELY = 2;

    private final Woken policy;
    private final byte[] worth = new byte[PLACES];
    private int place;
    private int emptyNaps;
    private boolean napped;

    Naps(Woken policy) {
        this.policy = policy;
        Arrays.fill(worth, (byte) LIKELY);
    }

    /** {@return how long to nap now that the ring is empty; 0 to sleep in the kernel} */
    long next() {
        napped = switch (policy) {
            case LATENCY -> false;
            case ADAPTIVE -> worth[place] >= LIKELY;
            case THROUGHPUT -> NAP_NANOS << emptyNaps < LONGEST_NAP_NANOS;
        };
        if (!napped) {
            return 0;
        }
        return policy == Woken.THROUGHPUT ? NAP_NANOS << emptyNaps : NAP_NANOS;
    }

    /** Says what the nap has brought. */
    void woke(boolean records) {
        learn(records);
        emptyNaps = records ? 0 : emptyNaps + 1;
        if (records && place < PLACES - 1) {
            place++;
        }
    }

    /** Says how long the sleep was that was taken in the place of a nap. */
    void slept(long nanos, boolean records) {
        if (!napped) {
            learn(records && nanos < NAP_NANOS);
        }
        place = 0;
        emptyNaps = 0;
    }

    private void learn(boolean good) {
        worth[place] = (byte) Math.clamp(worth[place] + (good ? 1 : -1), 0, CERTAIN);
    }
}
