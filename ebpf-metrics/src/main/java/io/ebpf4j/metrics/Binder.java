package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** What the exporters of all kinds of maps share: their place in the registry, and accounts of what found none. */
abstract class Binder implements AutoCloseable {
    final Origin origin;
    final ExportOptions options;
    final Ledger ledger;
    final Holdings holdings;
    final LongAdder dropped = new LongAdder();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicBoolean refused = new AtomicBoolean();

    Binder(Origin origin, ExportOptions options, Ledger ledger) {
        this.origin = origin;
        this.options = options;
        this.ledger = ledger;
        this.holdings = new Holdings(ledger);
    }

    /** Registers what is known from the beginning. */
    abstract void bind();

    /** Gives back all meters. Waits for no reader, as one may be waiting in the program that is being closed. */
    @Override
    public void close() {
        ledger.lock();
        try {
            holdings.close();
        } finally {
            ledger.unlock();
        }
    }

    /** Under the ledger's lock. */
    final void own(OwnMeter meter, SharedMeter.Share share) {
        holdings.join(this, meter.of(origin), share);
    }

    /** Under the ledger's lock. */
    final void join(Object owner, Metric metric, Tags tags, SharedMeter.Share share) {
        if (!holdings.join(owner, new MeterSpec(metric, tags, origin.description()), share)) {
            dropped.increment();
            if (refused.compareAndSet(false, true)) {
                Log.warn("{}: the registry has another meter {} {}, or has its name ({} in Prometheus) for another "
                        + "metric, or refuses it; it is not exported. Said once.", origin, metric.name(), tags,
                        metric.prometheusName());
            }
        }
    }

    final void overCap(String consequence) {
        if (warned.compareAndSet(false, true)) {
            Log.warn("{} has more than {} label sets; {}. Said once.", origin, options.maxSeries(), consequence);
        }
    }
}
