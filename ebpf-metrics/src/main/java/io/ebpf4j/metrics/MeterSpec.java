package io.ebpf4j.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * What a meter is. All of them are pulled: a pulled meter loses nothing while a composite registry has no child yet.
 *
 * @param kind its type
 * @param name its name, of words with dots between
 * @param tags its tags
 * @param description what it is about
 * @param unit the unit of its values; a {@link Kind#TIME} gauge has none, for its registry chooses it
 */
record MeterSpec(Kind kind, String name, Tags tags, String description, Optional<String> unit) {
    /** The types of meters there are. */
    enum Kind {
        /** A number that never falls. */
        COUNTER,
        /** A number that goes up and down. */
        GAUGE,
        /** The same, in seconds. */
        TIME
    }

    Meter.Id id() {
        Meter.Type type = switch (kind) {
            case COUNTER -> Meter.Type.COUNTER;
            case GAUGE, TIME -> Meter.Type.GAUGE;
        };
        return new Meter.Id(name, tags, unit.orElse(null), description, type);
    }

    /** {@return the meter, or the one that was there before it} */
    Meter register(MeterRegistry registry, DoubleSupplier value) {
        // A registry holds the object weakly but the function strongly; so the function has to hold the object too.
        return switch (kind) {
            case COUNTER -> FunctionCounter.builder(name, value, _ -> value.getAsDouble()).tags(tags)
                    .description(description).baseUnit(unit.orElse(null)).register(registry);
            case GAUGE -> Gauge.builder(name, value, _ -> value.getAsDouble()).tags(tags).description(description)
                    .baseUnit(unit.orElse(null)).register(registry);
            case TIME -> TimeGauge.builder(name, value, TimeUnit.SECONDS, _ -> value.getAsDouble()).tags(tags)
                    .description(description).register(registry);
        };
    }
}
