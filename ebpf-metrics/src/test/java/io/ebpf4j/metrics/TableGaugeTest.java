package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.decode.Shape;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TableGaugeTest {
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final ExportOptions options = ExportOptions.defaults().withClock(clock);
    private final FakeTable table = new FakeTable("tcp", "depth", MapType.LRU_HASH, Output.GAUGE, Shapes.u32(),
            Shapes.s64());

    private void export(FakeTable exported, ExportOptions with) {
        MicrometerExporter.to(registry, with).table(exported.source());
    }

    private void tick() {
        clock.add(Duration.ofSeconds(1));
        registry.get("ebpf.map.entries").gauge().value();
    }

    private double level(String key) {
        return registry.get("ebpf.depth").tag("key", key).gauge().value();
    }

    @Test
    void value_goesUpAndDownAndBelowZero() {
        table.put(bytes(1), 5L);
        export(table, options);
        assertThat(level("1")).isEqualTo(5);
        table.put(bytes(1), -3L);
        tick();
        assertThat(level("1")).isEqualTo(-3);
    }

    @Test
    void row_gone_keepsItsLastValueThenLeaves() {
        table.put(bytes(1), 5L);
        export(table, options.withLinger(Duration.ofSeconds(2)));
        table.remove(bytes(1));
        tick();
        tick();
        assertThat(level("1")).isEqualTo(5);
        tick();
        assertThat(registry.find("ebpf.depth").gauge()).isNull();
    }

    @Test
    void rows_overTheCap_areLeftOutAndCountedUntilThereIsRoom() {
        table.put(bytes(1), 1L).put(bytes(2), 2L).put(bytes(3), 3L);
        export(table, options.withMaxSeries(2).withLinger(Duration.ZERO));
        tick();
        assertThat(registry.get("ebpf.depth").gauges()).hasSize(2);
        assertThat(registry.find("ebpf.depth").tag("key", Labels.OVERFLOW).gauge()).isNull();
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(1);
        table.remove(bytes(1));
        tick();
        tick();
        tick();
        assertThat(level("3")).isEqualTo(3);
        assertThat(registry.get("ebpf.series.dropped").functionCounter().count()).isEqualTo(1);
    }

    @Test
    void duration_isATimeGauge() {
        FakeTable times = new FakeTable("depth", Output.GAUGE, Shapes.u32(), Shapes.duration());
        times.put(bytes(1), 1_500_000_000L);
        export(times, options);
        TimeGauge gauge = registry.get("ebpf.depth").timeGauge();
        assertThat(gauge.value(TimeUnit.MILLISECONDS)).isEqualTo(1500);
    }

    @Test
    void rows_withTheSameLabels_addUpInEachSnapshotAnew() {
        Shape key = struct("key", 8, field("dev", 0, Shapes.u32()), field("__cpu", 4, Shapes.u32()));
        FakeTable perCpu = new FakeTable("depth", Output.GAUGE, key, Shapes.s64());
        perCpu.put(bytes(1, 0), 10L).put(bytes(1, 1), 20L);
        export(perCpu, options);
        tick();
        assertThat(registry.get("ebpf.depth").tag("dev", "1").gauge().value()).isEqualTo(30);
        perCpu.remove(bytes(1, 0));
        tick();
        assertThat(registry.get("ebpf.depth").tag("dev", "1").gauge().value()).isEqualTo(20);
    }

    @Test
    void floats_areGauges() {
        FakeTable loads = new FakeTable("depth", Output.GAUGE, Shapes.u32(), Shapes.f64()).put(bytes(1), 0.25);
        export(loads, options);
        assertThat(level("1")).isEqualTo(0.25);
    }

    @Test
    void valueDecoder_throwing_keepsTheLastValue() {
        FakeTable fragile = new FakeTable("depth", Output.GAUGE, Shapes.u32(), Shapes.throwingAt(13));
        fragile.put(bytes(1), 12);
        export(fragile, options.withLinger(Duration.ZERO));
        fragile.put(bytes(1), 13);
        tick();
        tick();
        tick();
        assertThat(level("1")).isEqualTo(12);
        assertThat(registry.get("ebpf.map.decode.failures").functionCounter().count()).isEqualTo(3);
        fragile.put(bytes(1), 14);
        tick();
        assertThat(level("1")).isEqualTo(14);
    }
}
