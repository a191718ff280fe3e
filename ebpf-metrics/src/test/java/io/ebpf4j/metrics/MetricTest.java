package io.ebpf4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetricTest {
    private static final List<String> WORDS = List.of("total", "seconds", "bytes", "info", "bucket", "created", "x");
    private static final List<Metric.Kind> KINDS = List.of(Metric.Kind.values());

    @Test
    void prometheusName_isWhatThatRegistryCallsIt() {
        long seed = System.nanoTime();
        System.out.println("prometheusName seed " + seed);
        Random random = new Random(seed);
        NamingConvention convention = new PrometheusNamingConvention();
        for (int i = 0; i < 2000; i++) {
            StringBuilder name = new StringBuilder("ebpf.x");
            for (int words = random.nextInt(4); words > 0; words--) {
                name.append('.').append(WORDS.get(random.nextInt(WORDS.size())));
            }
            Metric.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            Optional<String> unit = kind == Metric.Kind.TIME || random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(random.nextBoolean() ? "seconds" : "bytes");
            Metric metric = new Metric(kind, name.toString(), unit);
            String registered = kind == Metric.Kind.TIME ? "seconds" : unit.orElse(null);
            assertThat(metric.prometheusName()).as(metric.toString())
                    .isEqualTo(convention.name(name.toString(), metric.type(), registered));
        }
    }
}
