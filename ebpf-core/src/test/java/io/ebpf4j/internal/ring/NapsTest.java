package io.ebpf4j.internal.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.RingPolicy.Woken;
import org.junit.jupiter.api.Test;

class NapsTest {
    private static final long SHORT = Naps.NAP_NANOS / 2;
    private static final long LONG = Naps.NAP_NANOS * 20;

    @Test
    void latency_neverNaps() {
        var naps = new Naps(Woken.LATENCY);
        for (int i = 0; i < 10; i++) {
            assertThat(naps.next()).isZero();
            naps.slept(SHORT, true);
        }
    }

    @Test
    void throughput_napsForLongerTheLessThereIs_andThenSleeps() {
        var naps = new Naps(Woken.THROUGHPUT);
        long all = 0;
        int count = 0;
        for (long nap = naps.next(); nap > 0; nap = naps.next()) {
            all += nap;
            count++;
            naps.woke(false);
        }
        assertThat(count).isEqualTo(5);
        assertThat(all).isEqualTo(31 * Naps.NAP_NANOS);
        naps.slept(LONG, true);
        assertThat(naps.next()).isEqualTo(Naps.NAP_NANOS);
    }

    /** Records without end: never to sleep in the kernel. */
    @Test
    void adaptive_aStream_isNappedThrough() {
        var naps = new Naps(Woken.ADAPTIVE);
        for (int i = 0; i < 1000; i++) {
            assertThat(naps.next()).isEqualTo(Naps.NAP_NANOS);
            naps.woke(true);
        }
    }

    /** A burst that is over with the first nap: that one is taken for ever, the one after it no longer. */
    @Test
    void adaptive_bursts_areNappedThroughOnce() {
        var naps = new Naps(Woken.ADAPTIVE);
        int wasted = 0;
        for (int burst = 0; burst < 100; burst++) {
            assertThat(naps.next()).isPositive();
            naps.woke(true);
            while (naps.next() > 0) {
                naps.woke(false);
                wasted++;
            }
            naps.slept(LONG, true);
        }
        assertThat(wasted).isLessThanOrEqualTo(2);
    }

    /** One record now and then: after a few naps for nothing, none. */
    @Test
    void adaptive_aQuietRing_isNotNappedOver() {
        var naps = new Naps(Woken.ADAPTIVE);
        int wasted = 0;
        for (int i = 0; i < 1000; i++) {
            while (naps.next() > 0) {
                naps.woke(false);
                wasted++;
            }
            naps.slept(LONG, true);
        }
        assertThat(wasted).isLessThanOrEqualTo(3);
    }

    /** The sleeps were shorter than naps: it learns that without a nap. */
    @Test
    void adaptive_aQuietRingThatBecomesAStream_isNappedThrough() {
        var naps = new Naps(Woken.ADAPTIVE);
        adaptive(naps);
        assertThat(naps.next()).isZero();
        int sleeps = 0;
        while (naps.next() == 0) {
            naps.slept(SHORT, true);
            sleeps++;
        }
        assertThat(sleeps).isLessThanOrEqualTo(3);
    }

    private static void adaptive(Naps naps) {
        for (int i = 0; i < 100; i++) {
            while (naps.next() > 0) {
                naps.woke(false);
            }
            naps.slept(LONG, true);
        }
    }
}
