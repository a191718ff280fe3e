package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Await;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that are asked for: streams, iterators. */
@Timeout(30)
class RingStreamTest {
    private final PlainRing ring = new PlainRing("numbers", 1 << 16);
    private final RingBufferReader<Long> reader = ring.reader();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        reader.close();
        threads.close();
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void stream_thatEndsEarly_takesNoMoreThanItHandsOut() {
        ring.pushAll(0, 10);
        assertThat(reader.stream().limit(3)).containsExactly(0L, 1L, 2L);
        assertThat(reader.stream().filter(n -> n > 4).findFirst()).hasValue(5L);
        assertThat(reader.statistics().records()).isEqualTo(6);
        List<Long> rest = new ArrayList<>();
        assertThat(reader.drain(rest::add).records()).isEqualTo(4);
        assertThat(rest).isEqualTo(numbers(6, 10));
        assertThat(ring.ring.consumed()).isEqualTo(10 * PlainRing.STEP);
    }

    @Test
    void stream_whoseReaderCloses_hasAllThatWasThere() throws Exception {
        Future<List<Long>> all = threads.submit(() -> reader.stream().map(n -> n * 2).toList());
        for (int i = 0; i < 500; i++) {
            ring.push(i);
            if (i % 100 == 0) {
                Thread.sleep(5); // it sleeps, and is woken
            }
        }
        Await.until("all are read", () -> reader.statistics().records() == 500);
        reader.close();
        assertThat(all.get(5, TimeUnit.SECONDS)).isEqualTo(numbers(0, 500).stream().map(n -> n * 2).toList());
    }

    @Test
    void streamThatWaits_closedByAnotherThread_endsAtOnce_andTheReaderGoesOn() throws Exception {
        for (boolean oneByOne : new boolean[]{true, false}) {
            Stream<Long> stream = reader.stream();
            var begun = new CountDownLatch(1);
            Future<Long> reading = threads.submit(() -> {
                begun.countDown();
                return oneByOne ? stream.takeWhile(n -> n >= 0).count() : stream.peek(n -> {}).count();
            });
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            ring.push(1);
            Await.until("it has caught up", () -> ring.ring.consumed() == ring.ring.produced());
            Thread.sleep(50);
            assertThat(reading).isNotDone();
            long before = System.nanoTime();
            stream.close();
            assertThat(reading.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(400));
        }
        ring.push(7);
        assertThat(reader.stream().findFirst()).hasValue(7L);
    }

    @Test
    void streamOfASlowHandler_closedByAnotherThread_leavesTheRest() throws Exception {
        ring.pushAll(0, 1000);
        Stream<Long> stream = reader.stream();
        var third = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        List<Long> seen = new ArrayList<>();
        Future<?> reading = threads.submit(() -> stream.forEach(n -> {
            seen.add(n);
            if (n == 2) {
                third.countDown();
                io.ebpf4j.internal.Uninterrupted.await(go);
            }
        }));
        assertThat(third.await(5, TimeUnit.SECONDS)).isTrue();
        stream.close();
        go.countDown();
        reading.get(5, TimeUnit.SECONDS);
        assertThat(seen).as("none after the one that was being handled").isEqualTo(numbers(0, 3));
        assertThat(reader.stream().limit(997)).isEqualTo(numbers(3, 1000));
    }

    @Test
    void streamThatThrows_losesThatRecordOnly() {
        ring.pushAll(0, 5);
        var thrown = new IllegalStateException("not this one");
        List<Long> seen = new ArrayList<>();
        assertThatThrownBy(() -> reader.stream().forEach(n -> {
            if (n == 2) {
                throw thrown;
            }
            seen.add(n);
        })).isSameAs(thrown);
        assertThatThrownBy(() -> reader.stream().limit(5).forEach(n -> {
            throw thrown;
        })).isSameAs(thrown);
        assertThat(reader.stream().limit(1)).containsExactly(4L);
        assertThat(seen).containsExactly(0L, 1L);
        assertThat(reader.statistics()).extracting(RingStatistics::records, RingStatistics::failed)
                .containsExactly(3L, 2L);
    }

