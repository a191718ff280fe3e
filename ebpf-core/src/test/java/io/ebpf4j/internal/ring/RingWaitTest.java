package io.ebpf4j.internal.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RingWaitTest {
    private static final int LONG_MILLIS = 15_000;

    private final Bell bell = new Bell();
    private final AtomicInteger made = new AtomicInteger();
    private final RingWait wait = new RingWait(() -> {
        made.incrementAndGet();
        return bell;
    });

    @Test
    void wake_beforeThereIsAWaiter_endsTheFirstWaitAndNoOther() {
        wait.wake();
        assertThat(made).hasValue(0);
        assertThat(wait.await(LONG_MILLIS)).isTrue();
        assertThat(bell.waits()).isEmpty();
        assertThat(wait.await(10)).isFalse();
        assertThat(bell.waits()).containsExactly(10);
        assertThat(made).hasValue(1);
    }

    /** It was the maker that was slow. */
    @Test
    void wake_whileTheWaiterIsMade_isNotLost() {
        var self = new RingWait[1];
        self[0] = new RingWait(() -> {
            self[0].wake();
            return bell;
        });
        assertThat(self[0].await(LONG_MILLIS)).isTrue();
    }

    @Test
    void end_endsEachWait_whetherThereIsAWaiterOrNot() {
        wait.end();
        for (int i = 0; i < 3; i++) {
            assertThat(wait.await(LONG_MILLIS)).isTrue();
            wait.rest(Duration.ofDays(1).toNanos());
        }
        wait.close();
    }

    @Test
    void wake_endsTheRestThatIsOn_orElseTheNext() throws Exception {
        wait.wake();
        wait.rest(Duration.ofDays(1).toNanos());
        var resting = new Thread(() -> wait.rest(Duration.ofDays(1).toNanos()));
        resting.start();
        while (resting.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        wait.wake();
        resting.join(5000);
        assertThat(resting.isAlive()).isFalse();
        assertThat(made).as("a rest needs no waiter").hasValue(0);
    }

    @Test
    void rest_isAsLongAsItWasToBe() {
        long before = System.nanoTime();
        wait.rest(Duration.ofMillis(30).toNanos());
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void close_ofOneThatNeverWaited_hasNothingToClose() {
        wait.close();
        assertThat(bell.closed()).isZero();
        assertThat(wait.await(1)).isFalse();
        wait.close();
        assertThat(bell.closed()).isEqualTo(1);
    }
}
