package io.ebpf4j.metrics;

import io.ebpf4j.export.TableSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows are series. Whoever reads one of its meters makes a new snapshot first, if the last one is too
 * old; whoever comes meanwhile waits for it.
 *
 * <p>Reading and registering are apart. Reading the map, under {@code reading}, changes rows and series only and ends
 * with one write that makes all new values visible together. Which meters have to come and go is then queued, and done
 * by any reader that gets the ledger's lock without waiting, for it may hold locks of the registry.
 *
 * @param <S> a series
 */
abstract sealed class TableBinder<S extends TableSeries> extends Binder permits TableCounter, TableGauge {
    /** Absences that end a series: one may be a program that deletes a row to write it anew. */
    private static final int GONE = 2;

    final List<Measure> measures;
    private final TableSource source;
    private final List<Metric> metrics;
    private final Labels labels;
    private final SeriesBook<S> book;
    private final LongAdder folded = new LongAdder();
    private final LongAdder readFailures = new LongAdder();
    private final LongAdder decodeFailures = new LongAdder();
    private final Queue<S> changes = new ConcurrentLinkedQueue<>();
    private final long minRefreshNanos;
    private final long lingerNanos;
    private volatile boolean closed;

    private final ReentrantLock reading = new ReentrantLock();
    private final ByteMap<TableRow<S>> rows;
    private @Nullable S overflow;
    private long version;
    private int present;

    private volatile long published;
    private volatile int entries;
    private volatile double snapshotSeconds;
    private volatile long readAt;
    private volatile boolean read;

    TableBinder(Origin origin, TableSource source, ExportOptions options, Ledger ledger, boolean counter) {
        super(origin, options, ledger);
        this.source = source;
        this.measures = Measure.of(origin, source.value());
        this.metrics = metrics(origin, source, measures, counter);
        this.labels = Labels.of(origin, source.key(), "key");
        this.book = new SeriesBook<>(options.maxSeries());
        this.rows = new ByteMap<>(Spans.all(source.key().size()));
        this.minRefreshNanos = TimeUnit.NANOSECONDS.convert(options.minRefresh());
        this.lingerNanos = TimeUnit.NANOSECONDS.convert(options.linger());
    }

    private static List<Metric> metrics(Origin origin, TableSource source, List<Measure> measures, boolean counter) {
        List<Metric> metrics = new ArrayList<>();
        for (Measure measure : measures) {
            Metric metric = metric(origin, measure, measures.size() == 1 ? "" : measure.field(), counter);
            if (metrics.stream().anyMatch(metric::isOneWith)) {
                throw origin.error("field " + measure.field() + " of " + source.value().spelling()
                        + " and another one would both be metric " + metric.name() + " ("
                        + metric.prometheusName() + " in Prometheus); rename one or hide it with __");
            }
            metrics.add(metric);
        }
        return List.copyOf(metrics);
    }

    private static Metric metric(Origin origin, Measure measure, String field, boolean counter) {
        boolean time = measure instanceof Measure.Time;
        if (counter) {
            return Naming.metric(origin, field, Metric.Kind.COUNTER, time ? Optional.of("seconds") : Optional.empty());
        }
        return Naming.metric(origin, field, time ? Metric.Kind.TIME : Metric.Kind.GAUGE, Optional.empty());
    }

    /** {@return a series of some labels} */
    abstract S series(List<String> labels);

    /** {@return whether rows over the cap go into one series; otherwise they are left out} */
    abstract boolean folds();

    /** Takes a row's numbers into its series; its decoders may throw. */
    abstract void take(TableRow<S> row, S series, MemorySegment values, long offset, long version);

    /** {@return what its numbers are called, its own meters aside} */
    final List<Metric> metrics() {
        return metrics;
    }

