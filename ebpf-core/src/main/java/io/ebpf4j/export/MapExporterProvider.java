package io.ebpf4j.export;

import java.util.Optional;

/**
 * Makes exporters for a kind of target, such as a Micrometer {@code MeterRegistry}. Found with
 * {@link java.util.ServiceLoader}, so that core depends on no metrics library.
 */
@FunctionalInterface
public interface MapExporterProvider {
    /**
     * {@return a new exporter to a target, or empty when the target is not of this provider's kind}
     *
     * @param target where the maps should go
     */
    Optional<MapExporter> exporter(Object target);
}
