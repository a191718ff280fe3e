package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.decode.Shape;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OwnershipTest {
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final ExportOptions options = ExportOptions.defaults().withClock(clock);

    private MicrometerExporter exporter() {
        return MicrometerExporter.to(registry, options);
    }

    private static FakeTable table(String program, Output output) {
        return new FakeTable(program, "conns", MapType.HASH, output, Shapes.u32(), Shapes.u64());
    }

    private double count() {
        return registry.get("ebpf.conns").tag("key", "1").functionCounter().count();
    }

    @Test
    void close_removesItsMetersAndNothingElse() {
        Counter foreign = registry.counter("ebpf.conns", "key", "99");
        Gauge other = Gauge.builder("ebpf.map.entries", () -> 7).register(registry);
        MicrometerExporter exporter = exporter();
        exporter.table(table("tcp", Output.COUNTER).put(bytes(1), 1L).source());
        new FakeRing(exporter, "tcp", "events", Shapes.u32()).emit(1);
        assertThat(registry.getMeters()).hasSizeGreaterThan(10);
        exporter.close();
        assertThat(registry.getMeters()).containsExactlyInAnyOrder(foreign, other);
        exporter.close();
        assertThat(registry.getMeters()).hasSize(2);
    }

    @Test
    void foreignMeter_ofTheSameNameAndTags_isLeftAloneAndCounted() {
        FunctionCounter foreign = FunctionCounter.builder("ebpf.conns", this, _ -> 77).tag("key", "1")
                .register(registry);
        Counter pushed = registry.counter("ebpf.conns", "key", "2");
        MicrometerExporter exporter = exporter();
        exporter.table(table("tcp", Output.COUNTER).put(bytes(1), 1L).put(bytes(2), 2L).put(bytes(3), 3L).source());
        assertThat(count()).isEqualTo(77);
        assertThat(registry.get("ebpf.conns").tag("key", "3").functionCounter().count()).isEqualTo(3);
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(2);
        exporter.close();
        assertThat(registry.getMeters()).containsExactlyInAnyOrder(foreign, pushed);
    }

    @Test
    void meterThatReplacedOurs_isNotRemoved() {
        MicrometerExporter exporter = exporter();
        exporter.table(table("tcp", Output.COUNTER).put(bytes(1), 1L).source());
        registry.remove(registry.get("ebpf.conns").functionCounter());
        Counter theirs = registry.counter("ebpf.conns", "key", "1");
        exporter.close();
        assertThat(registry.getMeters()).containsExactly(theirs);
    }

    @Test
    void counters_ofTwoPrograms_addUpAndNeverFall() {
        MicrometerExporter first = exporter();
        MicrometerExporter second = exporter();
        first.table(table("a", Output.COUNTER).put(bytes(1), 10L).source());
        second.table(table("b", Output.COUNTER).put(bytes(1), 5L).source());
        assertThat(count()).isEqualTo(15);
        first.close();
        assertThat(count()).isEqualTo(15);
        assertThat(registry.find("ebpf.map.entries").tag("program", "a").gauge()).isNull();
        assertThat(registry.find("ebpf.map.entries").tag("program", "b").gauge()).isNotNull();
        second.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void gauges_ofTwoPrograms_showTheLastOne() {
        MicrometerExporter first = exporter();
        MicrometerExporter second = exporter();
        first.table(table("a", Output.GAUGE).put(bytes(1), 10L).source());
        second.table(table("b", Output.GAUGE).put(bytes(1), 5L).source());
        Gauge gauge = registry.get("ebpf.conns").gauge();
        assertThat(gauge.value()).isEqualTo(5);
        second.close();
        assertThat(gauge.value()).isEqualTo(10);
        first.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void sameProgramTwice_bothDiscoverTheirRows() {
        FakeTable one = table("a", Output.COUNTER);
        FakeTable two = table("a", Output.COUNTER);
        MicrometerExporter first = exporter();
        MicrometerExporter second = exporter();
        first.table(one.source());
        second.table(two.source());
        one.put(bytes(1), 3L);
        two.put(bytes(1), 4L);
        clock.add(Duration.ofSeconds(1));
        registry.get("ebpf.map.entries").gauge().value();
        assertThat(count()).isEqualTo(7);
        second.close();
        assertThat(registry.get("ebpf.map.entries").gauge().value()).isEqualTo(1);
    }

    @Test
    void filter_thatIgnoresALabel_makesTheSeriesOneSum() {
        registry.config().meterFilter(MeterFilter.ignoreTags("key"));
        MicrometerExporter exporter = exporter();
        exporter.table(table("a", Output.COUNTER).put(bytes(1), 3L).put(bytes(2), 4L).source());
        assertThat(registry.get("ebpf.conns").functionCounter().count()).isEqualTo(7);
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void filter_thatDenies_isNoFailure() {
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("ebpf.conns"));
        MicrometerExporter exporter = exporter();
        exporter.table(table("a", Output.COUNTER).put(bytes(1), 3L).source());
        assertThat(registry.find("ebpf.conns").meters()).isEmpty();
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isZero();
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void filter_thatRenames_isUndoneByClose() {
        registry.config().commonTags("host", "h");
        MicrometerExporter exporter = exporter();
        exporter.table(table("a", Output.COUNTER).put(bytes(1), 3L).source());
        assertThat(registry.get("ebpf.conns").tags("host", "h", "key", "1").functionCounter().count()).isEqualTo(3);
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void registryThatRefuses_isCountedAndNothingEscapes() {
        registry.config().onMeterAdded(meter -> {
            if (meter.getId().getName().equals("ebpf.conns")) {
                throw new IllegalStateException("no more room");
            }
        });
        exporter().table(table("a", Output.COUNTER).put(bytes(1), 3L).source());
        assertThat(registry.find("ebpf.conns").meters()).isEmpty();
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(1);
    }

    @Test
    void registryThatFails_isCountedAndNothingEscapes() {
        registry.config().onMeterAdded(meter -> {
            if (meter.getId().getName().equals("ebpf.conns")) {
                throw new AssertionError("no more room");
            }
        });
        exporter().table(table("a", Output.COUNTER).put(bytes(1), 3L).put(bytes(2), 3L).source());
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(2);
    }

    @Test
    void listener_thatThrowsAtRemovals_keepsNoMeterInTheRegistry() {
        FakeTable table = table("a", Output.COUNTER).put(bytes(1), 3L).put(bytes(2), 4L);
        MicrometerExporter exporter = MicrometerExporter.to(registry, options.withLinger(Duration.ZERO));
        exporter.table(table.source());
        registry.config().onMeterRemoved(_ -> {
            throw new IllegalStateException("cannot let go");
        });
        table.remove(bytes(1));
        for (int i = 0; i < 2; i++) {
            clock.add(Duration.ofSeconds(1));
            registry.get("ebpf.map.entries").gauge().value();
        }
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(1);
        assertThat(registry.get("ebpf.map.read.failures").functionCounter().count()).isZero();
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void gauge_readWhileItComesOrGoes_hasItsValue() {
        List<Double> seen = new ArrayList<>();
        Consumer<Meter> read = meter -> {
            if (meter.getId().getName().equals("ebpf.conns")) {
                meter.measure().forEach(measurement -> seen.add(measurement.getValue()));
            }
        };
        registry.config().onMeterAdded(read).onMeterRemoved(read);
        MicrometerExporter exporter = exporter();
        exporter.table(table("a", Output.GAUGE).put(bytes(1), 5L).source());
        exporter.close();
        assertThat(seen).containsExactly(5.0, 5.0);
    }

    @Test
    void log_thatThrows_stopsNoRegistration() {
        AppenderBase<ILoggingEvent> broken = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                throw new AssertionError("disk full");
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger(MicrometerExporter.class);
        Counter foreign = registry.counter("ebpf.conns.rx", "key", "1");
        Shape value = Shapes.struct("io", 16, Shapes.field("rx", 0, Shapes.u64()), Shapes.field("tx", 8, Shapes.u64()));
        FakeTable table = new FakeTable("conns", Output.COUNTER, Shapes.u32(), value).put(bytes(1), 3L, 4L);
        broken.start();
        logger.addAppender(broken);
        try {
            exporter().table(table.source());
        } finally {
            logger.detachAppender(broken);
        }
        assertThat(registry.get("ebpf.conns.tx").functionCounter().count()).isEqualTo(4);
        assertThat(registry.get("ebpf.conns.rx").counter()).isSameAs(foreign);
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(1);
    }

    @Test
    void listener_thatReadsMeters_neitherHangsNorRecurses() {
        MicrometerExporter exporter = exporter();
        // After ours, so that it reads in the middle of our registration.
        registry.config()
                .onMeterAdded(_ -> registry.forEachMeter(meter -> meter.measure().forEach(Measurement::getValue)));
        FakeTable table = table("a", Output.COUNTER);
        exporter.table(table.put(bytes(1), 3L).put(bytes(2), 4L).source());
        clock.add(Duration.ofSeconds(1));
        assertThat(count()).isEqualTo(3);
        assertThat(registry.get("ebpf.conns").functionCounters()).hasSize(2);
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isZero();
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void afterClose_nothingIsRegistered() {
        FakeTable table = table("a", Output.COUNTER);
        MicrometerExporter exporter = exporter();
        exporter.table(table.put(bytes(1), 3L).source());
        FakeRing ring = new FakeRing(exporter, "a", "events", Shapes.u32());
        FunctionCounter kept = registry.get("ebpf.conns").functionCounter();
        exporter.close();
        table.put(bytes(2), 1L);
        ring.emit(5);
        clock.add(Duration.ofSeconds(1));
        assertThat(kept.count()).isEqualTo(3);
        assertThat(registry.getMeters()).isEmpty();
        assertThatThrownBy(() -> exporter.table(table.source())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new FakeRing(exporter, "a", "events", Shapes.u32()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeWhileReading_registersNothingAfterwards() {
        FakeTable table = table("a", Output.COUNTER);
        MicrometerExporter exporter = exporter();
        exporter.table(table.source());
        table.put(bytes(1), 1L);
        table.whileReading = exporter::close;
        clock.add(Duration.ofSeconds(1));
        registry.get("ebpf.map.entries").gauge().value();
        assertThat(table.reads).hasValue(2);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void state_isHeldByTheRegistryAlone() throws Exception {
        FakeTable table = table("a", Output.COUNTER).put(bytes(1), 1L);
        exporter().table(table.source());
        WeakReference<Object> probe = new WeakReference<>(new Object());
        while (probe.get() != null) {
            System.gc();
            Thread.sleep(1);
        }
        table.put(bytes(1), 8L);
        clock.add(Duration.ofSeconds(1));
        assertThat(count()).isEqualTo(8);
        assertThat(registry.get("ebpf.map.entries").gauge().value()).isEqualTo(1);
        assertThat(registry.get("ebpf.map.snapshot.time").gauge().value()).isNotNaN();
    }

    @Test
    void registry_forgottenWithItsExporter_isCollected() throws Exception {
        SimpleMeterRegistry forgotten = new SimpleMeterRegistry();
        MicrometerExporter.to(forgotten).table(table("a", Output.COUNTER).put(bytes(1), 1L).source());
        WeakReference<SimpleMeterRegistry> reference = new WeakReference<>(forgotten);
        forgotten = null;
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (reference.get() != null && System.nanoTime() < deadline) {
            System.gc();
            Thread.sleep(1);
        }
        assertThat(reference.get()).isNull();
    }
}
