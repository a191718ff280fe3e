package io.ebpf4j.metrics;

import java.util.Optional;

/** The meters about the export itself, tagged with {@code program} and {@code map}. */
enum OwnMeter {
    /** See {@link io.ebpf4j.RingStatistics#records}. */
    RING_RECORDS("ring.records", Metric.Kind.COUNTER, "Records that were read"),
    /** See {@link io.ebpf4j.RingStatistics#discarded}. */
    RING_DISCARDED("ring.discarded", Metric.Kind.COUNTER, "Records that the program itself gave up"),
    /** See {@link io.ebpf4j.RingStatistics#tooShort}. */
    RING_SHORT("ring.short", Metric.Kind.COUNTER, "Records shorter than their type"),
    /** See {@link io.ebpf4j.RingStatistics#failed}. */
    RING_FAILURES("ring.failures", Metric.Kind.COUNTER, "Records that could not be handled"),
    /** See {@link io.ebpf4j.RingStatistics#lost}; only of programs that count it. */
    RING_LOST("ring.lost", Metric.Kind.COUNTER, "Records that found no room in the ring"),
    /** See {@link io.ebpf4j.RingStatistics#backlogBytes}. */
    RING_BACKLOG("ring.backlog", Metric.Kind.GAUGE, "Bytes written but not yet read", "bytes"),
    /** How many rows the last snapshot had. */
    MAP_ENTRIES("map.entries", Metric.Kind.GAUGE, "Rows in the map"),
    /** How long the last snapshot took. */
    MAP_SNAPSHOT_TIME("map.snapshot.time", Metric.Kind.TIME, "Time that the last reading of the map took"),
    /** How often the kernel refused, or the program was closed. */
    MAP_READ_FAILURES("map.read.failures", Metric.Kind.COUNTER, "Readings of the map that failed"),
    /** How often a decoder threw. */
    MAP_DECODE_FAILURES("map.decode.failures", Metric.Kind.COUNTER, "Rows that could not be decoded"),
    /** Label sets that have a series. */
    SERIES_LIVE("series.live", Metric.Kind.GAUGE, "Label sets that have a series"),
    /** What was counted in the overflow series. */
    SERIES_FOLDED("series.folded", Metric.Kind.COUNTER, "Rows or records counted under __overflow__"),
    /** What is in no series. */
    SERIES_DROPPED("series.dropped", Metric.Kind.COUNTER, "Rows left out, and series the registry refused");

    private final String name;
    private final Metric.Kind kind;
    private final String description;
    private final Optional<String> unit;

    OwnMeter(String name, Metric.Kind kind, String description) {
        this(name, kind, description, Optional.empty());
    }

    OwnMeter(String name, Metric.Kind kind, String description, String unit) {
        this(name, kind, description, Optional.of(unit));
    }

    OwnMeter(String name, Metric.Kind kind, String description, Optional<String> unit) {
        this.name = "ebpf." + name;
        this.kind = kind;
        this.description = description;
        this.unit = unit;
    }

    /** {@return what no map may call a metric of its own} */
    Metric metric() {
        return new Metric(kind, name, unit);
    }

    MeterSpec of(Origin origin) {
        return new MeterSpec(metric(), origin.tags(), description);
    }
}
