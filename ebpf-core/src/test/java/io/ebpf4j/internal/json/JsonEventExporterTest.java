package io.ebpf4j.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.MapSpec;
import io.ebpf4j.export.TableSource;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.replay.MapDump;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class JsonEventExporterTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:11:12Z");
    private static final String DUMP = """
            ebpf4j-dump 1
            ring records
            record 07000000000000000900000061626300
            record 01
            record 08000000000000000a00000062220a00
            """;
    private static final String FIRST = "{\"ts\":\"2026-11-22T10:11:12Z\",\"program\":\"ring_records\","
            + "\"map\":\"records\",\"output\":\"print\",\"fields\":{\"i\":7,\"low\":9,\"text\":\"abc\"}}";

    private final Logger logger = (Logger) LoggerFactory.getLogger("ebpf.ring_records.records");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void listen() {
        events.start();
        logger.setAdditive(false);
        logger.addAppender(events);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(events);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private static void export() {
        var spec = Fixtures.spec(Fixtures.CLANG19, "ring_records");
        BpfProgram.replay(spec, MapDump.parse(DUMP, "x"))
                .export(new JsonEventExporter(() -> TIME)).close();
    }

    @Test
    void records_becomeEventsOfTheRingsLogger() {
        export();
        assertThat(events.list).hasSize(2).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getLoggerName()).isEqualTo("ebpf.ring_records.records");
        });
        assertThat(events.list.get(0).getFormattedMessage()).isEqualTo(FIRST);
        assertThat(events.list.get(1).getFormattedMessage()).isEqualTo(
                FIRST.replace("\"i\":7,\"low\":9,\"text\":\"abc\"", "\"i\":8,\"low\":10,\"text\":\"b\\\"\\n\""));
    }

    @Test
    void events_carryTheirFieldsWithTypesForAwareBackends() {
        export();
        Map<String, Object> pairs = new LinkedHashMap<>();
        for (KeyValuePair pair : events.list.getFirst().getKeyValuePairs()) {
            pairs.put(pair.key, pair.value);
        }
        assertThat(pairs).isEqualTo(Map.of("program", "ring_records", "map", "records", "output", "print", "i", 7L,
                "low", 9L, "text", "abc"));
        assertThat(pairs.keySet()).containsExactly("program", "map", "output", "i", "low", "text");
    }

    @Test
    void logger_belowInfo_costsNoEvent() {
        logger.setLevel(Level.WARN);
        export();
        assertThat(events.list).isEmpty();
    }

    @Test
    void exporter_takesPrintRingsOnly() {
        var exporter = new JsonEventExporter(() -> TIME);
        assertThat(Fixtures.spec(Fixtures.CLANG19, "maps_mixed").maps().stream().filter(exporter::takes)
                .map(MapSpec::name)).containsExactly("events");
        assertThat(Fixtures.spec(Fixtures.CLANG19, "maps_counter").maps()).noneMatch(exporter::takes);
        assertThat(Fixtures.spec(Fixtures.CLANG19, "maps_all").maps()).noneMatch(exporter::takes);
        exporter.close();
    }

    @Test
    void exporter_askedForATable_throws() {
        var spec = Fixtures.spec(Fixtures.CLANG19, "maps_gauge");
        var source = new TableSource("p", spec.maps().getFirst(),
                MapShapes.key(spec, spec.maps().getFirst()),
                MapShapes.value(spec, spec.maps().getFirst()), visitor -> 0);
        assertThatThrownBy(() -> new JsonEventExporter(() -> TIME).table(source))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("map 'last_rename' is no ring");
    }
}
