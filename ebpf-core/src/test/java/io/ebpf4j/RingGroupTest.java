package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several rings in one thread. */
@Timeout(30)
@SuppressWarnings("try") // closed early
class RingGroupTest {
    private final PlainRing one = new PlainRing("one", 1 << 16);
    private final PlainRing two = new PlainRing("two", 1 << 16);
    private final RingBufferReader<Long> ones = one.reader();
    private final RingBufferReader<Long> twos = two.reader();
    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final RingGroup group = new RingGroup();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        group.close();
        ones.close();
        twos.close();
        threads.close();
    }

    private Future<?> running() {
        return threads.submit(() -> group.run(RingPolicy.LATENCY, failures::add));
    }

    @Test
    void records_ofAllRings_areHandledInTheOneThread_thatSleepsOnce() throws Exception {
        var callers = new CopyOnWriteArrayList<Thread>();
        group.add(ones, n -> {
            callers.addIfAbsent(Thread.currentThread());
            seen.add(n);
        }).add(twos, n -> {
            callers.addIfAbsent(Thread.currentThread());
            seen.add(-n);
        });
        Future<?> run = running();
        for (long i = 1; i <= 300; i++) {
            one.push(i);
            Await.until("it is handled", () -> seen.size() % 2 == 1);
            two.push(i);
            // the first ring's waiter waits for both
            one.bell.ring();
            Await.until("it is handled", () -> seen.size() % 2 == 0);
        }
        assertThat(seen).hasSize(600).startsWith(1L, -1L, 2L, -2L).endsWith(300L, -300L);
        assertThat(callers).hasSize(1);
        assertThat(one.waiters.get() + two.waiters.get()).as("waiters in the kernel").isEqualTo(1);
        group.close();
        run.get(5, TimeUnit.SECONDS);
        assertThat(one.bell.closed() + two.bell.closed()).isEqualTo(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void close_ofTheGroup_leavesTheReadersOpen() throws Exception {
        one.pushAll(0, 10);
        group.add(ones, seen::add).add(twos, seen::add);
        Future<?> run = running();
        Await.until("all are read", () -> seen.size() == 10);
        assertThatThrownBy(() -> ones.drain(n -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessage("ring 'one' is being read by a group");
        group.close();
        run.get(5, TimeUnit.SECONDS);
        one.push(10);
        assertThat(ones.stream().findFirst()).hasValue(10L);
        assertThatThrownBy(() -> group.run(RingPolicy.LATENCY, failures::add))
                .isInstanceOf(IllegalStateException.class).hasMessage("the group of rings is closed");
        assertThatThrownBy(() -> group.add(ones, n -> {})).isInstanceOf(IllegalStateException.class);
        group.close();
    }

    @Test
    void close_ofAMember_endsItsPart_andTheOthersGoOn() throws Exception {
        group.add(ones, seen::add).add(twos, seen::add);
        Future<?> run = running();
        one.push(1);
        Await.until("it is handled", () -> seen.size() == 1);
        long before = System.nanoTime();
        ones.close();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(400));
        assertThat(one.bell.forgotten()).as("or it would be readable for ever").containsExactly("one");
        one.push(2);
        two.push(3);
        one.bell.ring();
        Await.until("the other goes on", () -> seen.size() == 2);
        assertThat(seen).containsExactly(1L, 3L);
        twos.close();
        run.get(5, TimeUnit.SECONDS); // nobody is left
        assertThat(failures).isEmpty();
        try (var again = one.reader()) {
            assertThat(again.stream().findFirst()).hasValue(2L);
        }
    }

    @Test
    void close_ofAMemberByItsHandler_orByAnother_isSafe() throws Exception {
        one.pushAll(0, 100);
        two.pushAll(1000, 1100);
        group.add(ones, n -> {
            seen.add(n);
            if (n == 5) {
                ones.close();
            }
        }).add(twos, n -> {
            seen.add(n);
            if (n == 1003) {
                group.close();
                twos.close();
            }
        });
        running().get(5, TimeUnit.SECONDS);
        assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 1000L, 1001L, 1002L, 1003L);
        assertThat(failures).isEmpty();
        assertThat(ones.statistics().records()).isEqualTo(6);
    }

    /** Nothing is held back for the next look when there is none. */
    @Test
    void close_ofAMember_whoseGroupLooksNowAndThen_publishesAll() throws Exception {
        one.pushAll(0, 10);
        group.add(ones, seen::add).add(twos, seen::add);
        Future<?> run = threads.submit(() -> group.run(RingPolicy.every(Duration.ofDays(1)), failures::add));
        Await.until("all are read", () -> one.ring.consumed() == 9 * PlainRing.STEP);
        one.push(10);
        ones.flush(); // a look at once
        Await.until("it is read", () -> one.ring.consumed() == 10 * PlainRing.STEP);
        ones.close();
        assertThat(one.ring.consumed()).isEqualTo(11 * PlainRing.STEP);
        assertThat(run).isNotDone();
        group.close();
        run.get(5, TimeUnit.SECONDS);
    }

    /** While one ring is written as fast as it is read, another must get in, and be let go. */
    @Test
    void ringWithoutEnd_keepsNobodyWaiting() throws Exception {
        one.push(0);
        group.add(ones, n -> one.push(n + 1)).add(twos, seen::add);
        Future<?> run = running();
        two.push(7);
        Await.until("the other is read", () -> seen.size() == 1);
        twos.close();
        assertThat(ones.statistics().records()).isPositive();
        group.close();
        run.get(5, TimeUnit.SECONDS);
    }

    @Test
    void handlerThatThrows_losesItsRecordOnly() throws Exception {
        one.pushAll(0, 10);
        group.add(ones, n -> {
            if (n % 2 == 0) {
                throw new IllegalStateException("even " + n);
            }
            seen.add(n);
        });
        Future<?> run = running();
        Await.until("all are read", () -> seen.size() == 5);
        group.close();
        run.get(5, TimeUnit.SECONDS);
        assertThat(seen).containsExactly(1L, 3L, 5L, 7L, 9L);
        assertThat(failures).extracting(Throwable::getMessage).containsExactly("even 0", "even 2", "even 4", "even 6",
                "even 8");
        assertThat(ones.statistics().failed()).isEqualTo(5);
    }

    @Test
    void failuresThatThrow_endTheRun_andFreeTheRings() {
        one.pushAll(0, 3);
        group.add(ones, n -> {
            throw new IllegalArgumentException("first");
        }).add(twos, seen::add);
        assertThatThrownBy(() -> group.run(RingPolicy.LATENCY, e -> {
            throw new IllegalStateException("enough", e);
        })).isInstanceOf(IllegalStateException.class).hasMessage("enough");
        assertThat(ones.drain(n -> {}).records()).isEqualTo(2);
        assertThat(twos.drain(n -> {}).records()).isZero();
    }

    @Test
    void membersThatCannotBe_areRefused() throws Exception {
        group.add(ones, n -> {});
        assertThatThrownBy(() -> group.add(ones.as(MemorySegment.class), n -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ring 'one' is in the group already; a record can be read once, so let one handler do both");
        var inside = new CountDownLatch(1);
        Future<?> reading = threads.submit(() -> ones.run(n -> inside.countDown(), RingPolicy.LATENCY, e -> {}));
        one.push(1);
        inside.await();
        assertThatThrownBy(() -> group.run(RingPolicy.LATENCY, e -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("ring 'one' is being read by another thread");
        ones.close();
        reading.get(5, TimeUnit.SECONDS);
        group.run(RingPolicy.LATENCY, e -> {}); // none is left
        var another = new CountDownLatch(1);
        group.add(twos, n -> another.countDown());
        two.push(1);
        Future<?> run = running();
        another.await();
        assertThatThrownBy(() -> group.run(RingPolicy.LATENCY, e -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessage("the group of rings is running; close it first, or make another one");
        assertThatThrownBy(() -> group.add(ones, n -> {})).isInstanceOf(IllegalStateException.class);
        twos.close();
        run.get(5, TimeUnit.SECONDS);
    }

    @Test
    void ringsOfTwoPrograms_inTheirOwnForms_areReadTogether() throws Exception {
        record Sent(long i) {}
        String records = "ebpf4j-dump 1\nring records\n" + "record 0700000000000000fcfdfeff61620000\n".repeat(3);
        var spec = Fixtures.spec(Fixtures.CLANG19, "ring_records");
        try (var first = BpfProgram.replay(spec, MapDump.parse(records, "x"));
                var second = BpfProgram.replay(spec, MapDump.parse(records, "x"));
                var objects = first.ringBuffer("records", Sent.class);
                var cursors = second.ringBuffer("records", RecordCursor.class)) {
            LongField number = cursors.longField("i");
            group.add(objects, sent -> seen.add(sent.i())).add(cursors, cursor -> seen.add(-cursor.get(number)))
                    .add(ones, seen::add);
            Future<?> run = running();
            Await.until("all are read", () -> seen.size() == 6);
            one.push(1);
            Await.until("and the one that is no recording", () -> seen.size() == 7);
            assertThat(new ArrayList<>(seen)).containsExactly(7L, 7L, 7L, -7L, -7L, -7L, 1L);
            first.close();
            second.close();
            ones.close();
            run.get(5, TimeUnit.SECONDS);
        }
        assertThat(failures).isEmpty();
    }
}
