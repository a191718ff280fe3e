package io.ebpf4j.metrics;

import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.MapExporterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;

/** Serves {@link MeterRegistry} targets, with the default options. Found through {@link java.util.ServiceLoader}. */
public final class MicrometerExporterProvider implements MapExporterProvider {
    /** For {@link java.util.ServiceLoader}. */
    public MicrometerExporterProvider() {}

    @Override
    public Optional<MapExporter> exporter(Object target) {
        return target instanceof MeterRegistry registry
                ? Optional.of(MicrometerExporter.to(registry))
                : Optional.empty();
    }
}
