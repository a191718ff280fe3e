package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebpf4j.testing.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the rules of Reactive Streams leave open, and what a ring adds. */
@Timeout(30)
@SuppressWarnings("try") // closed early
class RingPublisherTest {
    private final PlainRing ring = new PlainRing("numbers", 4096);
    private final RingBufferReader<Long> reader = ring.reader();

    @AfterEach
    void close() {
        reader.close();
    }

    /** Writes down each signal. */
    private static class Probe implements Flow.Subscriber<Long> {
        final List<String> signals = new CopyOnWriteArrayList<>();
        final List<Long> values = new CopyOnWriteArrayList<>();
        final CountDownLatch over = new CountDownLatch(1);
        private final long first;
        private final LongConsumer onNext;
        volatile Flow.Subscription subscription;
        volatile Throwable error;
        volatile Thread thread;

        Probe(long first) {
            this(first, n -> {});
        }

        Probe(long first, LongConsumer onNext) {
            this.first = first;
            this.onNext = onNext;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            signals.add("subscribe");
            subscription = given;
            if (first != 0) {
                given.request(first);
            }
        }

        @Override
        public void onNext(Long n) {
            thread = Thread.currentThread();
            values.add(n);
            onNext.accept(n);
        }

        @Override
        public void onError(Throwable thrown) {
            signals.add("error");
            error = thrown;
            over.countDown();
        }

        @Override
        public void onComplete() {
            signals.add("complete");
            over.countDown();
        }

        void awaitEnd() throws InterruptedException {
            assertThat(over.await(10, TimeUnit.SECONDS)).as("an end; so far %s", signals).isTrue();
        }

        void awaitValues(int count) {
            Await.until(count + " values", () -> values.size() >= count);
        }
    }

    private Probe subscribed(long first) {
        var probe = new Probe(first);
        reader.publisher().subscribe(probe);
        return probe;
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void withoutDemand_theRingIsNotRead_andFillsUp() throws Exception {
        var probe = subscribed(0);
        for (int i = 0; i < 300; i++) {
            ring.push(i);
        }
        assertThat(ring.lost).hasValue(300 - 4096 / 16);
        Thread.sleep(30);
        assertThat(reader.statistics().records()).isZero();
        probe.subscription.request(10);
        probe.awaitValues(10);
        Thread.sleep(30);
        assertThat(probe.values).isEqualTo(numbers(0, 10));
        assertThat(reader.statistics().records()).isEqualTo(10);
        Await.until("the kernel has the room of all but the last", () -> ring.ring.consumed() == 9 * PlainRing.STEP);
        probe.subscription.request(Long.MAX_VALUE);
        probe.awaitValues(256);
        assertThat(probe.values).isEqualTo(numbers(0, 256));
        reader.close();
        probe.awaitEnd();
        assertThat(probe.signals).containsExactly("subscribe", "complete");
    }

    /** And so the writer has nobody to wake. */
    @Test
    void withoutDemand_noRecordWakesAnybody() {
        var probe = subscribed(3);
        ring.pushAll(0, 3);
        probe.awaitValues(3);
        Await.until("it rests", () -> ring.ring.consumed() == 2 * PlainRing.STEP);
        long before = ring.wakeUps.get();
        ring.pushAll(3, 100);
        assertThat(ring.wakeUps).hasValue(before);
    }

    @Test
    void thread_isADaemonOfItsOwn_andGoesWhenNothingIsDemanded() {
        ring.pushAll(0, 2);
        var probe = subscribed(1);
        probe.awaitValues(1);
        Thread first = probe.thread;
        assertThat(first.getName()).isEqualTo("ebpf-ring-numbers");
        assertThat(first.isDaemon()).isTrue();
        Await.until("it has gone", () -> !first.isAlive());
        probe.subscription.request(1);
        probe.awaitValues(2);
        assertThat(probe.values).containsExactly(0L, 1L);
    }

    @Test
    void close_completesWhoWaitsAndWhoDemandsNothing() throws Exception {
        for (long demand : new long[]{0, 1, Long.MAX_VALUE}) {
            try (var own = ring.reader()) {
                var probe = new Probe(demand);
                own.publisher().subscribe(probe);
                Thread.sleep(20);
                assertThat(probe.signals).containsExactly("subscribe");
                long before = System.nanoTime();
                own.close();
                probe.awaitEnd();
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(400));
                assertThat(probe.signals).containsExactly("subscribe", "complete");
            }
        }
    }

