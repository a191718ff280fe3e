package io.ebpf4j.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a meter is. All of them are pulled: a pulled meter loses nothing while a composite registry has no child yet.
 *
 * @param metric what it has in common with others of its name
 * @param tags its tags
 * @param description what it is about
 */
record MeterSpec(Metric metric, Tags tags, String description) {
    Meter.Id id() {
        return new Meter.Id(metric.name(), tags, unit(), description, metric.type());
    }

    /** {@return the meter, or the one that was there before it} */
    Meter register(MeterRegistry registry, DoubleSupplier value) {
        String name = metric.name();
        // A registry holds the object weakly but the function strongly; so the function has to hold the object too.
        return switch (metric.kind()) {
            case COUNTER -> FunctionCounter.builder(name, value, _ -> value.getAsDouble()).tags(tags)
                    .description(description).baseUnit(unit()).register(registry);
            case GAUGE -> Gauge.builder(name, value, _ -> value.getAsDouble()).tags(tags).description(description)
                    .baseUnit(unit()).register(registry);
            case TIME -> TimeGauge.builder(name, value, TimeUnit.SECONDS, _ -> value.getAsDouble()).tags(tags)
                    .description(description).register(registry);
        };
    }

    private @Nullable String unit() {
        return metric.unit().orElse(null);
    }
}
