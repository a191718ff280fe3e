package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.Output;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TableCounterTest {
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final ExportOptions options = ExportOptions.defaults().withClock(clock);
    private final FakeTable table = new FakeTable("conns", Output.COUNTER, Shapes.u32(), Shapes.u64());

    private MicrometerExporter export(FakeTable exported, ExportOptions with) {
        MicrometerExporter exporter = MicrometerExporter.to(registry, with);
        exporter.table(exported.source());
        return exporter;
    }

    /** A new snapshot. */
    private void tick() {
        clock.add(Duration.ofSeconds(1));
        own("ebpf.map.entries");
    }

    private double own(String name) {
        Meter meter = registry.get(name).tag("program", "tcp").tag("map", "conns").meter();
        return meter.measure().iterator().next().getValue();
    }

    private double count(String key) {
        return registry.get("ebpf.conns").tag("key", key).functionCounter().count();
    }

    private boolean has(String key) {
        return registry.find("ebpf.conns").tag("key", key).functionCounter() != null;
    }

    @Test
    void rows_beforeExport_areThereAtOnce() {
        table.put(bytes(1), 5L);
        export(table, options);
        assertThat(count("1")).isEqualTo(5);
    }

    @Test
    void newRow_afterAnyMeterWasRead_hasASeries() {
        export(table, options);
        table.put(bytes(1), 5L).put(bytes(2), 7L);
        tick();
        assertThat(count("1")).isEqualTo(5);
        assertThat(count("2")).isEqualTo(7);
        assertThat(own("ebpf.map.entries")).isEqualTo(2);
        assertThat(own("ebpf.series.live")).isEqualTo(2);
    }

    @Test
    void value_belowPrevious_addsToWhatWasCounted() {
        table.put(bytes(1), 100L);
        export(table, options);
        table.put(bytes(1), 3L);
        tick();
        assertThat(count("1")).isEqualTo(103);
        table.put(bytes(1), 10L);
        tick();
        assertThat(count("1")).isEqualTo(110);
    }

    @Test
    void key_leftAndCameBackHigher_continuesFromWhatWasCounted() {
        table.put(bytes(1), 100L);
        export(table, options);
        table.remove(bytes(1));
        tick();
        assertThat(count("1")).isEqualTo(100);
        table.put(bytes(1), 150L);
        tick();
        assertThat(count("1")).isEqualTo(250);
    }

    @Test
    void row_absentTwiceAndLingered_leavesTheRegistry() {
        table.put(bytes(1), 1L).put(bytes(2), 2L);
        export(table, options.withLinger(Duration.ofSeconds(10)));
        table.remove(bytes(1));
        tick();
        clock.add(Duration.ofSeconds(9));
        own("ebpf.map.entries");
        assertThat(count("1")).isEqualTo(1);
        tick();
        assertThat(has("1")).isFalse();
        assertThat(count("2")).isEqualTo(2);
        assertThat(own("ebpf.series.live")).isEqualTo(1);
    }

    @Test
    void row_absentOnceHoweverLong_stays() {
        table.put(bytes(1), 1L);
        export(table, options.withLinger(Duration.ZERO));
        table.remove(bytes(1));
        tick();
        assertThat(has("1")).isTrue();
        tick();
        assertThat(has("1")).isFalse();
    }

    @Test
    void row_gone_makesRoomUnderTheCap() {
        table.put(bytes(1), 1L);
        export(table, options.withMaxSeries(1).withLinger(Duration.ZERO));
        table.remove(bytes(1));
        tick();
        tick();
        table.put(bytes(2), 2L);
        tick();
        assertThat(count("2")).isEqualTo(2);
        assertThat(own("ebpf.series.folded")).isZero();
    }

    @Test
    void rows_overTheCap_foldIntoOneAndTheTotalIsRight() {
        long seed = System.nanoTime();
        System.out.println("rows_overTheCap seed " + seed);
        Random random = new Random(seed);
        export(table, options.withMaxSeries(5));
        long expected = 0;
        long[] values = new long[40];
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 10; i++) {
                int key = random.nextInt(values.length);
                long more = random.nextInt(1000);
                boolean reset = random.nextInt(5) == 0 && more < values[key];
                expected += more;
                values[key] = reset ? more : values[key] + more;
                table.put(bytes(key), values[key]);
                tick();
            }
        }
        double sum = registry.get("ebpf.conns").functionCounters().stream().mapToDouble(FunctionCounter::count).sum();
        assertThat(sum).isEqualTo((double) expected);
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(6);
        assertThat(count(Labels.OVERFLOW)).isPositive();
        assertThat(own("ebpf.series.live")).isEqualTo(5);
        assertThat(own("ebpf.series.folded")).isEqualTo(own("ebpf.map.entries") - 5);
    }

    @Test
    void unsigned_above2To63_isPositive() {
        table.put(bytes(1), -1L);
        export(table, options);
        assertThat(count("1")).isEqualTo(0x1p64);
    }

    @Test
    void unsigned_growingOver2To63_isNoReset() {
        table.put(bytes(1), Long.MAX_VALUE);
        export(table, options);
        table.put(bytes(1), Long.MIN_VALUE + 4095);
        tick();
        assertThat(count("1")).isEqualTo(0x1p63 + 4096);
    }

    @Test
    void snapshot_beforeItIsPublished_isNotSeen() {
        TableCounter.Total total = new TableCounter.Total(List.of(),
                List.of(new Measure.Whole("", 0, (NumberDecoder) Shapes.u64().decoder())));
        total.add(0, 5);
        total.publish(1);
        assertThat(total.value(0, 0)).isZero();
        assertThat(total.value(0, 1)).isEqualTo(5);
        total.publish(2);
        total.add(0, 3);
        total.publish(3);
        assertThat(total.value(0, 2)).isEqualTo(5);
        assertThat(total.value(0, 3)).isEqualTo(8);
    }

    @Test
    void unsigned_above2To53_isRoundedOnce() {
        // Halfway between two doubles but for the last bit, which halving alone would lose.
        table.put(bytes(1), 0x8000_0000_0000_0401L);
        export(table, options);
        assertThat(count("1")).isEqualTo(new BigDecimal("9223372036854776833").doubleValue());
    }

    @Test
    void unsigned_growthBeyond2To53_isExactInItsDeltas() {
        table.put(bytes(1), (1L << 53) + 1);
        export(table, options);
        table.put(bytes(1), 1L);
        tick();
        assertThat(count("1")).isEqualTo((double) ((1L << 53) + 2));
    }

    @Test
    void signed_negative_countsAsNothing() {
        FakeTable signed = new FakeTable("conns", Output.COUNTER, Shapes.u32(), Shapes.s64()).put(bytes(1), -5L);
        export(signed, options);
        assertThat(count("1")).isZero();
        signed.put(bytes(1), 7L);
        tick();
        assertThat(count("1")).isEqualTo(7);
        signed.put(bytes(1), -1L);
        tick();
        assertThat(count("1")).isEqualTo(7);
    }

    @Test
    void rows_thatDifferInHiddenOrUnseenBytes_addUp() {
        Shape key = struct("key", 12, field("comm", 0, Shapes.chars(4)), field("__cpu", 4, Shapes.u32()),
                field("port", 8, Shapes.u16()));
        FakeTable hidden = new FakeTable("conns", Output.COUNTER, key, Shapes.u64());
        hidden.put(bytes("a\0xx", 1, 80), 10L).put(bytes("a\0yy", 2, 80), 20L);
        export(hidden, options);
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(1);
        assertThat(registry.get("ebpf.conns").tags("comm", "a", "port", "80").functionCounter().count()).isEqualTo(30);
        hidden.put(bytes("a\0xx", 1, 80), 4L);
        tick();
        assertThat(registry.get("ebpf.conns").functionCounter().count()).isEqualTo(34);
    }

    @Test
    void value_withSeveralNumbers_isAMetricAField() {
        Shape value = struct("io", 32, field("rx_bytes", 0, Shapes.u64()),
                field("tx", 8, struct("side", 8, field("n", 0, Shapes.u32()), field("__lock", 4, Shapes.u32()))),
                field("busy", 16, Shapes.duration()), field("comm", 24, Shapes.chars(8)));
        FakeTable io = new FakeTable("counter_io", Output.COUNTER, Shapes.u32(), value);
        io.put(bytes(1), 11L, 22, 33, 1_500_000_000L, "bash\0\0\0\0");
        export(io, options);
        assertThat(registry.get("ebpf.io.rx.bytes").tag("key", "1").functionCounter().count()).isEqualTo(11);
        assertThat(registry.get("ebpf.io.tx.n").functionCounter().count()).isEqualTo(22);
        FunctionCounter busy = registry.get("ebpf.io.busy").functionCounter();
        assertThat(busy.count()).isEqualTo(1.5);
        assertThat(busy.getId().getBaseUnit()).isEqualTo("seconds");
        assertThat(registry.getMeters()).extracting(m -> m.getId().getName()).noneMatch(n -> n.contains("comm"));
    }

    @Test
    void read_failing_keepsTheLastSnapshotAndIsCounted() {
        table.put(bytes(1), 5L);
        export(table, options);
        table.put(bytes(1), 9L).put(bytes(2), 1L);
        table.failure = new IllegalStateException("closed");
        tick();
        assertThat(count("1")).isEqualTo(5);
        assertThat(own("ebpf.map.entries")).isEqualTo(1);
        assertThat(own("ebpf.map.read.failures")).isEqualTo(1);
        table.failure = null;
        tick();
        assertThat(count("1")).isEqualTo(9);
        assertThat(count("2")).isEqualTo(1);
    }

    @Test
    void read_failingWithAnError_keepsTheLastSnapshotAndIsCounted() {
        table.put(bytes(1), 5L);
        export(table, options);
        table.put(bytes(1), 9L).put(bytes(2), 1L);
        table.failure = new InternalError("no memory for a batch");
        tick();
        assertThat(count("1")).isEqualTo(5);
        assertThat(own("ebpf.map.entries")).isEqualTo(1);
        assertThat(own("ebpf.map.read.failures")).isEqualTo(1);
        int reads = table.reads.get();
        assertThat(own("ebpf.series.live")).isEqualTo(2);
        assertThat(table.reads).hasValue(reads);
        table.failure = null;
        tick();
        assertThat(count("1")).isEqualTo(9);
        assertThat(count("2")).isEqualTo(1);
    }

    @Test
    void clock_failing_isCountedAndNothingEscapes() {
        AtomicBoolean broken = new AtomicBoolean();
        MockClock fragile = new MockClock() {
            @Override
            public long monotonicTime() {
                if (broken.get()) {
                    throw new StackOverflowError();
                }
                return super.monotonicTime();
            }
        };
        table.put(bytes(1), 5L);
        export(table, options.withClock(fragile));
        broken.set(true);
        assertThat(count("1")).isEqualTo(5);
        assertThat(own("ebpf.map.read.failures")).isEqualTo(2);
    }

    @Test
    void read_failing_isNotTriedAgainBeforeTheInterval() {
        export(table, options);
        table.failure = new IllegalStateException("closed");
        tick();
        int reads = table.reads.get();
        own("ebpf.map.entries");
        own("ebpf.series.live");
        assertThat(table.reads).hasValue(reads);
    }

    @Test
    void decoder_throwing_losesItsRowOnlyAndIsCounted() {
        Shape key = struct("key", 4, field("id", 0, Shapes.throwingAt(13)));
        FakeTable fragile = new FakeTable("conns", Output.COUNTER, key, Shapes.u64());
        fragile.put(bytes(12), 1L).put(bytes(13), 2L).put(bytes(14), 3L);
        export(fragile, options);
        tick();
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(2);
        assertThat(registry.get("ebpf.conns").tag("id", "14").functionCounter().count()).isEqualTo(3);
        assertThat(own("ebpf.map.decode.failures")).isEqualTo(1);
    }

    @Test
    void decoder_failingWithAnError_losesItsRowOnlyAndIsTriedAgain() {
        Shape key = struct("key", 4, field("id", 0, Shapes.failingAt(13)));
        FakeTable broken = new FakeTable("conns", Output.COUNTER, key, Shapes.u64());
        broken.put(bytes(12), 1L).put(bytes(13), 2L).put(bytes(14), 3L);
        export(broken, options);
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(2);
        assertThat(registry.get("ebpf.conns").tag("id", "14").functionCounter().count()).isEqualTo(3);
        assertThat(own("ebpf.map.decode.failures")).isEqualTo(1);
        assertThat(own("ebpf.map.read.failures")).isZero();
        tick();
        assertThat(own("ebpf.map.decode.failures")).isEqualTo(2);
    }

    @Test
    void meters_readWithinTheInterval_shareOneSnapshot() {
        table.put(bytes(1), 5L).put(bytes(2), 6L);
        export(table, options);
        int reads = table.reads.get();
        clock.add(Duration.ofMillis(499));
        count("1");
        assertThat(table.reads).hasValue(reads);
        clock.add(Duration.ofMillis(1));
        count("1");
        count("2");
        own("ebpf.map.entries");
        assertThat(table.reads).hasValue(reads + 1);
    }

    @Test
    void scrapes_concurrent_readTheMapOnce() throws Exception {
        table.put(bytes(1), 5L);
        export(table, options);
        table.put(bytes(1), 6L);
        int reads = table.reads.get();
        int threads = 8;
        CountDownLatch started = new CountDownLatch(threads);
        table.whileReading = () -> {
            try {
                started.await();
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        clock.add(Duration.ofSeconds(1));
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Double>> counts = pool.invokeAll(Collections.nCopies(threads, () -> {
                started.countDown();
                return count("1");
            }));
            for (Future<Double> count : counts) {
                assertThat(count.get()).isEqualTo(6);
            }
        }
        assertThat(table.reads).hasValue(reads + 1);
    }

    @Test
    void snapshotTime_isWhatTheReadingTook() {
        table.whileReading = () -> clock.add(Duration.ofMillis(40));
        export(table, options);
        assertThat(registry.get("ebpf.map.snapshot.time").timeGauge().value(TimeUnit.MILLISECONDS))
                .isEqualTo(40);
    }

    @Test
    void keyArray_isOneLabel() {
        FakeTable pairs = new FakeTable("conns", Output.COUNTER, Shapes.array(Shapes.u16(), 2), Shapes.u64());
        pairs.put(bytes((short) 1, (short) -1), 1L);
        export(pairs, options);
        assertThat(count("[1,65535]")).isEqualTo(1);
    }
}
