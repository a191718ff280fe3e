package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the exporters of all kinds of maps share: their place in the registry, and accounts of what found none. */
abstract class Binder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MicrometerExporter.class);

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

    /** {@return the names of the metrics it makes, its own meters aside} */
    abstract List<String> metrics();

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
    final void join(Object owner, MeterSpec.Kind kind, String metric, Tags tags, Optional<String> unit,
            SharedMeter.Share share) {
        if (!holdings.join(owner, new MeterSpec(kind, metric, tags, origin.description(), unit), share)) {
            dropped.increment();
            if (refused.compareAndSet(false, true)) {
                LOG.warn("{}: the registry has another meter {} {} or refuses it; it is not exported. Said once.",
                        origin, metric, tags);
            }
        }
    }

    final void overCap(String consequence) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn("{} has more than {} label sets; {}. Said once.", origin, options.maxSeries(), consequence);
        }
    }
}
