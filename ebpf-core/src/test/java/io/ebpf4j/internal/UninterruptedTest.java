package io.ebpf4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UninterruptedTest {
    @Test
    void pause_ofAnInterruptedThread_lasts_andLeavesTheInterrupt() {
        Thread.currentThread().interrupt();
        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            Uninterrupted.pause(TimeUnit.MILLISECONDS.toNanos(20));
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
