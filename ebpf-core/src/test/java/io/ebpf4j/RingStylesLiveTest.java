package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.ProcessUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each way to read a ring, while one thread writes and another closes: what was written is what was read, in order, what
 * the program gave up, and what the kernel had no room for. With {@code -Debpf4j.stress=10000} as many rounds.
 */
@Live
@Tag("stress")
@Timeout(600)
@SuppressWarnings("try") // closed early
class RingStylesLiveTest {
    private static final int ROUNDS = Integer.getInteger("ebpf4j.stress", 150);

    record Sample(long number, long twice) {}

    /** Reads until it is told to end, and returns when it has. */
    private interface Style {
        /** {@return what ends it, and waits for that} */
        AutoCloseable read(RingBufferReader<Sample> reader, Consumer<Sample> to) throws Exception;
    }

    private static void writeOne(BpfProgram program) {
        program.function("write_one").testRun(TestRun.defaults());
    }

    /** Writes until stopped; returns how many. */
    private static Future<Long> writing(BpfProgram program, java.util.concurrent.ExecutorService threads,
            AtomicBoolean stop) {
        return threads.submit(() -> {
            var function = program.function("write_one");
            long count = 0;
            for (; !stop.get(); count++) {
                function.testRun(TestRun.defaults());
            }
            return count;
        });
    }

