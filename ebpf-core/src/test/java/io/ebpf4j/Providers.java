package io.ebpf4j;

import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.MapExporterProvider;
import java.util.Optional;
import java.util.function.Function;

/** The provider that {@link java.util.ServiceLoader} finds in tests; has nothing to offer unless a test says so. */
public final class Providers implements MapExporterProvider {
    private static final ThreadLocal<Function<Object, MapExporter>> ANSWER = new ThreadLocal<>();

    static void answering(Function<Object, MapExporter> answer, Runnable test) {
        ANSWER.set(answer);
        try {
            test.run();
        } finally {
            ANSWER.remove();
        }
    }

    @Override
    public Optional<MapExporter> exporter(Object target) {
        return Optional.ofNullable(ANSWER.get()).map(answer -> answer.apply(target));
    }
}
