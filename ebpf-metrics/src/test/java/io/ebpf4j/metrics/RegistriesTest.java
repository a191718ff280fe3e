package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.Output;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RegistriesTest {
    private final MockClock clock = new MockClock();
    private final ExportOptions options = ExportOptions.defaults().withClock(clock).withMinRefresh(Duration.ZERO);
    private final FakeTable table = new FakeTable("conns", Output.COUNTER, Shapes.u32(), Shapes.u64());

    @Test
    void composite_withALateChild_losesNothing() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        MicrometerExporter exporter = MicrometerExporter.to(composite, options);
        exporter.table(table.put(bytes(1), 5L).source());
        FakeRing ring = new FakeRing(exporter, "tcp", "events", Shapes.u32());
        for (int i = 0; i < 10; i++) {
            ring.emit(1);
        }
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SimpleMeterRegistry simple = new SimpleMeterRegistry();
        composite.add(prometheus).add(simple);
        table.put(bytes(2), 7L);
        prometheus.scrape();
        assertThat(prometheus.scrape()).contains("ebpf_conns_total{key=\"1\"} 5.0", "ebpf_conns_total{key=\"2\"} 7.0",
                "ebpf_events_total{value=\"1\"} 10.0");
        assertThat(simple.get("ebpf.conns").tag("key", "2").functionCounter().count()).isEqualTo(7);
        exporter.close();
        assertThat(prometheus.scrape()).isEmpty();
        assertThat(simple.getMeters()).isEmpty();
        assertThat(composite.getMeters()).isEmpty();
    }

    @Test
    void step_overAReset_hasNoNegativeStep() {
        SimpleMeterRegistry step = new SimpleMeterRegistry(new SimpleConfig() {
            @Override
            public String get(String key) {
                return null;
            }

            @Override
            public CountingMode mode() {
                return CountingMode.STEP;
            }

            @Override
            public Duration step() {
                return Duration.ofMinutes(1);
            }
        }, clock);
        MicrometerExporter.to(step, options).table(table.put(bytes(1), 100L).source());
        assertThat(step(step)).isEqualTo(100);
        table.put(bytes(1), 3L);
        assertThat(step(step)).isEqualTo(3);
        assertThat(step(step)).isZero();
        table.put(bytes(1), 13L);
        assertThat(step(step)).isEqualTo(10);
    }

    private double step(SimpleMeterRegistry registry) {
        registry.get("ebpf.conns").functionCounter().count();
        clock.add(Duration.ofMinutes(1));
        return registry.get("ebpf.conns").functionCounter().count();
    }

    @Test
    void closedRegistry_isNoFailure() {
        SimpleMeterRegistry closed = new SimpleMeterRegistry();
        closed.close();
        MicrometerExporter exporter = MicrometerExporter.to(closed, options);
        exporter.table(table.put(bytes(1), 100L).source());
        new FakeRing(exporter, "tcp", "events", Shapes.u32()).emit(1);
        exporter.close();
        assertThat(closed.getMeters()).isEmpty();
    }

    @Test
    void timeGauge_inAComposite_hasTheChildsUnit() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        FakeTable lag = new FakeTable("lag", Output.GAUGE, Shapes.u32(), Shapes.duration());
        MicrometerExporter.to(composite, options).table(lag.put(bytes(1), 1_500_000_000L).source());
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        composite.add(prometheus);
        assertThat(prometheus.scrape()).contains("ebpf_lag_seconds{key=\"1\"} 1.5");
        assertThat(composite.get("ebpf.lag").timeGauge().value(TimeUnit.MILLISECONDS)).isEqualTo(1500);
    }
}
