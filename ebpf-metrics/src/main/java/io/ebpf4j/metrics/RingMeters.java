package io.ebpf4j.metrics;

import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RingSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What became of a ring's records, also where the records themselves go elsewhere, as those of {@code print} do. */
final class RingMeters extends Binder {
    private final Supplier<RingStatistics> statistics;

    RingMeters(Origin origin, RingSource source, ExportOptions options, Ledger ledger) {
        super(origin, options, ledger);
        this.statistics = source.statistics();
    }

    @Override
    void bind() {
        ledger.lock();
        try {
            register(this, statistics);
        } finally {
            ledger.unlock();
        }
    }

    /** Under the ledger's lock. */
    static void register(Binder binder, Supplier<RingStatistics> statistics) {
        binder.own(OwnMeter.RING_RECORDS, counter(statistics, RingStatistics::records));
        binder.own(OwnMeter.RING_DISCARDED, counter(statistics, RingStatistics::discarded));
        binder.own(OwnMeter.RING_SHORT, counter(statistics, RingStatistics::tooShort));
        binder.own(OwnMeter.RING_FAILURES, counter(statistics, RingStatistics::failed));
        if (statistics.get().lost().isPresent()) {
            binder.own(OwnMeter.RING_LOST, counter(statistics, now -> now.lost().orElse(0)));
        }
        binder.own(OwnMeter.RING_BACKLOG, statistic(statistics, RingStatistics::backlogBytes, (_, now) -> now));
    }

    private static SharedMeter.Share counter(Supplier<RingStatistics> statistics, ToLongFunction<RingStatistics> part) {
        // Two scrapes may come here out of order, and a counter must not fall.
        return statistic(statistics, part, Math::max);
    }

    /** What failed is told by its last value, as a registry's scrape must not fail with it. */
    private static SharedMeter.Share statistic(Supplier<RingStatistics> statistics, ToLongFunction<RingStatistics> part,
            LongBinaryOperator next) {
        AtomicLong last = new AtomicLong();
        return () -> {
            try {
                return last.accumulateAndGet(part.applyAsLong(statistics.get()), next);
            } catch (Throwable t) {
                return last.get();
            }
        };
    }
}
