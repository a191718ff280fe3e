package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.ProcessUse;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records from here to a function of the kernel, which counts and keeps them: {@code user_ring.bpf.c}. */
@Live
@Timeout(120)
class UserRingLiveTest {
    private static final ProgramSpec SPEC = ProgramSpec.read(Fixtures.path("live", "user_ring"));
    private static final Duration LONG = Duration.ofSeconds(30);
    /** Bytes of an order in the ring. */
    private static final int STEP = 8 + 24;
    private static final int ROOM = 4096 / STEP;
    private static final long NO_WAKEUP = 1;
    private static final long FORCE_WAKEUP = 2;

    /** {@code struct order}. */
    record Order(long number, int amount, short side, byte urgent, String item) {}

    private BpfProgram program;

    @BeforeEach
    void load() {
        program = BpfProgram.load(SPEC);
    }

    @AfterEach
    void close() {
        program.close();
    }

    private static Order order(long number) {
        return new Order(number, (int) (3 * number), (short) -number, (byte) (number & 1), "item " + number % 100);
    }

    private UserRingWriter<Order> orders() {
        return program.userRing("orders", Order.class);
    }

    private int drain() {
        return program.function("drain_orders").testRun(TestRun.defaults()).returnValue();
    }

    private long global(String name) {
        return program.variable(name, Long.class).get();
    }

    private void set(String name, long value) {
        program.variable(name, Long.class).set(value);
    }

