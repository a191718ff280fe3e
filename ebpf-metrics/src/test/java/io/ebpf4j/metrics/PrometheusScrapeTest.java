package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.bytes;
import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.ip;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.decode.Shape;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PrometheusScrapeTest {
    private final MockClock clock = new MockClock();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT,
            new PrometheusRegistry(), clock);
    private final List<String> failures = new ArrayList<>();
    private final ExportOptions options = ExportOptions.defaults().withClock(clock);
    private final MicrometerExporter exporter = MicrometerExporter.to(registry, options);

    PrometheusScrapeTest() {
        registry.config().onMeterRegistrationFailed((id, reason) -> failures.add(id + ": " + reason));
    }

    @Test
    void ringCounter_scrape_isAsDocumented() {
        Shape event = struct("event", 12, field("daddr", 0, Shapes.ipv4()), field("dport", 4, Shapes.u16()),
                field("comm", 6, Shapes.chars(6)));
        FakeRing ring = new FakeRing(exporter, "tcpconnect", "events", event);
        ring.statistics = () -> new RingStatistics(3, 2, 1, 0, 512);
        ring.emit(ip(127, 0, 0, 1), (short) 443, "curl\0\0");
        ring.emit(ip(127, 0, 0, 1), (short) 443, "curl\0\0");
        ring.emit(ip(10, 1, 2, 3), (short) -1, "a\"b\\c\n");
        assertThat(registry.scrape()).isEqualTo("""
                # HELP ebpf_events_total eBPF map events of tcpconnect
                # TYPE ebpf_events_total counter
                ebpf_events_total{comm="a\\"b\\\\c\\n",daddr="10.1.2.3",dport="65535"} 1.0
                ebpf_events_total{comm="curl",daddr="127.0.0.1",dport="443"} 2.0
                # HELP ebpf_ring_backlog_bytes Bytes written but not yet read
                # TYPE ebpf_ring_backlog_bytes gauge
                ebpf_ring_backlog_bytes{map="events",program="tcpconnect"} 512.0
                # HELP ebpf_ring_discarded_total Records that the program itself gave up
                # TYPE ebpf_ring_discarded_total counter
                ebpf_ring_discarded_total{map="events",program="tcpconnect"} 2.0
                # HELP ebpf_ring_failures_total Records that could not be handled
                # TYPE ebpf_ring_failures_total counter
                ebpf_ring_failures_total{map="events",program="tcpconnect"} 0.0
                # HELP ebpf_ring_records_total Records that were read
                # TYPE ebpf_ring_records_total counter
                ebpf_ring_records_total{map="events",program="tcpconnect"} 3.0
                # HELP ebpf_ring_short_total Records shorter than their type
                # TYPE ebpf_ring_short_total counter
                ebpf_ring_short_total{map="events",program="tcpconnect"} 1.0
                # HELP ebpf_series_dropped_total Rows left out, and series the registry refused
                # TYPE ebpf_series_dropped_total counter
                ebpf_series_dropped_total{map="events",program="tcpconnect"} 0.0
                # HELP ebpf_series_folded_total Rows or records counted under __overflow__
                # TYPE ebpf_series_folded_total counter
                ebpf_series_folded_total{map="events",program="tcpconnect"} 0.0
                # HELP ebpf_series_live Label sets that have a series
                # TYPE ebpf_series_live gauge
                ebpf_series_live{map="events",program="tcpconnect"} 2.0
                """);
        assertThat(failures).isEmpty();
    }

    @Test
    void tables_scrape_isAsDocumented() {
        Shape key = struct("flow", 12, field("addr", 0, struct("pair", 8, field("src", 0, Shapes.ipv4()),
                field("dst", 4, Shapes.ipv4()))), field("__pad", 8, Shapes.u32()));
        FakeTable conns = new FakeTable("tcpconnect", "conns", MapType.HASH, Output.COUNTER, key, Shapes.u64());
        conns.put(bytes(ip(127, 0, 0, 1), ip(192, 168, 0, 255), 7), 3L);
        exporter.table(conns.source());
        FakeTable lag = new FakeTable("runqlat", "gauge_max_lag", MapType.LRU_HASH, Output.GAUGE, Shapes.u32(),
                Shapes.duration());
        lag.put(bytes(0), 2_500_000L).put(bytes(1), 0L);
        exporter.table(lag.source());
        String text = registry.scrape();
        assertThat(lines(text, "ebpf_conns")).containsExactly("# HELP ebpf_conns_total eBPF map conns of tcpconnect",
                "# TYPE ebpf_conns_total counter",
                "ebpf_conns_total{addr_dst=\"192.168.0.255\",addr_src=\"127.0.0.1\"} 3.0");
        assertThat(lines(text, "ebpf_max_lag")).containsExactly(
                "# HELP ebpf_max_lag_seconds eBPF map gauge_max_lag of runqlat", "# TYPE ebpf_max_lag_seconds gauge",
                "ebpf_max_lag_seconds{key=\"0\"} 0.0025", "ebpf_max_lag_seconds{key=\"1\"} 0.0");
        assertThat(lines(text, "ebpf_map_")).containsExactly(
                "# HELP ebpf_map_decode_failures_total Rows that could not be decoded",
                "# TYPE ebpf_map_decode_failures_total counter",
                "ebpf_map_decode_failures_total{map=\"conns\",program=\"tcpconnect\"} 0.0",
                "ebpf_map_decode_failures_total{map=\"gauge_max_lag\",program=\"runqlat\"} 0.0",
                "# HELP ebpf_map_entries Rows in the map", "# TYPE ebpf_map_entries gauge",
                "ebpf_map_entries{map=\"conns\",program=\"tcpconnect\"} 1.0",
                "ebpf_map_entries{map=\"gauge_max_lag\",program=\"runqlat\"} 2.0",
                "# HELP ebpf_map_read_failures_total Readings of the map that failed",
                "# TYPE ebpf_map_read_failures_total counter",
                "ebpf_map_read_failures_total{map=\"conns\",program=\"tcpconnect\"} 0.0",
                "ebpf_map_read_failures_total{map=\"gauge_max_lag\",program=\"runqlat\"} 0.0",
                "# HELP ebpf_map_snapshot_time_seconds Time that the last reading of the map took",
                "# TYPE ebpf_map_snapshot_time_seconds gauge",
                "ebpf_map_snapshot_time_seconds{map=\"conns\",program=\"tcpconnect\"} 0.0",
                "ebpf_map_snapshot_time_seconds{map=\"gauge_max_lag\",program=\"runqlat\"} 0.0");
        assertThat(failures).isEmpty();
    }

    @Test
    void newRow_isInTheSecondScrapeAtTheLatest() {
        FakeTable conns = new FakeTable("conns", Output.COUNTER, Shapes.u32(), Shapes.u64());
        exporter.table(conns.source());
        conns.put(bytes(1), 3L);
        clock.add(Duration.ofSeconds(1));
        registry.scrape();
        assertThat(registry.scrape()).contains("ebpf_conns_total{key=\"1\"} 3.0");
    }

    @Test
    void names_thatTheFormatReserves_keepTheirValue() {
        for (String name : List.of("tcp_info", "page_bucket", "x_created", "y_total")) {
            FakeTable map = new FakeTable(name, Output.GAUGE, Shapes.u32(), Shapes.u64());
            exporter.table(map.put(bytes(1), 42L).source());
        }
        FakeTable map = new FakeTable("z_total", Output.COUNTER, Shapes.u32(), Shapes.u64());
        exporter.table(map.put(bytes(1), 42L).source());
        assertThat(registry.scrape()).contains("ebpf_tcp_info_value{key=\"1\"} 42.0",
                "ebpf_page_bucket_value{key=\"1\"} 42.0", "ebpf_x_created_value{key=\"1\"} 42.0",
                "ebpf_y_total_value{key=\"1\"} 42.0", "ebpf_z_total{key=\"1\"} 42.0");
        assertThat(failures).isEmpty();
    }

    @Test
    void tcpconnect_bothCountersAreShown() {
        new FakeRing(exporter, "tcpconnect", "tcpconnect_events", Shapes.u32()).emit(1);
        exporter.table(new FakeTable("tcpconnect_total", Output.COUNTER, Shapes.u32(), Shapes.u64())
                .put(bytes(1), 2L).source());
        assertThat(registry.scrape()).contains("ebpf_tcpconnect_events_total{value=\"1\"} 1.0",
                "ebpf_tcpconnect_total{key=\"1\"} 2.0");
        assertThat(failures).isEmpty();
    }

    @Test
    void metricThatAnotherProgramsHides_isCountedAndSaidOnce() {
        conn("a", "conn", Output.COUNTER, 3);
        String before = registry.scrape();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(MicrometerExporter.class);
        logger.addAppender(log);
        log.start();
        MicrometerExporter total = conn("b", "conn_total", Output.COUNTER, 3);
        MicrometerExporter gauge = conn("c", "gauge_conn", Output.GAUGE, 2);
        logger.detachAppender(log);
        assertThat(lines(registry.scrape(), "ebpf_series_dropped")).contains(
                "ebpf_series_dropped_total{map=\"conn\",program=\"a\"} 0.0",
                "ebpf_series_dropped_total{map=\"conn_total\",program=\"b\"} 3.0",
                "ebpf_series_dropped_total{map=\"gauge_conn\",program=\"c\"} 2.0");
        assertThat(lines(registry.scrape(), "ebpf_conn")).isEqualTo(lines(before, "ebpf_conn")).hasSize(5);
        assertThat(failures).isEmpty();
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).hasSize(2)
                .first().asString().contains("map conn_total of program b", "ebpf.conn.total", "ebpf_conn ");
        total.close();
        gauge.close();
        assertThat(registry.scrape()).isEqualTo(before);
    }

    @Test
    void nameThatAProgramLeft_isFree() {
        conn("a", "conn", Output.COUNTER, 2).close();
        conn("b", "conn_total", Output.COUNTER, 1);
        assertThat(lines(registry.scrape(), "ebpf_conn")).contains("ebpf_conn_total{key=\"0\"} 7.0");
    }

    @Test
    void nameThatAFilterDenies_hidesNothing() {
        registry.config().meterFilter(MeterFilter.deny(id -> id.getName().equals("ebpf.conn")));
        conn("a", "conn", Output.COUNTER, 1);
        conn("b", "conn_total", Output.COUNTER, 1);
        assertThat(lines(registry.scrape(), "ebpf_conn")).contains("ebpf_conn_total{key=\"0\"} 7.0");
    }

    @Test
    void exportThatFailed_leavesTheOneBeforeItUntouched() {
        exporter.table(new FakeTable("a", "conns", MapType.HASH, Output.COUNTER, Shapes.u32(), Shapes.u64())
                .put(bytes(1), 5L).source());
        new FakeRing(exporter, "a", "events", Shapes.u32()).emit(1);
        String before = registry.scrape();
        MicrometerExporter failed = conn("a", "conn", Output.COUNTER, 1);
        FakeTable refused = new FakeTable("a", "conn_total", MapType.HASH, Output.COUNTER, Shapes.u32(),
                Shapes.u64());
        assertThatThrownBy(() -> failed.table(refused.source())).isInstanceOf(ObjectFileException.class);
        failed.close();
        MicrometerExporter.to(registry, options).close();
        assertThat(registry.scrape()).isEqualTo(before);
    }

    /** {@return an exporter of a map that has some rows, all of which say 7} */
    private MicrometerExporter conn(String program, String name, Output output, int rows) {
        FakeTable table = new FakeTable(program, name, MapType.HASH, output, Shapes.u32(), Shapes.u64());
        for (int i = 0; i < rows; i++) {
            table.put(bytes(i), 7L);
        }
        MicrometerExporter conn = MicrometerExporter.to(registry, options);
        conn.table(table.source());
        return conn;
    }

    @Test
    void close_leavesAnEmptyScrape() {
        FakeTable conns = new FakeTable("conns", Output.COUNTER, Shapes.u32(), Shapes.u64());
        exporter.table(conns.put(bytes(1), 1L).source());
        new FakeRing(exporter, "tcp", "events", Shapes.u32()).emit(1);
        exporter.close();
        assertThat(registry.scrape()).isEmpty();
    }

    private static List<String> lines(String scrape, String name) {
        return scrape.lines().filter(line -> line.startsWith(name) || line.startsWith("# HELP " + name)
                || line.startsWith("# TYPE " + name)).toList();
    }
}
