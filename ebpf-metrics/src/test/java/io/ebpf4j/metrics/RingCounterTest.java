package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.ip;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class RingCounterTest {
    /** {@code struct event {u8 family; ipv4_addr daddr; u32 __stamp; struct {u16 port; char name[2];} peer;}} */
    private static final Shape EVENT = struct("event", 16, field("family", 0, Shapes.u8()),
            field("daddr", 4, Shapes.ipv4()), field("__stamp", 8, Shapes.u32()),
            field("peer", 12, struct("peer", 4, field("port", 0, Shapes.u16()), field("name", 2, Shapes.chars(2)))));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private FakeRing ring(ExportOptions options, Shape record) {
        return new FakeRing(MicrometerExporter.to(registry, options), "tcp", "counter_events", record);
    }

    private double count(String... tags) {
        return registry.get("ebpf.events").tags(tags).functionCounter().count();
    }

    @Test
    void records_countUnderAllTheirVisibleFields() {
        FakeRing ring = ring(ExportOptions.defaults(), EVENT);
        byte two = 2;
        for (int i = 0; i < 3; i++) {
            ring.emit(two, new byte[3], ip(127, 0, 0, 1), i, (short) 80, "a\0");
        }
        ring.emit(two, new byte[3], ip(10, 0, 0, 255), 0, (short) -1, "bc");
        assertThat(count("family", "2", "daddr", "127.0.0.1", "peer.port", "80", "peer.name", "a")).isEqualTo(3);
        assertThat(count("family", "2", "daddr", "10.0.0.255", "peer.port", "65535", "peer.name", "bc")).isEqualTo(1);
        assertThat(registry.get("ebpf.events").functionCounters()).hasSize(2);
    }

    @Test
    void records_thatDifferInPaddingHiddenOrUnseenBytes_shareASeries() {
        FakeRing ring = ring(ExportOptions.defaults(), EVENT);
        byte two = 2;
        ring.emit(two, new byte[]{1, 2, 3}, ip(1, 2, 3, 4), 7, (short) 80, "\0x");
        ring.emit(two, new byte[]{4, 5, 6}, ip(1, 2, 3, 4), 8, (short) 80, "\0y");
        assertThat(registry.get("ebpf.events").functionCounters()).hasSize(1);
        assertThat(count("peer.name", "")).isEqualTo(2);
    }

    @Test
    void records_overTheCap_foldIntoOneAndTheTotalIsRight() {
        FakeRing ring = ring(ExportOptions.defaults().withMaxSeries(3), Shapes.u32());
        // Far more patterns than the cache holds, each twice.
        for (int i = 0; i < 200; i++) {
            ring.emit(i % 100);
        }
        assertThat(registry.get("ebpf.events").functionCounters()).hasSize(4);
        assertThat(registry.get("ebpf.events").functionCounters().stream().mapToDouble(FunctionCounter::count).sum())
                .isEqualTo(200);
        assertThat(count("value", "2")).isEqualTo(2);
        assertThat(count("value", Labels.OVERFLOW)).isEqualTo(194);
        assertThat(registry.get("ebpf.series.folded").functionCounter().count()).isEqualTo(194);
        assertThat(registry.get("ebpf.series.live").gauge().value()).isEqualTo(3);
    }

    @Test
    void patterns_remembered_areBounded() {
        RingCounter counter = (RingCounter) MicrometerExporter.to(registry, ExportOptions.defaults().withMaxSeries(5))
                .ring(new RingSource("tcp", FakeTable.spec("events", MapType.RINGBUF, Output.COUNTER), Shapes.u32(),
                        () -> new RingStatistics(0, 0, 0, 0, 0)));
        for (int i = 0; i < 1000; i++) {
            counter.accept(FakeTable.shifted(Shapes.bytes(i), 0), 0);
            assertThat(counter.patterns()).isBetween(1, 20);
        }
    }

    @Test
    void record_seenBefore_allocatesNothing() {
        RecordSink sink = MicrometerExporter.to(registry).ring(new RingSource("tcp",
                FakeTable.spec("events", MapType.RINGBUF, Output.COUNTER), EVENT,
                () -> new RingStatistics(0, 0, 0, 0, 0)));
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(64);
            for (int i = 0; i < 20_000; i++) {
                sink.accept(record, 8);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                sink.accept(record, 8);
            }
            // The measuring itself may allocate a little; one object a record would be 160,000 bytes.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16_000);
        }
        assertThat(registry.get("ebpf.events").functionCounter().count()).isEqualTo(30_000);
    }

    @Test
    void decoder_throwing_isTheDrainsToCount() {
        FakeRing ring = ring(ExportOptions.defaults(), Shapes.throwingAt(13));
        assertThatThrownBy(() -> ring.emit(13)).isInstanceOf(IllegalStateException.class);
        ring.emit(14);
        assertThat(count("value", "14")).isEqualTo(1);
        assertThat(registry.get("ebpf.events").functionCounters()).hasSize(1);
    }

    @Test
    void statistics_areMetersThatNeverFallNorThrow() {
        FakeRing ring = ring(ExportOptions.defaults(), EVENT);
        ring.statistics = () -> new RingStatistics(11, 12, 13, 14, 4096);
        assertThat(own("records")).isEqualTo(11);
        assertThat(own("discarded")).isEqualTo(12);
        assertThat(own("short")).isEqualTo(13);
        assertThat(own("failures")).isEqualTo(14);
        assertThat(registry.get("ebpf.ring.backlog").gauge().value()).isEqualTo(4096);
        ring.statistics = () -> new RingStatistics(10, 12, 13, 14, 0);
        assertThat(own("records")).isEqualTo(11);
        assertThat(registry.get("ebpf.ring.backlog").gauge().value()).isZero();
        ring.statistics = () -> {
            throw new IllegalStateException("closed");
        };
        assertThat(own("records")).isEqualTo(11);
        ring.statistics = () -> {
            throw new InternalError();
        };
        assertThat(own("records")).isEqualTo(11);
    }

    private double own(String name) {
        return registry.get("ebpf.ring." + name).tags("program", "tcp", "map", "counter_events").functionCounter()
                .count();
    }
}
