package io.ebpf4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From kernel events to meters: objects of stock clang, unchanged, and the one line of the service. */
@Live
class AutoExportLiveTest {
    private static final int EVENTS = 1_000;
    private static final int BURST = 50;
    private static final Pair PAIR = new Pair("127.0.0.1", "10.1.2.3");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    record Pair(String saddr, String daddr) {}

    @ParameterizedTest
    @ValueSource(strings = {"clang14-el", "clang19-el"})
    void ringAndHash_countTheSameEvents(String folder) {
        var registry = new SimpleMeterRegistry();
        try (var program = BpfProgram.load(Fixtures.path(folder, "maps_counter")).autoExport(registry)) {
            // The whole machine's threads take names, and the ring of this object holds 256 records: some may be lost.
            waitFor(() -> {
                for (int i = 0; i < BURST; i++) {
                    Events.rename();
                }
                return count(registry, "ebpf.seen") >= EVENTS;
            });
            var totals = program.hashMap("totals", Pair.class, Long.class);
            double seen = count(registry, "ebpf.seen");
            long before = totals.get(PAIR).orElseThrow();
            waitFor(() -> count(registry, "ebpf.totals") >= before);
            double counted = count(registry, "ebpf.totals");
            assertThat(counted).isBetween((double) before, (double) totals.get(PAIR).orElseThrow());
            assertThat(seen).isLessThanOrEqualTo(counted);
            waitFor(() -> registry.get("ebpf.ring.records").tags("program", "maps_counter", "map", "seen")
                    .functionCounter().count() == count(registry, "ebpf.seen"));
            assertThat(program.attached()).hasSize(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    /** One perf buffer is counted, the other printed, and of both is told what became of their records. */
    @Test
    void perfBuffers_areCountedAndPrinted() {
        int asked = ThreadLocalRandom.current().nextInt(1 << 24, Integer.MAX_VALUE);
        var options = LoadOptions.defaults().global("asked_for", asked).global("with_kinds", 1);
        var registry = new SimpleMeterRegistry();
        try (var program = BpfProgram.load(Fixtures.path("live", "perf_events"), options).autoExport(registry)) {
            for (int i = 0; i < BURST; i++) {
                Calls.getpgid(asked);
            }
            for (String map : List.of("kinds", "events")) {
                waitFor(() -> own(registry, "ebpf.ring.records", map) == BURST);
                assertThat(own(registry, "ebpf.ring.lost", map)).isZero();
            }
            assertThat(registry.find("ebpf.kinds").functionCounters())
                    .extracting(counter -> counter.getId().getTag("odd"))
                    .isSubsetOf("0", "1").isNotEmpty();
            assertThat(
                    registry.find("ebpf.kinds").functionCounters().stream().mapToDouble(FunctionCounter::count).sum())
                    .isEqualTo(BURST);
            assertThat(registry.find("ebpf.events").meters()).as("printed, not counted").isEmpty();
            assertThat(program.attached()).hasSize(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    private static double own(MeterRegistry registry, String name, String map) {
        return registry.get(name).tags("program", "perf_events", "map", map).functionCounter().count();
    }

    @Test
    void meters_readWhileProgramsComeAndGo_neverFail() throws InterruptedException {
        // Not a Prometheus registry: its scrape fails by itself when a meter is removed and added again under it.
        var registry = new SimpleMeterRegistry();
        var scraper = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                registry.forEachMeter(meter -> meter.measure()
                        .forEach(measurement -> assertThat(measurement.getValue()).isNotNaN().isNotNegative()));
            }
        });
        var failures = new ConcurrentLinkedQueue<Throwable>();
        scraper.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        scraper.start();
        for (int i = 0; i < 100; i++) {
            try (var program = BpfProgram.load(Fixtures.path("maps_counter")).autoExport(registry)) {
                Events.rename();
                assertThat(program.attached()).hasSize(1);
            }
        }
        scraper.interrupt();
        scraper.join();
        assertThat(failures).isEmpty();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void outputThatThisVersionCannotExport_closesTheProgramAndIsNamed() {
        var registry = new SimpleMeterRegistry();
        var program = BpfProgram.load(Fixtures.path("inner_maps"));
        assertThatThrownBy(() -> program.autoExport(registry)).isInstanceOf(ObjectFileException.class).hasMessage(
                "inner_maps: map 'inner_counted': output counter of a ARRAY cannot be exported by this version");
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
        assertThat(registry.getMeters()).isEmpty();
    }

    private static double count(MeterRegistry registry, String name) {
        // Rows are looked at when a meter of their map is read, and this one always is there.
        registry.find("ebpf.map.entries").gauges().forEach(Gauge::value);
        var counter = registry.find(name).tags("saddr", "127.0.0.1", "daddr", "10.1.2.3").functionCounter();
        return counter == null ? 0 : counter.count();
    }

    private static void waitFor(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still not so after %s", PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