    @Test
    void close_bySubscriber_completesIt_andLeavesTheRest() throws Exception {
        ring.pushAll(0, 10);
        var probe = new Probe(Long.MAX_VALUE, n -> {
            if (n == 3) {
                reader.close();
            }
        });
        reader.publisher().subscribe(probe);
        probe.awaitEnd();
        assertThat(probe.values).isEqualTo(numbers(0, 4));
        assertThat(probe.signals).containsExactly("subscribe", "complete");
        try (var next = ring.reader()) {
            assertThat(next.stream().limit(6)).isEqualTo(numbers(4, 10));
        }
    }

    @Test
    void cancel_bySubscriber_isTheLastRecord_andTheReaderGoesOn() {
        ring.pushAll(0, 100);
        var subscriptions = new ArrayDeque<Flow.Subscription>();
        var probe = new Probe(Long.MAX_VALUE, n -> {
            if (n == 3) {
                subscriptions.getFirst().cancel();
                subscriptions.getFirst().request(5);
            }
        }) {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscriptions.add(given);
                super.onSubscribe(given);
            }
        };
        reader.publisher().subscribe(probe);
        probe.awaitValues(4);
        Await.until("the ring is free again", () -> isFree());
        assertThat(probe.values).isEqualTo(numbers(0, 4));
        assertThat(probe.signals).containsExactly("subscribe");
        assertThat(reader.stream().limit(96)).isEqualTo(numbers(4, 100));
    }

    private boolean isFree() {
        try {
            var _ = reader.iterator().hasNext(); // there is one, or this would wait
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("ring 'numbers' has a subscriber, and a record can be read once:"
                    + " cancel its subscription first");
            return false;
        }
    }

    @Test
    void cancel_ofASubscriberThatWaits_freesTheRingAtOnce() {
        var probe = subscribed(5);
        ring.push(0);
        probe.awaitValues(1);
        assertThatThrownBy(() -> reader.drain(n -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has a subscriber");
        Await.until("it sleeps for a second", () -> ring.bell.waits().contains(1000));
        long before = System.nanoTime();
        probe.subscription.cancel();
        Await.until("the ring is free again", () -> {
            try {
                return reader.drain(n -> {}).records() == 0;
            } catch (IllegalStateException e) {
                return false;
            }
        });
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(700));
        ring.push(1);
        assertThat(reader.drain(n -> {}).records()).isEqualTo(1);
        assertThat(probe.values).containsExactly(0L);
    }

    @Test
    void secondSubscriber_isToldSo_andTheFirstGoesOn() throws Exception {
        var first = subscribed(Long.MAX_VALUE);
        var second = subscribed(Long.MAX_VALUE);
        second.awaitEnd();
        assertThat(second.signals).containsExactly("subscribe", "error");
        assertThat(second.error).isInstanceOf(IllegalStateException.class)
                .hasMessage("ring 'numbers' has a subscriber, and a record can be read once:"
                        + " cancel its subscription first");
        second.subscription.cancel();
        ring.pushAll(0, 50);
        first.awaitValues(50);
        first.subscription.cancel();
        Await.until("the ring is free again", () -> {
            var third = subscribed(Long.MAX_VALUE);
            if (third.error != null) {
                return false;
            }
            ring.push(50);
            third.awaitValues(1);
            return true;
        });
        assertThat(first.values).isEqualTo(numbers(0, 50));
    }

    @Test
    void demandBeyondCounting_hasNoEnd() {
        var probe = subscribed(Long.MAX_VALUE - 1);
        ring.push(0);
        probe.awaitValues(1);
        probe.subscription.request(Long.MAX_VALUE);
        probe.subscription.request(2);
        ring.pushAll(1, 10);
        probe.awaitValues(10);
        assertThat(probe.values).isEqualTo(numbers(0, 10));
    }

    @Test
    void requestOfNothing_isAnError_alsoForOneThatWaits() throws Exception {
        for (long demand : new long[]{0, 1}) {
            var probe = subscribed(demand);
            Thread.sleep(10);
            probe.subscription.request(-demand);
            probe.awaitEnd();
            assertThat(probe.error).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ring 'numbers': request(" + -demand + "), expected 1 or more; Reactive Streams 3.9");
            assertThat(probe.signals).containsExactly("subscribe", "error");
        }
    }

    @Test
    void recordThatCannotBeMade_isAnError_andTheNextSubscriberGoesOnBehindIt() throws Exception {
        ring.push(0);
        ring.push(PlainRing.BAD);
        ring.push(2);
        var probe = subscribed(Long.MAX_VALUE);
        probe.awaitEnd();
        assertThat(probe.values).containsExactly(0L);
        assertThat(probe.error).hasMessage("no object is made of this");
        var next = subscribed(Long.MAX_VALUE);
        next.awaitValues(1);
        assertThat(next.values).containsExactly(2L);
        assertThat(reader.statistics()).extracting(RingStatistics::records, RingStatistics::failed)
                .containsExactly(2L, 1L);
    }

    @Test
    void subscriberThatThrows_isCancelled_andLoggedOnce() {
        var log = (Logger) LoggerFactory.getLogger("io.ebpf4j.internal.ring.RingSubscription");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        log.setAdditive(false);
        try {
            ring.pushAll(0, 5);
            var probe = new Probe(Long.MAX_VALUE, n -> {
                throw new IllegalStateException("subscriber");
            });
            reader.publisher().subscribe(probe);
            Await.until("it was logged", () -> !lines.list.isEmpty());
            Await.until("the ring is free again", this::isFree);
            assertThat(reader.stream().limit(4)).isEqualTo(numbers(1, 5));
            assertThat(probe.values).containsExactly(0L);
            assertThat(probe.signals).containsExactly("subscribe");
            assertThat(reader.statistics().failed()).isEqualTo(1);
            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage()).startsWith("ring 'numbers': its subscriber threw");
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo("subscriber");
            });
        } finally {
            log.setAdditive(true);
            log.detachAppender(lines);
        }
    }

    @Test
    void subscriberThatThrowsWhenGreeted_isCancelled() {
        var probe = new Probe(0) {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                throw new IllegalStateException("no, thanks");
            }
        };
        reader.publisher().subscribe(probe);
        ring.push(1);
        assertThat(isFree()).isTrue();
        assertThat(probe.signals).isEmpty();
    }

    @Test
    void executor_hasATaskWhileThereIsDemandOnly() throws Exception {
        var tasks = new ArrayList<Runnable>();
        var probe = new Probe(0);
        reader.publisher(RingPolicy.LATENCY, tasks::add).subscribe(probe);
        ring.pushAll(0, 10);
        assertThat(tasks).isEmpty();
        probe.subscription.request(2);
        probe.subscription.request(3);
        assertThat(tasks).hasSize(1);
        tasks.getFirst().run(); // and returns, for there is no more demand
        assertThat(probe.values).isEqualTo(numbers(0, 5));
        probe.subscription.request(1);
        assertThat(tasks).hasSize(2);
        tasks.getLast().run();
        assertThat(probe.values).isEqualTo(numbers(0, 6));
        reader.close();
        assertThat(tasks).hasSize(3);
        assertThat(probe.signals).containsExactly("subscribe");
        tasks.getLast().run();
        assertThat(probe.signals).containsExactly("subscribe", "complete");
    }

    @Test
    void executorThatRefuses_isAnError() throws Exception {
        var executor = Executors.newSingleThreadExecutor();
        executor.close();
        var probe = new Probe(0);
        reader.publisher(RingPolicy.LATENCY, executor).subscribe(probe);
        probe.subscription.request(1);
        probe.awaitEnd();
        assertThat(probe.error).isInstanceOf(RejectedExecutionException.class);
        assertThat(isFree0()).isTrue();
        var idle = new Probe(0);
        reader.publisher(RingPolicy.LATENCY, executor).subscribe(idle);
        reader.close();
        assertThat(idle.signals).as("closed, which is no error").containsExactly("subscribe", "complete");
    }

    private boolean isFree0() {
        return reader.drain(n -> {}).records() == 0;
    }

    /** Also when a subscriber asks for one at a time, from other threads, while records come. */
    @Test
    void requestsOfOne_fromAnotherThread_bringAllInOrder() throws Exception {
        try (var requests = Executors.newSingleThreadExecutor()) {
            var subscriptions = new CopyOnWriteArrayList<Flow.Subscription>();
            var probe = new Probe(1, n -> requests.execute(() -> subscriptions.getFirst().request(1))) {
                @Override
                public void onSubscribe(Flow.Subscription given) {
                    subscriptions.add(given);
                    super.onSubscribe(given);
                }
            };
            reader.publisher().subscribe(probe);
            for (long i = 0; i < 20_000;) {
                if (ring.push(i)) {
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
            probe.awaitValues(20_000);
            assertThat(new ArrayList<>(probe.values)).isEqualTo(numbers(0, 20_000));
        }
    }
}
