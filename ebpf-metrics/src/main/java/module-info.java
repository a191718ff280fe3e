/** The maps and rings of eBPF programs as Micrometer meters. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // micrometer-core names its module in the manifest only
@org.jspecify.annotations.NullMarked
module io.ebpf4j.metrics {
    requires transitive io.ebpf4j.core;
    requires transitive micrometer.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.ebpf4j.metrics;

    provides io.ebpf4j.export.MapExporterProvider with io.ebpf4j.metrics.MicrometerExporterProvider;
}
