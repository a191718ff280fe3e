package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Drained.Reason;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Cpus;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What functions write with {@code bpf_perf_event_output} on each CPU, by the probe {@code perf_events}. */
@Live
@Timeout(60)
class PerfBufferLiveTest {
    private static final ProgramSpec SPEC = ProgramSpec.read(Fixtures.path("live", "perf_events"));
    private static final int HEAD = 16;
    private static final int PAGE = 4096;
    private static final int ROUNDS = Integer.getInteger("ebpf4j.stress", 300);

    record Event(long number, int cpu, int length) {}

    record Tries(long all, long refused) {}

    private final int askedFor = ThreadLocalRandom.current().nextInt(1 << 24, Integer.MAX_VALUE);

    private LoadOptions options() {
        return LoadOptions.defaults().global("asked_for", askedFor);
    }

    private void write(int records) {
        Hits.times(records, () -> Calls.getpgid(askedFor));
    }

    private static Tries tries(BpfProgram program) {
        PerCpu<Tries> each = program.map("tries").asPerCpuArray(Tries.class).get(0);
        return new Tries(each.sum(Tries::all), each.sum(Tries::refused));
    }

    /** The records of each CPU have the numbers from 0 on, and all their bytes. */
    private static void check(MemorySegment record, Map<Integer, Long> next) {
        long number = record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        int cpu = record.get(ValueLayout.JAVA_INT_UNALIGNED, 8);
        int length = record.get(ValueLayout.JAVA_INT_UNALIGNED, 12);
        assertThat(number).as("of CPU %d", cpu).isEqualTo(next.getOrDefault(cpu, 0L));
        next.put(cpu, number + 1);
        assertThat(length).isEqualTo(HEAD + (int) (number * 37 & 1023));
        assertThat(record.byteSize()).isBetween((long) length, length + 7L);
        if (length > HEAD) {
            assertThat(record.get(ValueLayout.JAVA_BYTE, HEAD)).isEqualTo((byte) number);
            assertThat(record.get(ValueLayout.JAVA_BYTE, length - 1)).isEqualTo((byte) number);
        }
    }

    @ParameterizedTest
    @EnumSource(RingPolicy.Woken.class)
    @SuppressWarnings("try") // closed early
    void everyRecord_ofEachCpu_arrivesAsItWasWritten(RingPolicy policy) throws Exception {
        int each = 1500;
        int all = each * Cpus.online().size();
        Map<Integer, Long> next = new HashMap<>();
        List<Throwable> failures = new ArrayList<>();
        try (var program = BpfProgram.load(SPEC, options().global("growth", 37).perfBuffer("events", 2 << 20));
                var reader = program.perfBuffer("events", MemorySegment.class);
                var readers = Executors.newSingleThreadExecutor()) {
            var arrived = new AtomicInteger();
            Future<?> reading = readers.submit(() -> reader.run(record -> {
                check(record, next);
                if (arrived.incrementAndGet() == all) {
                    reader.close();
                }
            }, policy, failure -> {
                failures.add(failure);
                reader.close();
            }));
            Cpus.onEach(() -> write(each));
            reading.get(20, TimeUnit.SECONDS);
            assertThat(failures).isEmpty();
            assertThat(next).hasSameSizeAs(Cpus.online()).containsKeys(Cpus.online().toArray(new Integer[0]))
                    .allSatisfy((_, count) -> assertThat(count).isEqualTo(each));
            assertThat(reader.statistics())
                    .isEqualTo(new RingStatistics(all, 0, 0, 0, 0, OptionalLong.of(0)));
            assertThat(tries(program)).isEqualTo(new Tries(all, 0));
        }
    }

