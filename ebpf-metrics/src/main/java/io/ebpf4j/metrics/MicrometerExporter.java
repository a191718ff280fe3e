package io.ebpf4j.metrics;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Exports the maps of one program to a Micrometer registry: counters on rings, counters and gauges on hash maps. What
 * the meters are called and what they mean is told in the {@linkplain io.ebpf4j.metrics package's} description.
 *
 * <p>Thread-safe. It has no thread of its own: tables are read by whoever reads a meter, rings by the program's drain
 * thread. The registry keeps all state alive, so the exporter itself need not be held, only closed.
 */
public final class MicrometerExporter implements MapExporter {
    private final Ledger ledger;
    private final ExportOptions options;
    private final List<Binder> binders = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private boolean closed;

    private record Claim(MapSpec map, Metric metric) {}

    private MicrometerExporter(MeterRegistry registry, ExportOptions options) {
        this.ledger = Ledger.of(registry);
        this.options = Objects.requireNonNull(options);
    }

    /**
     * {@return an exporter with the default options}
     *
     * @param registry where the meters go
     */
    public static MicrometerExporter to(MeterRegistry registry) {
        return to(registry, ExportOptions.defaults());
    }

    /**
     * {@return an exporter}
     *
     * @param registry where the meters go
     * @param options how often, how many, how long
     */
    public static MicrometerExporter to(MeterRegistry registry, ExportOptions options) {
        return new MicrometerExporter(registry, options);
    }

    @Override
    public boolean takes(MapSpec map) {
        Optional<Output> output = map.output();
        return output.isPresent() && switch (output.get()) {
            case COUNTER -> map.type().carriesRecords() || map.type().isHash();
            case GAUGE -> map.type().isHash();
            case PRINT, HISTOGRAM, TIMER, SUMMARY -> false;
        };
    }

    /**
     * {@inheritDoc}
     *
     * @throws ObjectFileException when the map's name or its record type cannot be exported
     * @throws IllegalArgumentException when it is a map that {@link #takes} refuses
     * @throws IllegalStateException when this exporter is closed
     */
    @Override
    public synchronized RecordSink ring(RingSource source) {
        Origin origin = begin(source.program(), source.map());
        RingCounter binder = new RingCounter(origin, source, options, ledger);
        claim(origin, List.of(binder.metric()));
        binder.bind();
        binders.add(binder);
        return binder;
    }

    @Override
    public synchronized void watch(RingSource source) {
        checkOpen(source.program());
        var binder = new RingMeters(new Origin(source.program(), source.map()), source, options, ledger);
        binder.bind();
        binders.add(binder);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ObjectFileException when the map's name, key or value cannot be exported
     * @throws IllegalArgumentException when it is a map that {@link #takes} refuses
     * @throws IllegalStateException when this exporter is closed
     */
    @Override
    public void table(TableSource source) {
        // Outside the monitor, as reading may have to wait for the program, and the program's closing for the monitor.
        tableBinder(source).refresh();
    }

    private synchronized TableBinder<?> tableBinder(TableSource source) {
        Origin origin = begin(source.program(), source.map());
        boolean gauge = source.map().output().filter(Output.GAUGE::equals).isPresent();
        TableBinder<?> binder = gauge
                ? new TableGauge(origin, source, options, ledger)
                : new TableCounter(origin, source, options, ledger);
        claim(origin, binder.metrics());
        binder.bind();
        binders.add(binder);
        return binder;
    }

    private Origin begin(String program, MapSpec map) {
        checkOpen(program);
        if (!takes(map)) {
            throw new IllegalArgumentException("no meters are made of map " + map.name() + " (" + map.type()
                    + ", output " + map.output().map(Output::label).orElse("none") + ")");
        }
        return new Origin(program, map);
    }

    private void checkOpen(String program) {
        if (closed) {
            throw new IllegalStateException("the exporter of " + program + " is closed");
        }
    }

    /** What clashes, some registries refuse silently; so it is refused here. */
    private void claim(Origin origin, List<Metric> metrics) {
        for (Metric metric : metrics) {
            claims.stream().filter(other -> metric.clashesWith(other.metric())).findFirst().ifPresent(other -> {
                throw origin.error(clash(metric, other));
            });
        }
        metrics.forEach(metric -> claims.add(new Claim(origin.map(), metric)));
    }

    private static String clash(Metric metric, Claim other) {
        String map = other.map().name();
        return metric.name().equals(other.metric().name())
                ? "its metric " + metric.name() + " is a " + metric.type().name().toLowerCase(Locale.ROOT)
                        + ", but map " + map + " has a metric of this name and another type; rename one"
                : "its metric " + metric.name() + " and " + other.metric().name() + " of map " + map
                        + " are one name in Prometheus, " + metric.prometheusName() + "; rename one";
    }

    @Override
    public synchronized void close() {
        closed = true;
        binders.forEach(Binder::close);
        binders.clear();
    }
}
