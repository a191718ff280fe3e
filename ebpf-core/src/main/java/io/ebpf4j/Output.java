package io.ebpf4j;

import java.util.Arrays;
import java.util.Optional;

/** What the convention asks of a map: how its rows or records leave the kernel. */
public enum Output {
    /** One JSON event a record. */
    PRINT("print"),
    /** A number that only grows. */
    COUNTER("counter"),
    /** A number that goes up and down. */
    GAUGE("gauge"),
    /** A distribution over buckets. */
    HISTOGRAM("histogram", "hist"),
    /** A count and a total of durations. */
    TIMER("timer"),
    /** A count and a total of numbers. */
    SUMMARY("summary");

    private final String label;
    private final String alias;

    Output(String label) {
        this(label, label);
    }

    Output(String label, String alias) {
        this.label = label;
        this.alias = alias;
    }

    /** {@return the name in object files: {@code counter} in {@code SEC(".maps.counter")}} */
    public String label() {
        return label;
    }

    /**
     * {@return the output of a name}
     *
     * @param label a name or an alias, as object files write it
     */
    public static Optional<Output> of(String label) {
        return Arrays.stream(values()).filter(o -> o.label.equals(label) || o.alias.equals(label)).findFirst();
    }

    /**
     * {@return the output that a map's name asks for by its prefix, such as {@code hist_} or {@code counter_}}
     *
     * @param mapName the name of the map
     */
    public static Optional<Output> ofPrefix(String mapName) {
        return Arrays.stream(values()).filter(o -> o.prefix().filter(mapName::startsWith).isPresent()).findFirst();
    }

    /** {@return the prefix of a map's name that asks for this output; only the founding tool's four outputs have one} */
    Optional<String> prefix() {
        return switch (this) {
            case PRINT, COUNTER, GAUGE, HISTOGRAM -> Optional.of(alias + "_");
            case TIMER, SUMMARY -> Optional.empty();
        };
    }

    /** {@return the name in object files} */
    @Override
    public String toString() {
        return label;
    }
}