    private List<Order> got(int count) {
        var view = program.map("got").asArray(Order.class);
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(view.get(i));
        }
        return orders;
    }

    private static void fill(UserRingWriter<Order> orders) {
        for (long i = 0; i < ROOM; i++) {
            assertThat(orders.offer(order(i))).isTrue();
        }
    }

    @Test
    void records_arriveWithTheirValues_andZerosBetween() {
        List<Order> sent = List.of(order(1), new Order(-1, Integer.MIN_VALUE, Short.MAX_VALUE, (byte) -1, "1234567"),
                new Order(Long.MAX_VALUE, -1, (short) -32768, (byte) 0, ""));
        try (var orders = orders()) {
            assertThat(drain()).isZero();
            sent.forEach(order -> assertThat(orders.offer(order)).isTrue());
            assertThat(orders.freeBytes()).isEqualTo(4096 - 3 * STEP);
            assertThat(drain()).isEqualTo(3);
            assertThat(got(3)).isEqualTo(sent);
            assertThat(global("padding")).isZero();
            assertThat(orders.statistics()).isEqualTo(new UserRingStatistics(3, 0, 0, 0, 0));
        }
    }

    @Test
    void reserved_holdsAllBehindIt_discardedIsSkipped() {
        try (var orders = orders()) {
            orders.offer(order(0));
            try (var given = orders.reserve(24); var kept = orders.reserve(24)) {
                orders.offer(order(2));
                assertThat(drain()).as("what is before the reservation").isEqualTo(1);
                kept.memory().set(ValueLayout.JAVA_LONG, 0, 1);
                kept.memory().setString(15, "by hand");
                kept.submit();
                assertThat(drain()).as("the first one is still reserved").isZero();
                given.discard();
            }
            assertThat(drain()).isEqualTo(2);
            assertThat(got(3)).containsExactly(order(0), new Order(1, 0, (short) 0, (byte) 0, "by hand"), order(2));
            assertThat(orders.statistics()).isEqualTo(new UserRingStatistics(3, 1, 0, 0, 0));
        }
    }

    @Test
    void full_isFalse_untilTheKernelHasRead() {
        try (var orders = orders()) {
            fill(orders);
            assertThat(orders.offer(order(7))).isFalse();
            assertThat(orders.tryReserve(24)).isEmpty();
            assertThatThrownBy(() -> orders.reserve(24)).isInstanceOf(MapAccessException.class)
                    .hasMessageStartingWith(
                            "user_ring: map 'orders': no room for 24 bytes, the kernel has 4096 of 4096");
            set("limit", 1);
            assertThat(drain()).isEqualTo(1);
            assertThat(orders.freeBytes()).isEqualTo(STEP);
            assertThat(orders.offer(order(7))).isTrue();
            assertThat(orders.offer(order(8))).isFalse();
            set("limit", -1);
            assertThat(drain()).isEqualTo(ROOM);
            assertThat(got(ROOM + 1)).last().isEqualTo(order(7));
        }
    }

    @Test
    void waiting_isWokenByTheDrain_atOnce() {
        try (var orders = orders()) {
            List<Long> micros = new ArrayList<>();
            for (int round = 0; round < 9; round++) {
                while (orders.offer(order(round))) {
                    // until it is full
                }
                var waiter = CompletableFuture.supplyAsync(() -> {
                    assertThat(orders.offer(order(1000), LONG)).isTrue();
                    return System.nanoTime();
                });
                pause(250); // by now it looks but each 64 ms by itself
                long drained = System.nanoTime();
                assertThat(drain()).isGreaterThanOrEqualTo(ROOM);
                micros.add((waiter.join() - drained) / 1000);
            }
            System.out.println("a thread that waited for room wrote after the drain began, us: " + micros);
            assertThat(micros.stream().sorted().toList().get(4)).isLessThan(15_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {NO_WAKEUP, FORCE_WAKEUP})
    void waiting_whateverTheDrainTells_ends(long flags) {
        try (var orders = orders()) {
            set("flags", flags);
            fill(orders);
            var waiter = CompletableFuture.supplyAsync(() -> orders.reserve(24, LONG).map(record -> {
                record.submit();
                return true;
            }));
            pause(30);
            assertThat(waiter).isNotDone();
            assertThat(drain()).isGreaterThanOrEqualTo(ROOM);
            assertThat(waiter.join()).contains(true);
        }
    }

    /** A ring with any free byte is writable for epoll, so that a level-triggered one would return again and again. */
    @Test
    void waiting_forMoreThanIsFree_sleeps() throws InterruptedException {
        try (var parcels = program.userRing("parcels", MemorySegment.class)) {
            parcels.offer(MemorySegment.ofArray(new byte[8]));
            var cpu = new CompletableFuture<Long>();
            Thread.ofPlatform().start(() -> {
                long before = threadCpu();
                assertThat(parcels.reserve(4088, Duration.ofMillis(700))).isEmpty();
                cpu.complete(threadCpu() - before);
            }).join();
            assertThat(cpu.join()).as("nanoseconds of CPU in 700 ms").isLessThan(200_000_000);
        }
    }

    private static long threadCpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void recordsOfAllSizes_overManyRounds_areWholeWhereTheyWrap() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int sent = 0;
        try (var parcels = program.userRing("parcels", MemorySegment.class)) {
            for (int i = 0; i < 20_000; i++) {
                int length = 12 + random.nextInt(random.nextBoolean() ? 40 : parcels.longestRecord() - 11);
                int mark = random.nextInt();
                MemorySegment parcel = parcel(length, mark);
                while (!parcels.offer(parcel)) {
                    program.function("drain_parcels").testRun(TestRun.defaults());
                }
                sent++;
            }
            program.function("drain_parcels").testRun(TestRun.defaults());
            assertThat(parcels.statistics().backlogBytes()).isZero();
        }
        assertThat(global("broken")).as("seed " + seed).isZero();
        assertThat(global("whole")).as("seed " + seed).isEqualTo(sent);
    }

    private static MemorySegment parcel(int length, int mark) {
        MemorySegment parcel = MemorySegment.ofArray(new byte[length]);
        parcel.set(ValueLayout.JAVA_INT_UNALIGNED, 0, length);
        parcel.set(ValueLayout.JAVA_INT_UNALIGNED, 4, mark);
        parcel.set(ValueLayout.JAVA_INT_UNALIGNED, length - 4L, mark);
        return parcel;
    }

    /** The kernel says E2BIG to a longer one, for ever, and all behind it waits. */
    @Test
    void longestRecord_isTheLongestThatTheKernelTakes() {
        var options = LoadOptions.defaults().maxEntries("parcels", 1 << 25);
        try (var large = BpfProgram.load(SPEC, options); var parcels = large.userRing("parcels", MemorySegment.class)) {
            assertThat(parcels.longestRecord()).isEqualTo((1 << 24) - 1);
            assertThat(parcels.offer(parcel(parcels.longestRecord(), 42))).isTrue();
            assertThat(large.function("drain_parcels").testRun(TestRun.defaults()).returnValue()).isEqualTo(1);
            assertThat(large.variable("whole", Long.class).get()).isEqualTo(1);
        }
    }

    @Test
    void severalThreads_withADrainBeside_loseNothing() {
        int each = 5_000;
        try (var orders = orders()) {
            var writers = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 3; i++) {
                long id = i;
                writers.add(CompletableFuture.runAsync(() -> {
                    for (long n = 0; n < each; n++) {
                        assertThat(orders.offer(new Order(id << 32 | n, 0, (short) 0, (byte) 0, ""), LONG)).isTrue();
                    }
                }, command -> Thread.ofPlatform().daemon().start(command)));
            }
            var all = CompletableFuture.allOf(writers.toArray(CompletableFuture<?>[]::new));
            long[] next = new long[3];
            long read = 0;
            var view = program.map("got").asArray(Order.class);
            for (boolean last = false; !last;) {
                last = all.isDone();
                assertThat(drain()).isNotNegative();
                for (long taken = global("taken"); read < taken; read++) {
                    long number = view.get((int) (read % 4096)).number();
                    assertThat(number & 0xffffffffL).isEqualTo(next[(int) (number >>> 32)]++);
                }
            }
            all.join();
            assertThat(next).containsOnly(each);
        }
    }

    @Test
    void close_whileAnotherThreadWaits_endsIt_andLeavesNothing() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            closeWhileWaiting(i);
        }
        var before = ProcessUse.now();
        for (int i = 0; i < 300; i++) {
            closeWhileWaiting(i);
        }
        var after = ProcessUse.now();
        System.out.println("300 rounds of close while another thread waits: before " + before + ", after " + after);
        assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
        assertThat(after.bpfMappings()).isLessThanOrEqualTo(before.bpfMappings());
    }

    private void closeWhileWaiting(int round) throws InterruptedException {
        drain();
        var orders = orders();
        fill(orders);
        var begun = new CountDownLatch(1);
        var ended = new CompletableFuture<Object>();
        Thread thread = Thread.ofPlatform().start(() -> {
            begun.countDown();
            try {
                ended.complete(orders.reserve(24, LONG));
            } catch (IllegalStateException e) {
                ended.complete(String.valueOf(e.getMessage()));
            }
        });
        begun.await();
        if (round % 3 == 0) {
            Await.until("it waits", () -> isInEpoll(thread));
        }
        orders.close();
        assertThat(ended.join()).isEqualTo("the writer of ring 'orders' is closed");
        thread.join();
    }

    /** What waits in the kernel is runnable for Java. */
    private static boolean isInEpoll(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("epoll_wait")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void close_whileOthersWriteReserveAndDrain_endsEach_andLeavesNothingReserved() throws InterruptedException {
        long mappings = ProcessUse.now().bpfMappings();
        for (int round = 0; round < 150; round++) {
            var orders = orders();
            assertThat(orders.statistics().discarded()).as("left reserved by round " + (round - 1)).isZero();
            var begun = new CountDownLatch(3);
            List<CompletableFuture<String>> ends = List.of(
                    untilClosed(begun, () -> orders.offer(order(1), LONG)),
                    untilClosed(begun, () -> orders.reserve(24, LONG).ifPresent(record -> {
                        record.memory().set(ValueLayout.JAVA_LONG, 0, 1);
                        record.submit();
                    })),
                    untilClosed(begun, () -> orders.tryReserve(24).ifPresent(record -> {
                        record.memory().fill((byte) 1);
                        drain();
                        record.memory().fill((byte) 2);
                        record.close();
                    })));
            begun.await();
            if (round % 3 > 0) {
                Thread.sleep(round % 3);
            }
            orders.close();
            assertThat(ends).allSatisfy(end -> assertThat(end).succeedsWithin(LONG).asString()
                    .startsWith("the writer").contains("closed"));
            assertThat(drain()).isNotNegative();
        }
        assertThat(ProcessUse.now().bpfMappings()).as("but for the program's variables")
                .isLessThanOrEqualTo(mappings + 1);
    }

    private static CompletableFuture<String> untilClosed(CountDownLatch begun, Runnable use) {
        var end = new CompletableFuture<String>();
        Thread.ofPlatform().daemon().start(() -> {
            begun.countDown();
            try {
                while (true) {
                    use.run();
                }
            } catch (IllegalStateException e) {
                end.complete(String.valueOf(e.getMessage()));
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    @Test
    void close_ofTheProgram_endsTheWriterAndWhoWaits() {
        var orders = orders();
        fill(orders);
        var waiter = CompletableFuture.supplyAsync(() -> orders.offer(order(1), LONG));
        pause(30);
        program.close();
        assertThat(waiter).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("the writer of ring 'orders' is closed");
        assertThatThrownBy(() -> orders.offer(order(1))).isInstanceOf(IllegalStateException.class);
        assertThat(orders.statistics().submitted()).isEqualTo(ROOM);
    }

    @Test
    void close_ofTheProgramWithAReservation_discardsIt_andTheMemoryGoesWithIt() {
        long mappings = ProcessUse.now().bpfMappings();
        var record = orders().reserve(24);
        assertThat(ProcessUse.now().bpfMappings()).isEqualTo(mappings + 2);
        program.close();
        record.memory().set(ValueLayout.JAVA_LONG, 0, 1); // and nothing crashes
        assertThatThrownBy(record::submit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> record.memory().set(ValueLayout.JAVA_LONG, 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThat(ProcessUse.now().bpfMappings()).as("less the program's variables").isLessThanOrEqualTo(mappings);
    }

    @Test
    void ringHasOneWriter_theNextGoesOnWhereItStopped() {
        var orders = orders();
        orders.offer(order(0));
        var held = orders.reserve(24);
        String taken = "user_ring: ring 'orders' already has a writer; it is for any number of threads, use that or close"
                + " it first";
        assertThatThrownBy(this::orders).isInstanceOf(IllegalStateException.class).hasMessage(taken);
        orders.close();
        assertThatThrownBy(this::orders).as("a thread can still write to what it has reserved").hasMessage(taken);
        held.close();
        try (var next = orders()) {
            assertThat(next.statistics().backlogBytes()).isEqualTo(2 * STEP);
            next.offer(order(1));
            assertThat(drain()).as("the reservation was discarded").isEqualTo(2);
            assertThat(got(2)).containsExactly(order(0), order(1));
        }
    }

    /** {@code struct tick}. */
    record Tick(long number, int amount, short side, byte first, byte second) {}

    @Test
    void offer_ofIntegers_allocatesNothing() {
        int chunk = 5_000;
        var options = LoadOptions.defaults().maxEntries("ticks", 1 << 24); // so that nobody has to read them
        try (var large = BpfProgram.load(SPEC, options); var ticks = large.userRing("ticks", Tick.class)) {
            Tick tick = new Tick(1, 2, (short) 3, (byte) 4, (byte) 5);
            assertThat(Allocation.ofCompiled(() -> {
                for (int i = 0; i < chunk; i++) {
                    ticks.offer(tick);
                }
            })).isZero();
            assertThat(ticks.statistics().refused()).isZero();
        }
    }

    record Partial(long number, int amount) {}

    record Wrong(long number, String amount, short side, byte urgent, String item) {}

    @Test
    void typesThatDoNotFit_areToldWhenTheWriterIsMade() {
        assertThatThrownBy(() -> program.userRing("orders", Partial.class)).isInstanceOf(BindingException.class)
                .hasMessage(
                        "user_ring: map 'orders': no record can be written, for struct order has a field 'side' that "
                                + Partial.class.getTypeName() + " has no component for; add that");
        assertThatThrownBy(() -> program.userRing("orders", Wrong.class)).isInstanceOf(BindingException.class)
                .hasMessageContaining("amount");
        assertThatThrownBy(() -> program.userRing("parcels", Order.class)).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining("does not name the type of its records");
        assertThatThrownBy(() -> program.userRing("got", Order.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user_ring: map 'got' is a ARRAY, no user ring buffer; use map(\"got\").asArray(..), or"
                        + " map(\"got\").asLongArray() for plain integers; its user ring buffers are [orders, parcels, ticks]");
        assertThatThrownBy(() -> program.ringBuffer("orders", Order.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("map 'orders' is a USER_RINGBUF, no ring buffer; use userRing(\"orders\", ..)");
        try (var orders = orders()) {
            assertThatThrownBy(() -> orders.offer(new Order(1, 2, (short) 3, (byte) 4, "too long a text")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("user_ring: map 'orders': cannot hold Order[number=1,");
            assertThat(orders.statistics()).isEqualTo(new UserRingStatistics(0, 0, 0, 0, 0));
        }
    }

    @Test
    void replay_hasNobodyWhoReads() {
        try (var replay = BpfProgram.replay(SPEC, MapDump.parse("ebpf4j-dump 1\n", "none"))) {
            assertThatThrownBy(() -> replay.userRing("orders", Order.class))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith("user_ring: map 'orders'");
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