    /** A buffer of one page, so that a record of up to 1 KB wraps in each fourth round or so. */
    @Test
    void smallestBuffer_isReadRoundAndRound() {
        Map<Integer, Long> next = new HashMap<>();
        try (var program = BpfProgram.load(SPEC, options().global("growth", 37).perfBuffer("events", 1));
                var reader = program.perfBuffer("events", MemorySegment.class)) {
            for (int i = 0; i < 2000; i++) {
                write(2);
                assertThat(reader.drain(record -> check(record, next))).isEqualTo(
                        new Drained(2, 0, 0, 0, Reason.EMPTY));
            }
            assertThat(next.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(4000);
            assertThat(reader.statistics().lost()).isEqualTo(OptionalLong.of(0));
        }
    }

    @Test
    void objectsAndCursors_tellTheCpu() {
        try (var program = BpfProgram.load(SPEC, options().enable("on_run").attachNothing());
                var objects = program.perfBuffer("events", Event.class)) {
            List<Event> events = new ArrayList<>();
            List<Integer> told = new ArrayList<>();
            var cursors = objects.as(RecordCursor.class);
            LongField cpu = cursors.longField("cpu");
            for (int online : Cpus.online()) {
                for (int i = 0; i < 2; i++) {
                    program.function("on_run").testRun(TestRun.defaults().withCpu(online));
                }
            }
            for (int i = 0; i < Cpus.online().size(); i++) {
                objects.drain(events::add, 1); // of one CPU after the other
            }
            cursors.drain(record -> {
                assertThat(record.cpu()).hasValue((int) record.get(cpu));
                assertThat(record.length()).isEqualTo(HEAD + 4);
                told.add(record.cpu().orElseThrow());
            });
            assertThat(events).isEqualTo(Cpus.online().stream().map(one -> new Event(0, one, HEAD)).toList());
            assertThat(told).containsExactlyInAnyOrderElementsOf(Cpus.online());
        }
    }

    @Test
    @SuppressWarnings("try") // closed early
    void overload_isCounted_toTheLastRecord() throws Exception {
        try (var program = BpfProgram.load(SPEC, options().global("growth", 37).perfBuffer("events", PAGE));
                var reader = program.perfBuffer("events", Event.class);
                var readers = Executors.newSingleThreadExecutor()) {
            Future<?> reading = readers.submit(() -> reader.run(_ -> LockSupport.parkNanos(20_000),
                    RingPolicy.LATENCY, failure -> {
                        throw new AssertionError(failure);
                    }));
            Cpus.onEach(() -> write(5_000));
            Await.until("all that has found room is read", () -> {
                Tries tries = tries(program);
                return reader.statistics().records() == tries.all() - tries.refused();
            });
            Cpus.onEach(() -> write(1)); // with it the kernel tells what it could not write before
            Tries tries = tries(program);
            assertThat(tries.all()).isEqualTo(5_001L * Cpus.online().size());
            Await.until("the last are read", () -> reader.statistics().records() == tries.all() - tries.refused());
            reader.close();
            reading.get(20, TimeUnit.SECONDS);
            assertThat(tries.refused()).isGreaterThan(tries.all() / 10);
            assertThat(reader.statistics()).isEqualTo(new RingStatistics(tries.all() - tries.refused(), 0, 0, 0, 0,
                    OptionalLong.of(tries.refused())));
        }
    }

    @Test
    void recordsShorterThanTheirType_areCounted() {
        try (var program = BpfProgram.load(SPEC, options().global("with_short", 1).enable("on_run").attachNothing());
                var reader = program.perfBuffer("events", Event.class)) {
            int cpu = Cpus.online().getLast();
            Hits.times(10, () -> program.function("on_run").testRun(TestRun.defaults().withCpu(cpu)));
            List<Event> events = new ArrayList<>();
            assertThat(reader.drain(events::add)).isEqualTo(new Drained(8, 0, 2, 0, Reason.EMPTY));
            assertThat(events).extracting(Event::number).containsExactly(0L, 1L, 2L, 4L, 5L, 6L, 8L, 9L);
            assertThat(events).extracting(Event::cpu).containsOnly(cpu);
        }
    }

    @Test
    void poll_isWokenByARecord_andEndsAtItsTime() throws Exception {
        try (var program = BpfProgram.load(SPEC, options());
                var reader = program.perfBuffer("events", Event.class);
                var readers = Executors.newSingleThreadExecutor()) {
            assertThat(reader.poll(_ -> {}, Duration.ofMillis(50)).reason()).isEqualTo(Reason.DEADLINE);
            for (int i = 0; i < 20; i++) {
                Future<Drained> polling = readers.submit(() -> reader.poll(_ -> {}, Duration.ofSeconds(30)));
                Thread.sleep(i); // asleep already, or not yet
                write(1);
                assertThat(polling.get(10, TimeUnit.SECONDS).records()).isEqualTo(1);
            }
            Future<Drained> polling = readers.submit(() -> reader.poll(_ -> {}, Duration.ofSeconds(30)));
            reader.flush();
            assertThat(polling.get(10, TimeUnit.SECONDS).reason()).isEqualTo(Reason.FLUSHED);
        }
    }

    /** Whether it comes before the reader waits for the first time, or just then. */
    @Test
    void firstRecord_wakesWhenever() throws Exception {
        try (var program = BpfProgram.load(SPEC, options()); var readers = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 200; i++) {
                try (var reader = program.perfBuffer("events", Event.class)) {
                    Future<Drained> polling = readers.submit(() -> reader.poll(_ -> {}, Duration.ofSeconds(30)));
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(300_000));
                    write(1);
                    assertThat(polling.get(10, TimeUnit.SECONDS).records()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void wakeUpAtManyBytes_leavesSomeRecordsToTheTimeout() throws Exception {
        var wait = Duration.ofMillis(400);
        try (var program = BpfProgram.load(SPEC,
                options().enable("on_run").attachNothing().perfBuffer("events", 64 << 10, 4000));
                var reader = program.perfBuffer("events", Event.class);
                var readers = Executors.newSingleThreadExecutor()) {
            Runnable one = () -> program.function("on_run")
                    .testRun(TestRun.defaults().withCpu(Cpus.online().getFirst()));
            one.run();
            reader.drain(_ -> {}); // so that the next poll does not begin with one
            Future<Drained> few = readers.submit(() -> reader.poll(_ -> {}, wait));
            Thread.sleep(50);
            long begin = System.nanoTime();
            one.run();
            assertThat(few.get(10, TimeUnit.SECONDS).records()).isEqualTo(1);
            assertThat(System.nanoTime() - begin).isGreaterThan(wait.toNanos() / 2);

            Future<Drained> many = readers.submit(() -> reader.poll(_ -> {}, Duration.ofSeconds(30)));
            Hits.times(200, one); // of 32 bytes each
            assertThat(many.get(10, TimeUnit.SECONDS).records()).isPositive();
        }
    }

    @Test
    void withoutAReader_theProgramIsTold_andANewReaderBeginsAfresh() {
        try (var program = BpfProgram.load(SPEC, options())) {
            write(3);
            assertThat(tries(program)).isEqualTo(new Tries(3, 3));
            for (int round = 1; round <= 3; round++) {
                try (var reader = program.perfBuffer("events", Event.class)) {
                    write(2);
                    List<Event> events = new ArrayList<>();
                    reader.drain(events::add);
                    assertThat(events).hasSize(2).allSatisfy(event -> assertThat(event.length()).isEqualTo(HEAD));
                    assertThatThrownBy(() -> program.perfBuffer("events", Event.class))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("perf buffer 'events' already has a reader");
                }
                write(1);
                assertThat(tries(program)).isEqualTo(new Tries(3 + 3 * round, 3 + round));
            }
        }
    }

    /** The kernel does not tell of records that had no buffer at all. */
    @Test
    void lossesThatTheProgramCounts_areToldIfTheyAreMore() {
        try (var program = BpfProgram.load(SPEC, options().global("with_kinds", 1))) {
            write(3);
            try (var kinds = program.perfBuffer("kinds", RecordCursor.class)) {
                LongField odd = kinds.longField("odd");
                List<Long> seen = new ArrayList<>();
                write(2);
                kinds.drain(record -> seen.add(record.get(odd)));
                assertThat(seen).hasSize(2).isSubsetOf(0L, 1L);
                assertThat(kinds.statistics()).isEqualTo(new RingStatistics(2, 0, 0, 0, 0, OptionalLong.of(3)));
            }
        }
    }

    @Test
    @Timeout(30)
    void handlerThatClosesTheProgram_returnsIntoWhatIsStillThere() throws IOException {
        Hits.times(5, () -> closeFromAHandler());
        var before = Use.now();
        Hits.times(50, () -> closeFromAHandler());
        assertThat(Use.now().mappings()).isZero();
        assertThat(Use.now().descriptors()).isLessThanOrEqualTo(before.descriptors());
    }

    @SuppressWarnings({"try", "resource"}) // closed early
    private void closeFromAHandler() {
        try (var program = BpfProgram.load(SPEC, options())) {
            var reader = program.perfBuffer("events", MemorySegment.class);
            write(4);
            List<Long> seen = new ArrayList<>();
            var drained = reader.drain(record -> {
                program.close();
                seen.add(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            });
            assertThat(drained.reason()).isEqualTo(Reason.CLOSED);
            assertThat(seen).as("what is there after closing is not handed on").containsExactly(0L);
        }
    }

    @Test
    void mapWithPlacesForTooFewCpus_namesTheOption() {
        int last = Cpus.online().getLast();
        if (last == 0) {
            return; // the least that a map has is one place
        }
        try (var program = BpfProgram.load(SPEC, options().maxEntries("events", last))) {
            assertThatThrownBy(() -> program.perfBuffer("events", Event.class))
                    .isInstanceOf(MapAccessException.class)
                    .hasMessage("perf_events: map 'events': has places for " + last + " CPUs, but CPU " + last
                            + " runs too; leave max_entries out, or load it with LoadOptions.maxEntries(\"events\", "
                            + (last + 1) + ")");
        }
    }

    @Test
    void mapThatCannotBeWritten_isTold_andNothingIsLeft() throws IOException {
        try (var program = BpfProgram.load(SPEC, options())) {
            program.map("events").freeze();
            var before = Use.now();
            assertThatThrownBy(() -> program.perfBuffer("events", Event.class)).isInstanceOf(MapAccessException.class)
                    .hasMessageContaining("perf_events: map 'events': entering the perf event of CPU "
                            + Cpus.online().getFirst());
            assertThat(Use.now()).isEqualTo(before);
        }
    }

    @Test
    void export_handsOnAllRecords_andTellsWhatIsLost() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        List<RingSource> sources = new ArrayList<>();
        try (var program = BpfProgram.load(SPEC, options()).export(new Nowhere() {
            @Override
            public RecordSink ring(RingSource source) {
                sources.add(source);
                return (memory, offset) -> seen.add(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
            }
        })) {
            write(10);
            Await.until("ten records", () -> seen.size() == 10);
            assertThat(tries(program)).isEqualTo(new Tries(10, 0));
            assertThatThrownBy(() -> program.perfBuffer("events", Event.class))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("is exported");
        }
        assertThat(sources).extracting(source -> source.map().name()).containsExactlyInAnyOrder("events", "kinds");
        assertThat(sources).allSatisfy(source -> assertThat(source.statistics().get()).isEqualTo(new RingStatistics(
                source.map().name().equals("events") ? 10 : 0, 0, 0, 0, 0, OptionalLong.of(0))));
    }

    /** What a perf buffer takes of the system. */
    private record Use(long descriptors, long mappings) {
        static Use now() throws IOException {
            try (var files = Files.list(Path.of("/proc/self/fd")); var maps = Files.lines(Path.of("/proc/self/maps"))) {
                return new Use(files.count(), maps.filter(line -> line.contains("perf_event")).count());
            }
        }
    }

    @Test
    @Tag("stress")
    void closeWhilePolling_manyTimes_endsEachPollAndLeavesNothing() throws Exception {
        var ended = new AtomicInteger();
        var both = new CyclicBarrier(2);
        try (var program = BpfProgram.load(SPEC, options()); var poller = Executors.newSingleThreadExecutor()) {
            poller.submit(() -> {}).get();
            var before = Use.now();
            assertThat(before.mappings()).isZero();
            for (int i = 0; i < ROUNDS; i++) {
                var reader = program.perfBuffer("events", Event.class);
                if (i == 0) {
                    assertThat(Use.now().mappings()).as("one a CPU").isEqualTo(Cpus.online().size());
                }
                Future<?> polling = poller.submit(() -> {
                    both.await();
                    try {
                        while (true) {
                            reader.poll(_ -> {}, Duration.ofSeconds(30));
                        }
                    } catch (IllegalStateException closed) {
                        return ended.incrementAndGet();
                    }
                });
                both.await();
                if (i % 3 == 0) {
                    write(3);
                }
                reader.close();
                polling.get(20, TimeUnit.SECONDS);
            }
            assertThat(Use.now().mappings()).isZero();
            assertThat(Use.now().descriptors()).isLessThanOrEqualTo(before.descriptors() + 1);
            assertThat(ended).hasValue(ROUNDS);
        }
    }
}