    private void manyRounds(Function<java.util.concurrent.ExecutorService, List<Style>> styles) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<Sample> read = new ArrayList<>();
        long records = 0;
        long discarded = 0;
        var stop = new AtomicBoolean();
        try (var program = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                var threads = Executors.newCachedThreadPool()) {
            List<Style> each = styles.apply(threads);
            Future<Long> writer = writing(program, threads, stop);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    try (var reader = program.ringBuffer("reserved", Sample.class)) {
                        AutoCloseable end = each.get(round % each.size()).read(reader, read::add);
                        Thread.sleep(random.nextInt(4));
                        end.close();
                        reader.close();
                        records += reader.statistics().records();
                        discarded += reader.statistics().discarded();
                    }
                }
            } finally {
                stop.set(true);
            }
            long written = writer.get(20, TimeUnit.SECONDS);
            try (var reader = program.ringBuffer("reserved", Sample.class)) {
                var rest = reader.drain(read::add);
                records += rest.records();
                discarded += rest.discarded();
                long lost = reader.statistics().lost().orElseThrow();
                System.out.println("RingStylesLiveTest seed " + seed + ": " + written + " written in " + ROUNDS
                        + " rounds, " + records + " read, " + lost + " lost, " + discarded + " discarded");
                assertThat(records + discarded + lost).as("seed %d", seed).isEqualTo(written);
                assertThat(read).as("handed out, seed %d", seed).hasSize((int) records);
                assertThat(read.size()).isGreaterThan(ROUNDS);
            }
        }
        for (int i = 1; i < read.size(); i++) {
            assertThat(read.get(i).number()).as("in order and once, seed %d, at %d", seed, i)
                    .isGreaterThan(read.get(i - 1).number());
        }
        assertThat(read).allMatch(sample -> sample.twice() == 2 * sample.number());
    }

    @Test
    void streamsAndIterators_closedByAnotherThread_loseNothing() throws Exception {
        manyRounds(threads -> List.of((reader, to) -> {
            var stream = reader.stream();
            Future<?> reading = threads.submit(() -> stream.forEach(to));
            return ended(reading, reader::close);
        }, (reader, to) -> {
            var stream = reader.stream(RingPolicy.LATENCY).takeWhile(sample -> true);
            var begun = new CountDownLatch(1);
            Future<?> reading = threads.submit(() -> stream.forEach(sample -> {
                to.accept(sample);
                begun.countDown();
            }));
            begun.await();
            return ended(reading, stream::close);
        }, (reader, to) -> {
            var records = reader.iterator();
            Future<?> reading = threads.submit(() -> {
                while (records.hasNext()) {
                    Sample sample;
                    try {
                        sample = records.next();
                    } catch (java.util.NoSuchElementException closedMeanwhile) {
                        return;
                    }
                    to.accept(sample);
                }
            });
            return ended(reading, reader::close);
        }, (reader, to) -> {
            reader.stream().limit(20).forEach(to);
            return () -> {};
        }));
    }

    @Test
    void publishers_closedOrCancelledByAnotherThread_loseNothing() throws Exception {
        manyRounds(threads -> List.of((reader, to) -> subscribed(reader, reader.publisher(), Long.MAX_VALUE, to, false),
                (reader, to) -> subscribed(reader, reader.publisher(RingPolicy.LATENCY, threads), 1, to, false),
                (reader, to) -> subscribed(reader, reader.publisher(), 3, to, true),
                (reader, to) -> subscribed(reader,
                        reader.publisher(RingPolicy.every(Duration.ofMillis(1)), threads), 100, to, true)));
    }

    @Test
    void intervalsAndGroups_closedByAnotherThread_loseNothing() throws Exception {
        manyRounds(threads -> List.of((reader, to) -> {
            Future<?> reading = threads.submit(() -> closedInTime(
                    () -> reader.run(to, RingPolicy.every(Duration.ofMillis(1)), e -> {})));
            return ended(reading, reader::close);
        }, (reader, to) -> {
            var group = new RingGroup().add(reader, to);
            Future<?> reading = threads.submit(() -> closedInTime(() -> group.run(RingPolicy.ADAPTIVE, e -> {})));
            return ended(reading, group::close);
        }, (reader, to) -> {
            var group = new RingGroup().add(reader, to);
            Future<?> reading = threads.submit(() -> group.run(RingPolicy.THROUGHPUT, e -> {}));
            return ended(reading, reader::close);
        }));
    }

    /** Closed before it began, which is told with an exception. */
    private static void closedInTime(Runnable run) {
        try {
            run.run();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageEndingWith("is closed");
        }
    }

    private static AutoCloseable ended(Future<?> reading, Runnable close) {
        return () -> {
            close.run();
            reading.get(20, TimeUnit.SECONDS);
        };
    }

    private static AutoCloseable subscribed(RingBufferReader<Sample> reader, Flow.Publisher<Sample> publisher, long ask,
            Consumer<Sample> to, boolean cancel) {
        var over = new CountDownLatch(1);
        var subscriptions = new CopyOnWriteArrayList<Flow.Subscription>();
        var errors = new CopyOnWriteArrayList<Throwable>();
        publisher.subscribe(new Flow.Subscriber<>() {
            private long left = ask;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriptions.add(subscription);
                subscription.request(ask);
            }

            @Override
            public void onNext(Sample sample) {
                to.accept(sample);
                if (--left == 0) {
                    left = ask;
                    subscriptions.getFirst().request(ask);
                }
            }

            @Override
            public void onError(Throwable e) {
                errors.add(e);
                over.countDown();
            }

            @Override
            public void onComplete() {
                over.countDown();
            }
        });
        return () -> {
            if (cancel) {
                subscriptions.getFirst().cancel();
                reader.close(); // waits until the thread that reads has left
            } else {
                reader.close();
                assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(errors).isEmpty();
        };
    }

    @Test
    void streamThatSleeps_isWokenByTheNextRecord() throws Exception {
        try (var program = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                var threads = Executors.newCachedThreadPool();
                var reader = program.ringBuffer("reserved", Sample.class)) {
            var seen = new CopyOnWriteArrayList<Sample>();
            Future<?> reading = threads.submit(() -> reader.stream().forEach(seen::add));
            long slowest = 0;
            for (int i = 1; i <= 5; i++) {
                Thread.sleep(50);
                if (i == 2) {
                    writeOne(program); // the program discards this one
                }
                long before = System.nanoTime();
                writeOne(program);
                int count = i;
                while (seen.size() < count) {
                    Thread.onSpinWait();
                    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(10));
                }
                slowest = Math.max(slowest, System.nanoTime() - before);
            }
            assertThat(Duration.ofNanos(slowest)).as("not found by chance, half a second later")
                    .isLessThan(Duration.ofMillis(300));
            reader.close();
            reading.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void interval_hasNoDescriptorToWaitOn_andFindsAll() throws Exception {
        try (var program = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                var threads = Executors.newCachedThreadPool();
                var reader = program.ringBuffer("reserved", Sample.class)) {
            var seen = new CopyOnWriteArrayList<Sample>();
            long before = ProcessUse.now().descriptors();
            Future<?> reading = threads.submit(
                    () -> reader.run(seen::add, RingPolicy.every(Duration.ofMillis(10)), e -> {}));
            for (int i = 0; i < 101; i++) {
                writeOne(program);
            }
            Await.until("all are read but the one that was discarded", () -> seen.size() == 100);
            assertThat(ProcessUse.now().descriptors()).isLessThanOrEqualTo(before);
            long closing = System.nanoTime();
            reader.close();
            reading.get(5, TimeUnit.SECONDS);
            assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(1));
        }
    }

    /** What is closed from within a handler is given back when the group has left it. */
    @Test
    void group_whoseHandlerClosesAProgram_goesOnWithTheOther() throws Exception {
        for (int round = 0; round < 30; round++) {
            try (var first = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                    var second = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                    var threads = Executors.newCachedThreadPool();
                    var group = new RingGroup()) {
                var kept = first.ringBuffer("copied", Sample.class);
                var gone = second.ringBuffer("copied", Sample.class);
                var read = new CopyOnWriteArrayList<Long>();
                boolean own = round % 2 == 0;
                group.add(kept, sample -> {
                    read.add(sample.number());
                    if (!own) {
                        second.close();
                    }
                }).add(gone, sample -> {
                    if (own) {
                        second.close();
                    }
                });
                var policy = round % 3 == 0 ? RingPolicy.every(Duration.ofMillis(1)) : RingPolicy.LATENCY;
                Future<?> run = threads.submit(() -> group.run(policy, e -> {}));
                if (round % 5 != 0) {
                    Thread.sleep(5); // it sleeps
                }
                writeOne(own ? second : first);
                Await.until("it is closed", () -> isClosed(second));
                for (int i = 0; i < 3; i++) {
                    writeOne(first);
                }
                int expected = own ? 3 : 4;
                Await.until("the other is read", () -> read.size() == expected);
                assertThat(run).isNotDone();
                kept.close();
                run.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static boolean isClosed(BpfProgram program) {
        return program.toString().endsWith(", closed");
    }

    /** Four rings of two programs in one thread; readers, then a whole program, are closed as it runs. */
    @Test
    void group_ofTwoPrograms_losesNothing_whateverCloses() throws Exception {
        for (int round = 0; round < Math.max(3, ROUNDS / 20); round++) {
            var stop = new AtomicBoolean();
            try (var first = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                    var second = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                    var threads = Executors.newCachedThreadPool();
                    var group = new RingGroup()) {
                List<RingBufferReader<Sample>> readers = new ArrayList<>();
                List<List<Sample>> read = new ArrayList<>();
                for (var program : List.of(first, second)) {
                    for (String ring : List.of("reserved", "copied")) {
                        var reader = program.ringBuffer(ring, Sample.class);
                        var samples = new CopyOnWriteArrayList<Sample>();
                        readers.add(reader);
                        read.add(samples);
                        group.add(reader, sample -> {
                            if (samples.size() < 5000) {
                                samples.add(sample);
                            }
                        });
                    }
                }
                Future<?> run = threads.submit(() -> group.run(RingPolicy.ADAPTIVE, e -> {}));
                Future<Long> writer = writing(first, threads, stop);
                Future<Long> otherWriter = threads.submit(() -> {
                    long count = 0;
                    try {
                        for (; !stop.get(); count++) {
                            writeOne(second);
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessageContaining("closed");
                    }
                    return count;
                });
                Await.until("each ring is read", () -> read.stream().allMatch(samples -> samples.size() > 10));
                readers.get(1).close();
                long closedAt = readers.get(1).statistics().records();
                long others = readers.get(0).statistics().records();
                Await.until("the others are read on", () -> readers.get(0).statistics().records() > others + 100);
                second.close();
                stop.set(true);
                long written = writer.get(20, TimeUnit.SECONDS);
                otherWriter.get(20, TimeUnit.SECONDS);
                assertThat(readers.get(1).statistics().records()).isEqualTo(closedAt);
                var kept = readers.get(0);
                Await.until("it has read all", () -> {
                    var statistics = kept.statistics();
                    return statistics.records() + statistics.discarded() + statistics.lost().orElseThrow() == written;
                });
                assertThat(run).isNotDone();
                kept.close();
                run.get(20, TimeUnit.SECONDS);
                for (List<Sample> samples : read) {
                    for (int i = 1; i < samples.size(); i++) {
                        assertThat(samples.get(i).number()).isGreaterThan(samples.get(i - 1).number());
                    }
                }
            } finally {
                stop.set(true);
            }
        }
    }
}
