package io.ebpf4j.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The series of a map by their label sets, at most so many. One thread at a time changes it, any reads its size.
 *
 * @param <S> a series
 */
final class SeriesBook<S> {
    private final Map<List<String>, S> series = new HashMap<>();
    private final int max;
    private volatile int size;

    SeriesBook(int max) {
        this.max = max;
    }

    int size() {
        return size;
    }

    boolean hasRoom() {
        return series.size() < max;
    }

    /** {@return the series of a label set, made if there is room; null if there is none} */
    @Nullable
    S admit(List<String> labels, Function<List<String>, S> maker) {
        S known = series.get(labels);
        if (known != null || !hasRoom()) {
            return known;
        }
        S made = maker.apply(labels);
        series.put(labels, made);
        size = series.size();
        return made;
    }

    void forEach(Consumer<S> action) {
        series.values().forEach(action);
    }

    void removeIf(Predicate<S> condition) {
        series.values().removeIf(condition);
        size = series.size();
    }
}
