package io.ebpf4j.bench;

import io.ebpf4j.MapSpec;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import java.util.Optional;

/** An exporter that remembers what another one makes of a ring, so that it can be called with no ring in between. */
final class Captured implements MapExporter {
    private final MapExporter exporter;
    private Optional<RecordSink> sink = Optional.empty();

    Captured(MapExporter exporter) {
        this.exporter = exporter;
    }

    /** {@return what takes the records of the only ring} */
    RecordSink sink() {
        return sink.orElseThrow();
    }

    @Override
    public boolean takes(MapSpec map) {
        return exporter.takes(map);
    }

    @Override
    public RecordSink ring(RingSource source) {
        sink = Optional.of(exporter.ring(source));
        return sink();
    }

    @Override
    public void watch(RingSource source) {
        exporter.watch(source);
    }

    @Override
    public void table(TableSource source) {
        exporter.table(source);
    }

    @Override
    public void close() {
        exporter.close();
    }
}
