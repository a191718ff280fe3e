/** Three probes with their compiled objects and recorded maps, one small {@code main} each, and the demo. */
@SuppressWarnings("requires-automatic") // Micrometer names its modules in the manifest only
@org.jspecify.annotations.NullMarked
module io.ebpf4j.samples {
    requires transitive io.ebpf4j.core;
    requires io.ebpf4j.metrics;
    requires micrometer.registry.prometheus;
    requires jdk.httpserver;
    requires static org.jspecify;

    exports io.ebpf4j.samples;
}
