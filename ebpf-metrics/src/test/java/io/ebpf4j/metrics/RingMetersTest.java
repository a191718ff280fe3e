package io.ebpf4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RingSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RingMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void ringOfAnotherExporter_showsItsStatistics_untilClose() {
        var map = new MapSpec("opens", MapType.RINGBUF, 27, 0, 0, 4096, 0, Optional.empty(), Optional.empty(),
                Optional.of(Output.PRINT), ".maps.print");
        var exporter = MicrometerExporter.to(registry);
        exporter.watch(new RingSource("opensnoop", map, Shapes.u32(), () -> new RingStatistics(7, 5, 3, 2, 64)));
        assertThat(value("ebpf.ring.records")).isEqualTo(7);
        assertThat(value("ebpf.ring.discarded")).isEqualTo(5);
        assertThat(value("ebpf.ring.short")).isEqualTo(3);
        assertThat(value("ebpf.ring.failures")).isEqualTo(2);
        assertThat(value("ebpf.ring.backlog")).isEqualTo(64);
        assertThat(registry.find("ebpf.ring.lost").meter()).as("unknown is not none").isNull();
        exporter.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void ringWhoseProgramCountsItsLosses_showsThem() {
        var map = new MapSpec("opens", MapType.RINGBUF, 27, 0, 0, 4096, 0, Optional.empty(), Optional.empty(),
                Optional.of(Output.PRINT), ".maps.print");
        var exporter = MicrometerExporter.to(registry);
        exporter.watch(new RingSource("opensnoop", map, Shapes.u32(),
                () -> new RingStatistics(7, 0, 0, 0, 0, OptionalLong.of(41))));
        assertThat(value("ebpf.ring.lost")).isEqualTo(41);
        exporter.close();
    }

    private double value(String name) {
        Meter meter = registry.get(name).tags("program", "opensnoop", "map", "opens").meter();
        return meter.measure().iterator().next().getValue();
    }
}