    @Override
    final void bind() {
        ledger.lock();
        try {
            own(OwnMeter.MAP_ENTRIES, refreshing(() -> entries));
            own(OwnMeter.MAP_SNAPSHOT_TIME, refreshing(() -> snapshotSeconds));
            own(OwnMeter.MAP_READ_FAILURES, refreshing(readFailures::doubleValue));
            own(OwnMeter.MAP_DECODE_FAILURES, refreshing(decodeFailures::doubleValue));
            own(OwnMeter.SERIES_LIVE, refreshing(book::size));
            own(OwnMeter.SERIES_FOLDED, refreshing(folded::doubleValue));
            own(OwnMeter.SERIES_DROPPED, refreshing(dropped::doubleValue));
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        super.close();
    }

    private SharedMeter.Share refreshing(DoubleSupplier value) {
        return new SharedMeter.Share() {
            @Override
            public void refresh() {
                TableBinder.this.refresh();
            }

            @Override
            public double value() {
                return value.getAsDouble();
            }
        };
    }

    /**
     * Reads the map if its snapshot is too old. Never throws, no error either: it runs in the functions of meters, where
     * that would fail the scrape of all meters of the host.
     */
    final void refresh() {
        try {
            if (!closed && isStale() && !reading.isHeldByCurrentThread()) {
                refreshAlone();
            }
            applyChanges();
        } catch (Throwable t) {
            readFailures.increment();
        }
    }

    private void refreshAlone() {
        reading.lock();
        try {
            if (isStale()) {
                read();
            }
        } finally {
            reading.unlock();
        }
    }

    private boolean isStale() {
        return !read || options.clock().monotonicTime() - readAt >= minRefreshNanos;
    }

    private void read() {
        long begin = options.clock().monotonicTime();
        version++;
        present = 0;
        try {
            source.rows().forEach(this::row);
            publish(begin);
        } catch (Throwable t) {
            // The program is closed, the kernel refuses, or memory is short: the last snapshot stays.
            readFailures.increment();
        }
        readAt = begin;
        read = true;
    }

    private void publish(long begin) {
        if (present < rows.size()) {
            rows.keepIf(row -> row.seen == version);
        }
        book.removeIf(series -> isOver(series, begin));
        book.forEach(series -> series.publish(version));
        if (overflow != null) {
            overflow.publish(version);
        }
        entries = rows.size();
        snapshotSeconds = (options.clock().monotonicTime() - begin) / 1e9;
        published = version;
    }

    private void row(MemorySegment keys, long keyOffset, MemorySegment values, long valueOffset) {
        TableRow<S> row = rows.get(keys, keyOffset);
        if (row == null) {
            row = new TableRow<>(measures.size());
            rows.add(keys, keyOffset, row);
        } else if (row.seen == version) {
            return;
        }
        row.seen = version;
        present++;
        try {
            S series = row.series == null ? admit(row, keys, keyOffset) : row.series;
            if (series != null) {
                series.seen = version;
                take(row, series, values, valueOffset, version);
                series.taken = version;
            }
        } catch (Throwable t) {
            decodeFailures.increment();
        }
    }

    private @Nullable S admit(TableRow<S> row, MemorySegment keys, long offset) {
        if (row.undecodable || (row.leftOut && !book.hasRoom())) {
            return null;
        }
        S series = book.admit(labels(row, keys, offset), this::begin);
        if (series == null && folds()) {
            overCap("further ones are counted in one series whose labels are all " + Labels.OVERFLOW);
            folded.increment();
            series = overflow == null ? begin(labels.overflow()) : overflow;
            overflow = series;
        }
        if (series == null && !row.leftOut) {
            overCap("further ones are left out");
            dropped.increment();
            row.leftOut = true;
        }
        row.series = series;
        return series;
    }

    private List<String> labels(TableRow<S> row, MemorySegment keys, long offset) {
        try {
            return labels.values(keys, offset);
        } catch (RuntimeException e) {
            // It would say the same each time, unlike an error, which may be of the moment.
            row.undecodable = true;
            throw e;
        }
    }

    private S begin(List<String> values) {
        S series = series(values);
        changes.add(series);
        return series;
    }

    private boolean isOver(S series, long now) {
        if (series.seen == version) {
            series.absences = 0;
            return false;
        }
        if (series.absences++ == 0) {
            series.absentSince = now;
        }
        boolean over = series.absences >= GONE && now - series.absentSince >= lingerNanos;
        if (over) {
            series.live = false;
            changes.add(series);
        }
        return over;
    }

    private void applyChanges() {
        while (!changes.isEmpty() && ledger.tryLock()) {
            try {
                for (S series = changes.poll(); series != null; series = changes.poll()) {
                    apply(series);
                }
            } finally {
                ledger.unlock();
            }
        }
    }

    private void apply(S series) {
        if (!series.live) {
            holdings.leave(series);
            return;
        }
        for (int i = 0; i < measures.size(); i++) {
            int index = i;
            join(series, metrics.get(i), labels.tags(series.labels),
                    refreshing(() -> series.value(index, published)));
        }
    }
}
