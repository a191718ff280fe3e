package io.ebpf4j.metrics;

import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter that each record of a ring adds one to; all its fields are labels. Records come from one thread.
 *
 * <p>A record whose bytes were seen before costs a hash and an add. The cache of them is bounded and, when full, begun
 * anew; which series there are does not depend on it.
 */
final class RingCounter extends Binder implements RecordSink {
    /** Several byte patterns may be one label set: text has bytes behind its end, and some label sets are over the cap. */
    private static final long PATTERNS_PER_SERIES = 4;

    private final RingSource source;
    private final Metric metric;
    private final Labels labels;
    private final SeriesBook<Series> book;
    private final ByteMap<Series> cache;
    private final long cacheLimit;
    private final Series overflow;

    private static final class Series {
        private final List<String> labels;
        private final AtomicLong count = new AtomicLong();
        private boolean bound;

        Series(List<String> labels) {
            this.labels = labels;
        }
    }

    RingCounter(Origin origin, RingSource source, ExportOptions options, Ledger ledger) {
        super(origin, options, ledger);
        this.source = source;
        this.metric = Naming.metric(origin, "", Metric.Kind.COUNTER, Optional.empty());
        this.labels = Labels.of(origin, source.record(), "value");
        this.book = new SeriesBook<>(options.maxSeries());
        this.cache = new ByteMap<>(labels.spans(source.record().size()));
        this.cacheLimit = options.maxSeries() * PATTERNS_PER_SERIES;
        this.overflow = new Series(labels.overflow());
    }

    Metric metric() {
        return metric;
    }

    @Override
    void bind() {
        ledger.lock();
        try {
            RingMeters.register(this, source.statistics());
            own(OwnMeter.SERIES_LIVE, book::size);
            own(OwnMeter.SERIES_FOLDED, overflow.count::doubleValue);
            own(OwnMeter.SERIES_DROPPED, dropped::doubleValue);
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public void accept(MemorySegment memory, long offset) {
        Series known = cache.get(memory, offset);
        Series series = known == null ? find(memory, offset) : known;
        // The drain thread is the only one that writes it.
        series.count.setRelease(series.count.getPlain() + 1);
    }

    /** {@return how many byte patterns are remembered} */
    int patterns() {
        return cache.size();
    }

    private Series find(MemorySegment memory, long offset) {
        Series admitted = book.admit(labels.values(memory, offset), Series::new);
        Series series = admitted == null ? overflow : admitted;
        if (admitted == null) {
            overCap("further ones are counted in one series whose labels are all " + Labels.OVERFLOW);
        }
        if (!series.bound) {
            register(series);
            series.bound = true;
        }
        if (cache.size() >= cacheLimit) {
            cache.clear();
        }
        cache.add(memory, offset, series);
        return series;
    }

    private void register(Series series) {
        ledger.lock();
        try {
            join(series, metric, labels.tags(series.labels), series.count::doubleValue);
        } finally {
            ledger.unlock();
        }
    }
}