    @Test
    void recordThatCannotBeMade_endsTheStream_andIsCounted() {
        ring.push(1);
        ring.push(PlainRing.BAD);
        ring.push(3);
        List<Long> seen = new ArrayList<>();
        assertThatThrownBy(() -> reader.stream().forEach(seen::add)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no object is made of this");
        assertThat(reader.stream().limit(1)).containsExactly(3L);
        assertThat(seen).containsExactly(1L);
        assertThat(reader.statistics().failed()).isEqualTo(1);
    }

    @Test
    void streamMadeParallel_isReadInOrderByOneThread() throws Exception {
        ring.pushAll(0, 1000);
        assertThat(reader.stream().parallel().limit(400).toList()).isEqualTo(numbers(0, 400));
        Future<List<Long>> rest = threads.submit(() -> reader.stream().parallel().map(n -> n).toList());
        Await.until("all are read", () -> reader.statistics().records() == 1000);
        reader.close();
        assertThat(rest.get(5, TimeUnit.SECONDS)).isEqualTo(numbers(400, 1000));
    }

    @Test
    void hasNext_takesNothing_butWhatIsNotToBeHandedOut() {
        ring.pushDiscarded(1);
        ring.pushShort();
        ring.pushAll(2, 4);
        Iterator<Long> records = reader.iterator();
        assertThat(records.hasNext()).isTrue();
        assertThat(records.hasNext()).isTrue();
        assertThat(reader.statistics()).extracting(RingStatistics::records, RingStatistics::discarded,
                RingStatistics::tooShort).containsExactly(0L, 1L, 1L);
        assertThat(records.next()).isEqualTo(2);
        assertThat(records.hasNext()).isTrue();
        List<Long> drained = new ArrayList<>();
        reader.drain(drained::add);
        assertThat(drained).as("who asked no more has kept nothing").containsExactly(3L);
    }

    @Test
    void hasNext_whoseRecordAnotherTook_waitsForTheNextOne() throws Exception {
        ring.push(1);
        Iterator<Long> records = reader.iterator();
        assertThat(records.hasNext()).isTrue();
        reader.drain(n -> {});
        Future<Long> next = threads.submit(records::next);
        Thread.sleep(30);
        assertThat(next).isNotDone();
        ring.push(2);
        assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void hasNext_ofARecordThatIsReserved_waits() throws Exception {
        long busy = ring.ring.reserve(PlainRing.bytes(5));
        Iterator<Long> records = reader.iterator();
        Future<Boolean> has = threads.submit(records::hasNext);
        Thread.sleep(30);
        assertThat(has).isNotDone();
        ring.submit(busy);
        assertThat(has.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(records.next()).isEqualTo(5);
    }

    @Test
    void forEach_leftEarly_leavesTheRest_andTheNextOneGoesOn() throws Exception {
        ring.pushAll(0, 10);
        List<Long> seen = new ArrayList<>();
        for (long n : reader) {
            seen.add(n);
            if (n == 4) {
                break;
            }
        }
        Future<?> rest = threads.submit(() -> {
            for (long n : reader) {
                seen.add(n);
            }
        });
        Await.until("all are read", () -> reader.statistics().records() == 10);
        reader.close();
        rest.get(5, TimeUnit.SECONDS);
        assertThat(seen).isEqualTo(numbers(0, 10));
    }

    @Test
    void iteratorOfAClosedReader_hasNoMore_evenIfTheRingHas() {
        ring.pushAll(0, 2);
        Iterator<Long> records = reader.iterator();
        assertThat(records.next()).isZero();
        reader.close();
        assertThat(records.hasNext()).isFalse();
        assertThatThrownBy(records::next).isInstanceOf(NoSuchElementException.class)
                .hasMessage("the reader of ring 'numbers' is closed");
        assertThatThrownBy(reader::stream).isInstanceOf(IllegalStateException.class)
                .hasMessage("the reader of ring 'numbers' is closed");
        assertThatThrownBy(reader::iterator).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(reader::publisher).isInstanceOf(IllegalStateException.class);
    }

    /** What is taken one by one is not published one by one; closing has to. */
    @Test
    void readerAfterOneThatIterated_doesNotReadTheSameAgain() {
        ring.pushAll(0, 5);
        Iterator<Long> records = reader.iterator();
        records.next();
        records.next();
        assertThat(ring.ring.consumed()).as("held back").isZero();
        reader.close();
        try (var next = ring.reader()) {
            assertThat(next.stream().limit(3)).containsExactly(2L, 3L, 4L);
        }
        assertThat(ring.ring.consumed()).isEqualTo(5 * PlainRing.STEP);
    }

    /** The writer finds room though nobody closes or catches up. */
    @Test
    void iteratorThatNeverCatchesUp_holdsBackAnEighthAtMost() {
        var small = new PlainRing("small", 1024);
        try (var numbers = small.reader()) {
            small.pushAll(0, 60);
            Iterator<Long> records = numbers.iterator();
            for (int i = 0; i < 40; i++) {
                records.next();
                assertThat((i + 1) * PlainRing.STEP - small.ring.consumed()).isLessThan(1024 / 8 + 1);
            }
        }
    }

    @Test
    void secondThread_whileAStreamWaits_isToldSo() throws Exception {
        Stream<Long> stream = reader.stream();
        Future<Long> reading = threads.submit(stream::count);
        Future<Long> counting = threads.submit(() -> reader.stream().map(n -> n + 1).count());
        Await.until("one of them is the second", () -> reading.isDone() || counting.isDone());
        Future<Long> refused = reading.isDone() ? reading : counting;
        assertThat(refused.exceptionNow()).isInstanceOf(IllegalStateException.class)
                .hasMessage("ring 'numbers' is being read by another thread, or by the handler that asks");
    }

    @Test
    void interrupt_doesNotEndTheWait_andIsKept() throws Exception {
        var interrupted = new CountDownLatch(1);
        Future<Boolean> next = threads.submit(() -> {
            Thread.currentThread().interrupt();
            interrupted.countDown();
            long first = reader.stream(RingPolicy.every(Duration.ofMillis(1))).findFirst().orElseThrow();
            return Thread.interrupted() && first == 3;
        });
        interrupted.await();
        Thread.sleep(30);
        assertThat(next).isNotDone();
        ring.push(3);
        assertThat(next.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void recordsThatDieWithTheirHandler_areRefused() {
        for (Class<?> type : List.of(RecordCursor.class, MemorySegment.class)) {
            var dead = reader.as(type);
            String message = "ring 'numbers': a " + type.getSimpleName()
                    + " can be read only while its handler runs, so it can be neither streamed nor published;"
                    + " use as(YourRecord.class) first, or drain, poll or run with a handler";
            assertThatThrownBy(dead::stream).isInstanceOf(UnsupportedOperationException.class).hasMessage(message);
            assertThatThrownBy(dead::iterator).isInstanceOf(UnsupportedOperationException.class).hasMessage(message);
            assertThatThrownBy(dead::spliterator).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(dead::publisher).isInstanceOf(UnsupportedOperationException.class).hasMessage(message);
        }
    }

    @Test
    void reader_thatNeverSleeps_opensNoWaiter() {
        ring.pushAll(0, 10);
        reader.drain(n -> {}, 2);
        reader.flush();
        assertThat(reader.stream().limit(8).count()).isEqualTo(8);
        assertThat(ring.waiters).hasValue(0);
        reader.poll(n -> {}, Duration.ofMillis(1));
        assertThat(ring.waiters).hasValue(0); // it was flushed
        reader.poll(n -> {}, Duration.ofMillis(1));
        assertThat(ring.waiters).hasValue(1);
        reader.close();
        assertThat(ring.bell.closed()).isEqualTo(1);
    }
}
