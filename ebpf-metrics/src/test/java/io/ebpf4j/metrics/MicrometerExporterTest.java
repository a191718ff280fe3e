package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.MapExporterProvider;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MicrometerExporterTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerExporter exporter = MicrometerExporter.to(registry);

    private void refuses(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(ObjectFileException.class).message().contains(parts);
        assertThat(registry.getMeters()).isEmpty();
    }

    private FakeTable table(Output output, Shape key, Shape value) {
        return new FakeTable("conns", output, key, value);
    }

    @Test
    void takes_isWhatThereAreBindersFor() {
        Set<MapType> tables = EnumSet.of(MapType.HASH, MapType.LRU_HASH);
        for (MapType type : MapType.values()) {
            for (Output output : Output.values()) {
                boolean expected = switch (output) {
                    case COUNTER ->
                        tables.contains(type) || type == MapType.RINGBUF || type == MapType.PERF_EVENT_ARRAY;
                    case GAUGE -> tables.contains(type);
                    case PRINT, HISTOGRAM, TIMER, SUMMARY -> false;
                };
                assertThat(exporter.takes(FakeTable.spec("m", type, output))).as(type + " " + output)
                        .isEqualTo(expected);
            }
            assertThat(exporter.takes(FakeTable.spec("m", type, null))).isFalse();
        }
    }

    @Test
    void mapThatIsNotTaken_isAnArgumentError() {
        FakeTable print = table(Output.PRINT, Shapes.u32(), Shapes.u64());
        assertThatThrownBy(() -> exporter.table(print.source())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conns").hasMessageContaining("print");
    }

    @Test
    void value_thatIsNoNumber_isAnErrorWithItsType() {
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), Shapes.chars(16)).source()), "program tcp",
                "map conns", "char[16]", "counter");
    }

    @Test
    void value_withNoNumberInIt_isAnErrorWithItsType() {
        Shape value = struct("names", 24, field("comm", 0, Shapes.chars(16)), field("__n", 16, Shapes.u64()));
        refuses(() -> exporter.table(table(Output.GAUGE, Shapes.u32(), value).source()), "struct names", "gauge");
    }

    @Test
    void value_arrayOfNumbers_isNoCounter() {
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), Shapes.array(Shapes.u64(), 4)).source()),
                "unsigned long long[4]");
    }

    @Test
    void counter_ofAFloat_isAnErrorWithItsField() {
        Shape value = struct("load", 16, field("n", 0, Shapes.u64()), field("avg", 8, Shapes.f64()));
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), value).source()), "field avg", "double");
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), Shapes.f64()).source()), "double");
    }

    @Test
    void labels_thatCollide_areAnErrorWithBothFields() {
        Shape key = struct("flow", 8, field("src_port", 0, Shapes.u32()),
                field("src", 4, struct("side", 4, field("port", 0, Shapes.u32()))));
        refuses(() -> exporter.table(table(Output.COUNTER, key, Shapes.u64()).source()), "src_port", "src.port",
                "struct flow");
        refuses(() -> new FakeRing(exporter, "tcp", "events", key), "map events", "src_port", "src.port");
    }

    @Test
    void fields_thatCollide_areAnErrorWithTheMetric() {
        Shape value = struct("io", 16, field("rx_n", 0, Shapes.u64()),
                field("rx", 8, struct("side", 8, field("n", 0, Shapes.u64()))));
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), value).source()), "rx.n",
                "ebpf.conns.rx.n", "struct io");
    }

    @Test
    void fields_thatPrometheusCallsTheSame_areAnErrorWithTheMetric() {
        Shape value = struct("io", 16, field("n", 0, Shapes.u64()), field("n_total", 8, Shapes.u64()));
        refuses(() -> exporter.table(table(Output.COUNTER, Shapes.u32(), value).source()), "field n_total",
                "ebpf_conns_n ");
        Shape times = struct("io", 16, field("wait_seconds", 0, Shapes.u64()), field("wait", 8, Shapes.duration()));
        refuses(() -> exporter.table(table(Output.GAUGE, Shapes.u32(), times).source()), "field wait",
                "ebpf_conns_wait_seconds");
    }

    @Test
    void metric_calledLikeOneOfOurs_isAnError() {
        FakeTable entries = new FakeTable("map_entries", Output.GAUGE, Shapes.u32(), Shapes.u64());
        refuses(() -> exporter.table(entries.source()), "map map_entries", "ebpf.map.entries");
        FakeTable records = new FakeTable("ring_records_total", Output.COUNTER, Shapes.u32(), Shapes.u64());
        refuses(() -> exporter.table(records.source()), "ebpf.ring.records.total", "ebpf.ring.records;");
        FakeTable backlog = new FakeTable("ring_backlog_bytes", Output.GAUGE, Shapes.u32(), Shapes.u64());
        refuses(() -> exporter.table(backlog.source()), "ebpf.ring.backlog.bytes", "ebpf.ring.backlog;");
        FakeTable time = new FakeTable("map_snapshot_time_seconds", Output.GAUGE, Shapes.u32(), Shapes.u64());
        refuses(() -> exporter.table(time.source()), "ebpf.map.snapshot.time;");
    }

    @Test
    void metrics_ofOneNameAndTwoTypes_areAnErrorWithBothMaps() {
        FakeTable gauge = new FakeTable("gauge_io", Output.GAUGE, Shapes.u32(), Shapes.u64());
        FakeTable counter = new FakeTable("counter_io", Output.COUNTER, Shapes.u32(), Shapes.u64());
        exporter.table(gauge.source());
        int meters = registry.getMeters().size();
        assertThatThrownBy(() -> exporter.table(counter.source())).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining("gauge_io").hasMessageContaining("counter_io").hasMessageContaining("ebpf.io");
        assertThat(registry.getMeters()).hasSize(meters);
    }

    @Test
    void metrics_thatPrometheusCallsTheSame_areAnErrorWithBothMaps() {
        new FakeRing(exporter, "tcp", "conn", Shapes.u32());
        clashes(new FakeTable("counter_conn_total", Output.COUNTER, Shapes.u32(), Shapes.u64()), "conn", "ebpf_conn");
        clashes(new FakeTable("gauge_conn", Output.GAUGE, Shapes.u32(), Shapes.u64()), "conn", "ebpf.conn");
        exporter.table(new FakeTable("busy", Output.COUNTER, Shapes.u32(), Shapes.duration()).source());
        clashes(new FakeTable("busy_seconds", Output.COUNTER, Shapes.u32(), Shapes.u64()), "busy",
                "ebpf_busy_seconds");
        clashes(new FakeTable("busy_seconds_total", Output.COUNTER, Shapes.u32(), Shapes.u64()), "busy",
                "ebpf_busy_seconds");
        exporter.table(new FakeTable("busy_total", Output.COUNTER, Shapes.u32(), Shapes.u64()).source());
        exporter.table(new FakeTable("lag_seconds", Output.GAUGE, Shapes.u32(), Shapes.u64()).source());
        clashes(new FakeTable("lag", Output.GAUGE, Shapes.u32(), Shapes.duration()), "lag_seconds",
                "ebpf_lag_seconds");
    }

    private void clashes(FakeTable table, String other, String name) {
        int meters = registry.getMeters().size();
        assertThatThrownBy(() -> exporter.table(table.source())).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining("map " + table.source().map().name() + ":")
                .hasMessageContaining("map " + other + " ").hasMessageContaining(name);
        assertThat(registry.getMeters()).hasSize(meters);
    }

    @Test
    void mapThatIsRefused_claimsNoName() {
        Shape value = struct("io", 16, field("n", 0, Shapes.u64()), field("conns", 8, Shapes.u64()));
        exporter.table(new FakeTable("x_conns_total", Output.COUNTER, Shapes.u32(), Shapes.u64()).source());
        clashes(new FakeTable("x", Output.COUNTER, Shapes.u32(), value), "x_conns_total", "ebpf_x_conns");
        exporter.table(new FakeTable("x_n_total", Output.COUNTER, Shapes.u32(), Shapes.u64()).source());
    }

    @Test
    void metrics_ofOneNameAndType_areBothExported() {
        new FakeRing(exporter, "tcp", "io", Shapes.u32()).emit(4);
        exporter.table(new FakeTable("counter_io", Output.COUNTER, Shapes.u32(), Shapes.u64()).put(bytes(1), 2L)
                .source());
        assertThat(registry.get("ebpf.io").tag("value", "4").functionCounter().count()).isEqualTo(1);
        assertThat(registry.get("ebpf.io").tag("key", "1").functionCounter().count()).isEqualTo(2);
    }

    @Test
    void provider_isFoundAndServesRegistriesOnly() {
        MapExporterProvider provider = ServiceLoader.load(MapExporterProvider.class).findFirst().orElseThrow();
        assertThat(provider.exporter(registry)).get().isInstanceOf(MicrometerExporter.class);
        assertThat(provider.exporter("a string")).isEmpty();
    }

    @Test
    void options_outOfRange_areRefused() {
        ExportOptions defaults = ExportOptions.defaults();
        assertThat(defaults.minRefresh()).isEqualTo(Duration.ofMillis(500));
        assertThat(defaults.maxSeries()).isEqualTo(2000);
        assertThat(defaults.linger()).isEqualTo(Duration.ofMinutes(1));
        assertThatThrownBy(() -> defaults.withMaxSeries(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> defaults.withLinger(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> defaults.withMinRefresh(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
