package io.ebpf4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GateTest {
    private final AtomicInteger released = new AtomicInteger();

    @Test
    void close_withNobodyInside_wakesThenReleasesOnce() {
        var gate = new Gate("shut");
        List<String> steps = new ArrayList<>();
        gate.close(() -> steps.add("wake"), () -> steps.add("release"));
        gate.close(() -> steps.add("again"), () -> steps.add("again"));
        assertThat(steps).containsExactly("wake", "release");
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void enter_afterClose_throwsTheMessage() {
        var gate = new Gate("the reader is closed");
        assertThat(gate.inside(() -> 7)).isEqualTo(7);
        gate.close(() -> {}, released::incrementAndGet);
        assertThatThrownBy(gate::enter).isInstanceOf(IllegalStateException.class).hasMessage("the reader is closed");
        assertThatThrownBy(() -> gate.inside(() -> 7)).isInstanceOf(IllegalStateException.class);
        assertThat(gate.tryEnter()).isFalse();
        assertThat(released).hasValue(1);
    }

    @Test
    void close_fromInside_returnsAtOnceAndReleasesWhenTheOutermostLeaves() {
        var gate = new Gate("shut");
        gate.enter();
        gate.enter();
        gate.close(() -> {}, released::incrementAndGet);
        assertThat(released).hasValue(0);
        assertThat(gate.tryEnter()).as("closed for its closer too").isFalse();
        gate.exit();
        assertThat(released).hasValue(0);
        gate.exit();
        assertThat(released).hasValue(1);
    }

    /** Whoever of the two comes first when the one inside leaves. */
    @Test
    void close_waitsForThoseInsideAndForTheRelease() throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            for (int round = 1; round <= 300; round++) {
                var gate = new Gate("shut");
                var entered = new CountDownLatch(1);
                var woken = new CountDownLatch(1);
                var left = new AtomicBoolean();
                Future<?> inside = threads.submit(() -> gate.inside(() -> {
                    entered.countDown();
                    await(woken);
                    left.set(true);
                    return null;
                }));
                entered.await();
                gate.close(woken::countDown, () -> {
                    assertThat(left).isTrue();
                    pause(1);
                    released.incrementAndGet();
                });
                assertThat(released).as("when close returns").hasValue(round);
                inside.get();
            }
        }
    }

    @Test
    void enter_whileCloseWaits_isRefusedAtOnceAndNotWhenTheOthersLeft() throws Exception {
        var gate = new Gate("shut");
        var closing = new CountDownLatch(1);
        try (var threads = Executors.newCachedThreadPool()) {
            // A handler that waits for a thread which asks the closed program: neither may wait for the other for ever.
            Future<?> handler = threads.submit(() -> gate.inside(() -> {
                Future<?> closer = threads.submit(() -> gate.close(closing::countDown, released::incrementAndGet));
                await(closing);
                pause(50); // until it waits for us
                assertThat(closer).isNotDone();
                Future<Boolean> late = threads.submit(gate::tryEnter);
                assertThat(late).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(false);
                return null;
            }));
            handler.get(10, TimeUnit.SECONDS);
        }
        assertThat(released).hasValue(1);
    }

    @Test
    void releaseThatThrows_leavesCloseAndIsNotRepeated() {
        var gate = new Gate("shut");
        assertThatThrownBy(() -> gate.close(() -> {}, () -> {
            released.incrementAndGet();
            throw new IllegalArgumentException("cannot");
        })).isInstanceOf(IllegalArgumentException.class).hasMessage("cannot");
        gate.close(() -> {}, released::incrementAndGet);
        assertThat(released).hasValue(1);
    }

    /** Many threads go in and out, nested now and then, and several close, some from inside. */
    @Test
    void race_releasesExactlyOnceAndNeverUnderSomebody() throws Exception {
        long seed = System.nanoTime();
        System.out.println("GateTest seed " + seed);
        var random = new Random(seed);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 400; round++) {
                race(threads, random, seed, round);
            }
        }
    }

    private static void race(ExecutorService threads, Random random, long seed, int round)
            throws Exception {
        var gate = new Gate("shut");
        var inside = new AtomicInteger();
        var releases = new AtomicInteger();
        var wrong = new AtomicInteger();
        var start = new CyclicBarrier(8);
        Runnable release = () -> {
            releases.incrementAndGet();
            wrong.addAndGet(inside.get());
        };
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int turns = random.nextInt(60);
            int closeAt = i < 3 ? random.nextInt(60) : -1;
            boolean fromInside = random.nextBoolean();
            boolean nested = random.nextBoolean();
            running.add(threads.submit(() -> {
                start.await();
                for (int turn = 0; turn < 60; turn++) {
                    if (turn == closeAt && !fromInside) {
                        gate.close(() -> {}, release);
                    }
                    if (turn > turns || !gate.tryEnter()) {
                        continue;
                    }
                    inside.incrementAndGet();
                    wrong.addAndGet(releases.get());
                    if (nested && gate.tryEnter()) {
                        gate.exit();
                    }
                    if (turn == closeAt && fromInside) {
                        gate.close(() -> {}, release);
                    }
                    wrong.addAndGet(releases.get());
                    inside.decrementAndGet();
                    gate.exit();
                }
                return null;
            }));
        }
        for (Future<?> future : running) {
            future.get(10, TimeUnit.SECONDS);
        }
        gate.close(() -> {}, release);
        assertThat(List.of(releases.get(), wrong.get())).as("seed %d round %d", seed, round).containsExactly(1, 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closing_ofSeveral_goesOnAndKeepsAllFailures() {
        List<String> closed = new ArrayList<>();
        assertThatThrownBy(() -> Closing.all(List.of(() -> closed.add("a"), () -> {
            throw new IllegalStateException("b");
        }, () -> {
            throw new IllegalArgumentException("c");
        }, () -> closed.add("d")))).isInstanceOf(IllegalStateException.class).hasMessage("b")
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement()
                        .isInstanceOf(IllegalArgumentException.class));
        assertThat(closed).containsExactly("a", "d");
        Closing.all(List.of());
    }
}
