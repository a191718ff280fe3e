package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.userring.UserRing;
import io.ebpf4j.testing.Await;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A writer on plain memory, with a kernel of our own. */
@Timeout(60)
class UserRingWriterTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final UserRing ring = new UserRing(64, 0);
    private final Signals signals = new Signals();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Long> taken = new ArrayList<>();

    /** In the place of epoll: an interrupt does not end it either. */
    private static final class Signals implements RingWaiter {
        private final Semaphore permits = new Semaphore(0);
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicInteger waiting = new AtomicInteger();
        private volatile boolean ended;

        @Override
        public void forget(RecordMemory ring) {}

        @Override
        public boolean await(int timeoutMillis) {
            assertThat(closed).as("the waiter is closed").isFalse();
            assertThat(waiting.incrementAndGet()).as("threads that wait at once").isEqualTo(1);
            long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
            boolean interrupted = false;
            try {
                while (!ended) {
                    try {
                        return permits.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return true;
            } finally {
                waiting.decrementAndGet();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void wake() {
            permits.release();
        }

        @Override
        public void end() {
            ended = true;
            permits.release();
        }

        @Override
        public void close() {
            assertThat(waiting).hasValue(0);
            assertThat(closed.getAndSet(true)).as("closed twice").isFalse();
        }
    }

    private <T> UserRingWriter<T> writer(WriteForm<T> form) {
        return UserRingWriter.on("shop: map 'orders'", ring.memory(), form, _ -> signals, closed::incrementAndGet);
    }

    private UserRingWriter<Long> writer() {
        return writer((value, memory, offset) -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value));
    }

    private UserRingWriter<Long> writer(ValueWriter<Long> values) {
        return writer(new WriteForm<>(OptionalLong.of(Long.BYTES), values));
    }

    private UserRingWriter<MemorySegment> bytes() {
        return writer(WriteForm.SEGMENTS);
    }

    private int drain() {
        int records = ring.drain(record -> taken.add(ByteBuffer.wrap(record).order(ByteOrder.nativeOrder()).getLong()));
        signals.wake();
        return records;
    }

    private static Thread start(Runnable task) {
        return Thread.ofPlatform().daemon().start(task);
    }

    private static void awaitSleep(Thread thread) {
        Await.until("the thread waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 57, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void reserve_sizeThatNeverFits_throwsWithTheLimit(int size) {
        try (var writer = writer()) {
            String message = "shop: map 'orders': a record of " + size
                    + " bytes, expected 0 to 56: the ring has 64 bytes,"
                    + " and a function takes less than 16 MiB; LoadOptions.maxEntries makes the ring larger";
            assertThatThrownBy(() -> writer.tryReserve(size)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> writer.reserve(size)).hasMessage(message);
            assertThatThrownBy(() -> writer.reserve(size, LONG)).hasMessage(message);
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(0, 0, 0, 0, 0));
        }
    }

    @Test
    @SuppressWarnings("restricted") // nobody looks at that memory
    void offer_segmentLongerThanTheRing_throws() {
        try (var writer = bytes(); var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> writer.offer(MemorySegment.ofArray(new byte[57])))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a record of 57 bytes");
            MemorySegment huge = MemorySegment.NULL.reinterpret(1L << 33, arena, null);
            assertThatThrownBy(() -> writer.offer(huge)).hasMessageContaining("a record of 8589934592 bytes");
            assertThat(ring.produced()).isZero();
        }
    }

    @Test
    void make_recordTypeLongerThanTheRing_throwsBothSizes() {
        var form = new WriteForm<Long>(OptionalLong.of(57), (value, memory, offset) -> {});
        assertThatThrownBy(() -> writer(form)).isInstanceOf(BindingException.class)
                .hasMessage(
                        "shop: map 'orders': its records have 57 bytes, but a ring of 64 has room for 56 at most, and a"
                                + " function takes less than 16 MiB; LoadOptions.maxEntries makes the ring larger");
    }

    @Test
    void offer_segments_keepTheirLengths() {
        try (var writer = bytes()) {
            assertThat(writer.offer(MemorySegment.ofArray(new byte[]{1, 2, 3}))).isTrue();
            assertThat(writer.offer(MemorySegment.ofArray(new byte[0]))).isTrue();
            List<byte[]> records = new ArrayList<>();
            assertThat(ring.drain(records::add)).isEqualTo(2);
            assertThat(records).containsExactly(new byte[]{1, 2, 3}, new byte[0]);
        }
    }

    @Test
    void offer_noRoom_isFalseAndCounted() {
        try (var writer = writer()) {
            for (long i = 0; i < 4; i++) {
                assertThat(writer.offer(i)).isTrue();
            }
            assertThat(writer.freeBytes()).isZero();
            assertThat(writer.offer(4L)).isFalse();
            assertThat(writer.tryReserve(0)).isEmpty();
            assertThatThrownBy(() -> writer.reserve(8)).isInstanceOf(MapAccessException.class)
                    .hasMessage(
                            "shop: map 'orders': no room for 8 bytes, the kernel has 64 of 64 still to read; run the"
                                    + " function that drains it, or wait with reserve(size, timeout)");
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(4, 0, 3, 0, 64));
            assertThat(drain()).isEqualTo(4);
            assertThat(taken).containsExactly(0L, 1L, 2L, 3L);
            assertThat(writer.offer(5L)).isTrue();
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(5, 0, 3, 0, 16));
            assertThat(writer.capacity()).isEqualTo(64);
            assertThat(writer.freeBytes()).isEqualTo(48);
        }
    }

    @Test
    void offer_valueThatCannotBeWritten_writesNothing() {
        try (var writer = writer((value, memory, offset) -> {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, -1L);
            if (value == 13) {
                throw new IllegalArgumentException("13 is unlucky");
            }
        })) {
            assertThatThrownBy(() -> writer.offer(13L)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("shop: map 'orders': cannot hold 13: 13 is unlucky");
            assertThat(ring.produced()).isZero();
            assertThat(writer.offer(1L)).isTrue();
            assertThat(drain()).isEqualTo(1);
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(1, 0, 0, 0, 0));
        }
    }

    @Test
    void offer_valueThatItselfWrites_isRefused_andTheRingIsWhole() {
        AtomicReference<UserRingWriter<Long>> self = new AtomicReference<>();
        try (var writer = writer((value, memory, offset) -> {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
            if (value == 1) {
                self.get().offer(2L);
            }
        })) {
            self.set(writer);
            assertThatThrownBy(() -> writer.offer(1L)).isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "ring 'orders': a record that is being written itself writes to the ring; make it before");
            assertThat(writer.offer(3L)).isTrue();
            drain();
            assertThat(taken).containsExactly(3L);
        }
    }

    @Test
    void offer_valueThatClosesTheWriter_isNotWritten_andAllIsGivenBack() {
        AtomicReference<UserRingWriter<Long>> self = new AtomicReference<>();
        var writer = writer((value, memory, offset) -> {
            self.get().close();
            assertThat(ring.released).isFalse();
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
        });
        self.set(writer);
        assertThatThrownBy(() -> writer.offer(1L, LONG)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the writer of ring 'orders' is closed");
        assertThat(ring.produced()).isZero();
        assertThat(ring.released).isTrue();
        assertThat(signals.closed).isTrue();
        assertThat(closed).hasValue(1);
    }

    @Test
    void reservation_isZeros_andReachesTheKernelWhenSubmitted() {
        try (var writer = writer(); var record = writer.reserve(8)) {
            assertThat(record.memory().byteSize()).isEqualTo(8);
            assertThat(record.memory().get(ValueLayout.JAVA_LONG, 0)).isZero();
            record.memory().set(ValueLayout.JAVA_LONG, 0, 42);
            assertThat(writer.offer(43L)).isTrue();
            assertThat(writer.statistics().reserved()).isEqualTo(1);
            assertThat(drain()).as("the one behind waits, too").isZero();
            record.submit();
            assertThat(drain()).isEqualTo(2);
            assertThat(taken).containsExactly(42L, 43L);
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(2, 0, 0, 0, 0));
        }
    }

    @Test
    void reservation_memoryKeptBeyondItsEnd_throwsForEver() {
        try (var writer = writer()) {
            List<MemorySegment> kept = new ArrayList<>();
            try (var record = writer.reserve(8)) {
                kept.add(record.memory());
                record.submit();
                assertThatThrownBy(() -> kept.getFirst().set(ValueLayout.JAVA_LONG, 0, 1))
                        .isInstanceOf(IllegalStateException.class);
            }
            try (var record = writer.reserve(8)) {
                kept.add(record.memory().asSlice(4));
                record.discard();
            }
            try (var record = writer.reserve(8)) {
                kept.add(record.memory());
            }
            assertThat(kept)
                    .allSatisfy(memory -> assertThatThrownBy(() -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1))
                            .isInstanceOf(IllegalStateException.class));
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(1, 2, 0, 0, 48));
            assertThat(drain()).isEqualTo(1);
        }
    }

    @Test
    void reservation_boundsAreTheRecords() {
        try (var writer = writer(); var record = writer.reserve(5)) {
            assertThatThrownBy(() -> record.memory().set(ValueLayout.JAVA_BYTE, 5, (byte) 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void reservation_endedTwice_throws_andTheRingIsWhole() {
        try (var writer = writer()) {
            var record = writer.reserve(8);
            record.submit();
            assertThatThrownBy(record::submit).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the record was submitted or discarded before");
            assertThatThrownBy(record::discard).isInstanceOf(IllegalStateException.class);
            record.close();
            assertThat(drain()).isEqualTo(1);
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(1, 0, 0, 0, 0));
        }
    }

    @Test
    void reservation_ofAnotherThread_isItsOwn() {
        try (var writer = writer(); var record = writer.reserve(8)) {
            assertThat(CompletableFuture.runAsync(record::submit)).failsWithin(LONG).withThrowableThat()
                    .withCauseInstanceOf(WrongThreadException.class);
            assertThat(CompletableFuture.runAsync(() -> record.memory().fill((byte) 1))).failsWithin(LONG)
                    .withThrowableThat().withCauseInstanceOf(WrongThreadException.class);
            record.memory().set(ValueLayout.JAVA_LONG, 0, 5);
            record.submit();
            drain();
            assertThat(taken).containsExactly(5L);
        }
    }

    @Test
    void close_withAReservation_discardsIt_andItsMemoryStaysUntilItsThreadLetsGo() {
        var writer = writer();
        var record = writer.reserve(8);
        assertThat(writer.offer(7L)).isTrue();
        writer.close();
        assertThat(ring.header(0)).isEqualTo(8 | RingLayout.DISCARD);
        assertThat(drain()).isEqualTo(1);
        assertThat(taken).containsExactly(7L);
        assertThat(signals.closed).isTrue();
        assertThat(ring.released).isFalse();
        assertThat(closed).as("a new writer would write where this thread still can").hasValue(0);
        record.memory().set(ValueLayout.JAVA_LONG, 0, 1);
        assertThatThrownBy(record::submit).isInstanceOf(IllegalStateException.class)
                .hasMessage("the writer was closed, which has discarded the record");
        assertThat(ring.header(0)).isEqualTo(8 | RingLayout.DISCARD);
        assertThat(ring.released).isTrue();
        assertThat(closed).hasValue(1);
        record.close();
        writer.close();
        assertThat(closed).hasValue(1);
        assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(1, 1, 0, 0, 32));
    }

    @Test
    void closed_eachCallSaysSo_andStatisticsStay() {
        var writer = writer();
        writer.offer(1L);
        writer.close();
        List<Runnable> calls = List.of(() -> writer.offer(1L), () -> writer.offer(1L, LONG), () -> writer.reserve(8),
                () -> writer.tryReserve(8), () -> writer.reserve(8, LONG));
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class)
                .hasMessage("the writer of ring 'orders' is closed"));
        assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(1, 0, 0, 0, 16));
        assertThat(writer.freeBytes()).isEqualTo(48);
        assertThat(writer.capacity()).isEqualTo(64);
    }

    private void fill(UserRingWriter<Long> writer) {
        for (long i = 0; i < 4; i++) {
            assertThat(writer.offer(i)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 20})
    void waiting_untilTheTimeIsOver_isEmpty(long millis) {
        try (var writer = writer()) {
            fill(writer);
            Duration timeout = millis == Long.MIN_VALUE ? Duration.ofSeconds(millis) : Duration.ofMillis(millis);
            long begin = System.nanoTime();
            assertThat(writer.reserve(8, timeout)).isEmpty();
            assertThat(writer.offer(4L, timeout)).isFalse();
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(2 * Math.max(0, millis) * 1_000_000);
            assertThat(writer.statistics().refused()).isEqualTo(2);
        }
    }

    @Test
    void waiting_drainThatTells_ends() {
        try (var writer = writer()) {
            fill(writer);
            var waiting = CompletableFuture.supplyAsync(() -> writer.offer(9L, Duration.ofSeconds(Long.MAX_VALUE)));
            Await.until("somebody waits", () -> signals.waiting.get() == 1);
            drain();
            assertThat(waiting).succeedsWithin(LONG).isEqualTo(true);
            assertThat(writer.statistics()).isEqualTo(new UserRingStatistics(5, 0, 0, 0, 16));
        }
    }

    @Test
    void waiting_drainThatTellsNothing_endsAllTheSame() {
        try (var writer = writer()) {
            fill(writer);
            var waiting = CompletableFuture.supplyAsync(() -> writer.offer(9L, LONG));
            Await.until("somebody waits", () -> signals.waiting.get() == 1);
            ring.drain(record -> {});
            assertThat(waiting).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
        }
    }

    @Test
    void waiting_forMuch_letsOthersTakeLittle() {
        try (var writer = writer()) {
            assertThat(writer.offer(1L)).isTrue();
            var waiting = CompletableFuture.supplyAsync(() -> {
                try (var record = writer.reserve(56, LONG).orElseThrow()) {
                    record.submit();
                    return record.memory();
                }
            });
            Await.until("somebody waits", () -> signals.waiting.get() == 1);
            assertThat(writer.offer(2L)).isTrue();
            assertThat(writer.tryReserve(48)).isEmpty();
            drain();
            assertThat(waiting).succeedsWithin(LONG);
            assertThat(taken).containsExactly(1L, 2L);
            assertThat(writer.statistics().submitted()).isEqualTo(3);
        }
    }

    @Test
    void waiting_several_areServedInTheirOrder() throws InterruptedException {
        try (var writer = writer()) {
            fill(writer);
            List<Thread> threads = new ArrayList<>();
            for (long i = 10; i < 14; i++) {
                long value = i;
                Thread thread = start(() -> writer.offer(value, LONG));
                awaitSleep(thread);
                threads.add(thread);
            }
            drain();
            for (Thread thread : threads) {
                thread.join();
            }
            drain();
            assertThat(taken).containsExactly(0L, 1L, 2L, 3L, 10L, 11L, 12L, 13L);
        }
    }

    @Test
    void waiting_interrupted_goesOn_andStaysInterrupted() {
        try (var writer = writer()) {
            fill(writer);
            var interrupted = new AtomicBoolean();
            var waiting = new CompletableFuture<Boolean>();
            Thread thread = start(() -> {
                boolean offered = writer.offer(9L, LONG);
                interrupted.set(Thread.currentThread().isInterrupted());
                waiting.complete(offered);
            });
            awaitSleep(thread);
            thread.interrupt();
            assertThat(waiting).isNotDone();
            drain();
            assertThat(waiting).succeedsWithin(LONG).isEqualTo(true);
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void close_whileSeveralWait_endsEachWithAnException() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var memory = new UserRing(64, 8L * round);
            var waiter = new Signals();
            var writer = UserRingWriter.on("shop: map 'orders'", memory.memory(), WriteForm.SEGMENTS, _ -> waiter,
                    () -> {});
            writer.offer(MemorySegment.ofArray(new byte[56]));
            List<CompletableFuture<Optional<UserRingReservation>>> waits = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                var wait = new CompletableFuture<Optional<UserRingReservation>>();
                waits.add(wait);
                start(() -> {
                    try {
                        wait.complete(writer.reserve(0, LONG));
                    } catch (IllegalStateException e) {
                        wait.completeExceptionally(e);
                    }
                });
            }
            if (round % 2 == 0) {
                Await.until("somebody waits", () -> waiter.waiting.get() == 1);
            }
            writer.close();
            assertThat(waits).allSatisfy(wait -> assertThat(wait).failsWithin(LONG).withThrowableThat()
                    .withCauseInstanceOf(IllegalStateException.class)
                    .withMessageContaining("the writer of ring 'orders' is closed"));
            assertThat(memory.released).isTrue();
            assertThat(waiter.closed).isTrue();
        }
    }

    /** Half of the threads offer, half reserve and give up each third; the numbers of each come out complete and in order. */
    @Test
    void manyThreads_loseAndInventNothing() {
        int threads = 4;
        long records = 5000;
        try (var writer = writer()) {
            var running = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < threads; i++) {
                int id = i;
                running.add(CompletableFuture.runAsync(() -> {
                    for (long n = 0; n < records; n++) {
                        long value = (long) id << 32 | n;
                        if (id % 2 == 0) {
                            assertThat(writer.offer(value, LONG)).isTrue();
                        } else {
                            try (var record = writer.reserve(8, LONG).orElseThrow()) {
                                record.memory().set(ValueLayout.JAVA_LONG, 0, value);
                                if (n % 3 != 0) {
                                    record.submit();
                                }
                            }
                        }
                    }
                }, command -> start(command)));
            }
            var all = CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new));
            while (!all.isDone()) {
                assertThat(drain()).isNotNegative();
            }
            all.join();
            drain();
            long[] last = new long[threads];
            Arrays.fill(last, -1);
            long discarded = 2 * ((records + 2) / 3);
            assertThat(taken).hasSize((int) (threads * records - discarded));
            for (long value : taken) {
                int id = (int) (value >>> 32);
                long number = value & 0xffffffffL;
                long next = last[id] + 1;
                assertThat(number).isEqualTo(id % 2 == 1 && next % 3 == 0 ? next + 1 : next);
                last[id] = number;
            }
            assertThat(writer.statistics())
                    .isEqualTo(new UserRingStatistics(threads * records - discarded, discarded, 0, 0, 0));
        }
    }
}
