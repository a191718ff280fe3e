package io.ebpf4j.internal.json;

import io.ebpf4j.MapSpec;
import io.ebpf4j.Output;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventAware;

/**
 * Logs each record of a ring or perf buffer with output {@code print}: logger {@code ebpf.<program>.<map>}, level INFO, the JSON line as
 * the message, and its parts as key/values for backends that take them.
 */
public final class JsonEventExporter implements MapExporter {
    private final InstantSource clock;

    /**
     * Makes an exporter.
     *
     * @param clock what stamps the events
     */
    public JsonEventExporter(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public boolean takes(MapSpec map) {
        return map.output().filter(output -> output == Output.PRINT).isPresent() && map.type().carriesRecords();
    }

    @Override
    public RecordSink ring(RingSource source) {
        String map = source.map().name();
        Logger logger = LoggerFactory.getLogger("ebpf." + source.program() + '.' + map);
        var writer = new EventWriter(source.program(), map, source.record());
        var fields = new FieldValues(source.record());
        return (memory, offset) -> {
            if (!logger.isInfoEnabled()) {
                return;
            }
            String line = writer.line(clock.instant(), memory, offset);
            if (logger instanceof LoggingEventAware) {
                var event = logger.makeLoggingEventBuilder(Level.INFO).addKeyValue("program", source.program())
                        .addKeyValue("map", map).addKeyValue("output", Output.PRINT.label());
                for (var field : fields.read(memory, offset).entrySet()) {
                    event = event.addKeyValue(field.getKey(), field.getValue());
                }
                event.log(line);
            } else {
                // slf4j would put the key/values in front of the message, and the line would be no JSON any more.
                logger.info(line);
            }
        };
    }

    @Override
    public void table(TableSource source) {
        throw new IllegalArgumentException("map '" + source.map().name() + "' is no ring");
    }

    @Override
    public void close() {}
}
