package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rings that are looked at now and then, and whose writer wakes nobody. */
@Timeout(30)
class RingIntervalTest {
    private static final Duration LONG = Duration.ofDays(400_000_000); // more than fits in nanoseconds

    private final PlainRing ring = new PlainRing("numbers", 4096);
    private final RingBufferReader<Long> reader = ring.reader();
    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        reader.close();
        threads.close();
    }

    private Future<?> running(Duration interval) {
        return threads.submit(() -> reader.run(seen::add, RingPolicy.every(interval), e -> {
            throw new IllegalStateException(e);
        }));
    }

    @Test
    void records_comeWithinTheInterval_andWakeNobody() throws Exception {
        ring.push(0); // who has just begun is where the first record is written
        Future<?> run = running(Duration.ofMillis(5));
        Await.until("the first is read", () -> seen.size() == 1);
        ring.wakeUps.set(0);
        for (long i = 1; i < 2000;) {
            if (ring.push(i)) {
                i++;
                if (i % 97 == 0) {
                    Thread.sleep(8); // more than one look at an empty ring
                }
            } else {
                Thread.sleep(1);
            }
        }
        Await.until("all are read", () -> seen.size() == 2000);
        assertThat(seen).isEqualTo(LongStream.range(0, 2000).boxed().toList());
        assertThat(ring.wakeUps).hasValue(0);
        assertThat(ring.waiters).as("nobody sleeps in the kernel").hasValue(0);
        Await.until("all but the last is published",
                () -> ring.ring.consumed() == ring.ring.produced() - PlainRing.STEP);
        assertThat(reader.statistics().backlogBytes()).isZero();
        reader.close();
        run.get(5, TimeUnit.SECONDS);
        assertThat(ring.ring.consumed()).as("closed, so that the next reader begins behind it")
                .isEqualTo(ring.ring.produced());
    }

    @Test
    void looks_areAnIntervalApart() throws Exception {
        Future<?> run = running(Duration.ofMillis(200));
        Thread.sleep(20);
        List<Long> times = new ArrayList<>();
        for (long i = 0; i < 3; i++) {
            ring.push(i);
            long count = i + 1;
            while (seen.size() < count) {
                Thread.sleep(1);
            }
            times.add(System.nanoTime());
        }
        assertThat(times.get(2) - times.get(0)).isBetween(TimeUnit.MILLISECONDS.toNanos(390),
                TimeUnit.MILLISECONDS.toNanos(3000));
        reader.close();
        run.get(5, TimeUnit.SECONDS);
    }

    @Test
    void close_endsALongIntervalAtOnce() throws Exception {
        Future<?> run = running(LONG);
        Thread.sleep(30);
        ring.push(1);
        Thread.sleep(30);
        assertThat(seen).as("the next look is far").isEmpty();
        long before = System.nanoTime();
        reader.close();
        run.get(5, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void flush_isALookAtOnce() throws Exception {
        Future<?> run = running(LONG);
        Thread.sleep(30);
        ring.push(1);
        reader.flush();
        Await.until("it looked", () -> seen.size() == 1);
        reader.close();
        run.get(5, TimeUnit.SECONDS);
    }

    @Test
    void streamAndPublisher_ofALongInterval_endWhenTheyAreClosed() throws Exception {
        var stream = reader.stream(RingPolicy.every(LONG));
        Future<Long> counted = threads.submit(() -> stream.map(n -> n).count());
        Thread.sleep(30);
        stream.close();
        assertThat(counted.get(5, TimeUnit.SECONDS)).isZero();
        ring.push(5);
        assertThat(reader.stream(RingPolicy.every(LONG)).findFirst()).as("the first look is at once").hasValue(5L);
    }

    /** Who sleeps in the kernel afterwards must be woken by the very next record. */
    @Test
    void run_thatIsOver_leavesNothingHeldBack() {
        ring.pushAll(0, 3);
        assertThatThrownBy(() -> reader.run(n -> {
            if (n == 2) {
                throw new IllegalStateException("enough");
            }
        }, RingPolicy.every(LONG), failure -> {
            throw new IllegalStateException(failure);
        })).hasMessageContaining("enough");
        assertThat(ring.ring.consumed()).isEqualTo(ring.ring.produced());
        ring.push(3);
        assertThat(ring.wakeUps.get()).isPositive();
    }

    @Test
    void aVeryShortInterval_doesNotSpin() throws Exception {
        var mx = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        var thread = new Thread(() -> reader.run(seen::add, RingPolicy.every(Duration.ofNanos(1)), e -> {}));
        thread.start();
        Thread.sleep(300); // compiled by now
        long before = mx.getThreadCpuTime(thread.threadId());
        Thread.sleep(500);
        long used = mx.getThreadCpuTime(thread.threadId()) - before;
        reader.close();
        thread.join();
        assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofMillis(350));
    }

    @Test
    void interval_ofNothingOrLess_isRefused() {
        assertThatThrownBy(() -> RingPolicy.every(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interval=PT0S, expected more than nothing");
        assertThatThrownBy(() -> RingPolicy.every(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
