package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.Optional;

/**
 * What all meters of a name have in common.
 *
 * @param kind their type
 * @param name their name, of words with dots between
 * @param unit the unit of their values; a {@link Kind#TIME} gauge has none, for its registry chooses it
 */
record Metric(Kind kind, String name, Optional<String> unit) {
    /** The types of meters there are. */
    enum Kind {
        /** A number that never falls. */
        COUNTER,
        /** A number that goes up and down. */
        GAUGE,
        /** The same, in seconds. */
        TIME
    }

    Meter.Type type() {
        return switch (kind) {
            case COUNTER -> Meter.Type.COUNTER;
            case GAUGE, TIME -> Meter.Type.GAUGE;
        };
    }

    /** {@return the name a Prometheus registry has it under, whose text format then adds {@code _total} to counters} */
    String prometheusName() {
        String words = Naming.comparable(name);
        String suffix = unit.or(() -> kind == Kind.TIME ? Optional.of("seconds") : Optional.empty())
                .map(word -> "_" + word).orElse("");
        return Naming.withoutReserved(words.endsWith(suffix) ? words : words + suffix);
    }

    /** {@return whether two are one in some registry} */
    boolean isOneWith(Metric other) {
        return name.equals(other.name) || prometheusName().equals(other.prometheusName());
    }

    /** {@return whether one of two gets lost in some registry: one name holds one type, and no other spelling} */
    boolean clashesWith(Metric other) {
        return isOneWith(other) && !(name.equals(other.name) && type() == other.type());
    }
}
