package io.ebpf4j.metrics;

import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import java.util.function.Supplier;

/** A ring, made by hand. */
final class FakeRing {
    volatile Supplier<RingStatistics> statistics = () -> new RingStatistics(0, 0, 0, 0, 0);
    private final RingSource source;
    private final RecordSink sink;

    FakeRing(MapExporter exporter, String program, String name, Shape record) {
        source = new RingSource(program, FakeTable.spec(name, MapType.RINGBUF, Output.COUNTER), record,
                () -> statistics.get());
        sink = exporter.ring(source);
    }

    void emit(Object... parts) {
        byte[] bytes = Shapes.bytes(parts);
        if (bytes.length != source.record().size()) {
            throw new IllegalArgumentException(bytes.length + " bytes");
        }
        sink.accept(FakeTable.shifted(bytes, 8), 8);
    }
}
