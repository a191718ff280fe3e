package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.noop.NoopMeter;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All meters that this library made in one registry. Exporters take shares in them, for two programs may want the same
 * meter: registering hands back the existing one and never says whose it is, and removing takes it from everyone. A
 * counter is the sum of its shares, a gauge shows the youngest one, and the meter goes with its last share.
 *
 * <p>Who reads a meter may only try the lock, never wait for it: it may be inside the registry's own locks, which a
 * registration needs.
 */
final class Ledger {
    /** A ledger lives as long as its registry, whose listeners hold it; holding it here would keep both forever. */
    private static final Map<MeterRegistry, WeakReference<Ledger>> LEDGERS = new WeakHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final WeakReference<MeterRegistry> registry;
    private final Map<Meter.Id, SharedMeter> byId = new HashMap<>();
    /** By identity, for a meter equals every other one of its name and tags. */
    private final Map<Meter, SharedMeter> byMeter = Collections.synchronizedMap(new IdentityHashMap<>());
    /** What is in the registry, and in how many meters. */
    private final Map<Metric, Integer> metrics = new HashMap<>();
    /** What the registry made since the last registration began. */
    private final Set<Meter> fresh = Collections.newSetFromMap(new IdentityHashMap<>());

    private Ledger(MeterRegistry registry) {
        this.registry = new WeakReference<>(registry);
        registry.config().onMeterAdded(meter -> {
            if (lock.isHeldByCurrentThread()) {
                fresh.add(meter);
            }
        }).onMeterRemoved(byMeter::remove);
    }

    static Ledger of(MeterRegistry registry) {
        synchronized (LEDGERS) {
            WeakReference<Ledger> reference = LEDGERS.get(registry);
            Ledger ledger = reference == null ? null : reference.get();
            if (ledger == null) {
                ledger = new Ledger(registry);
                LEDGERS.put(registry, new WeakReference<>(ledger));
            }
            return ledger;
        }
    }

    void lock() {
        lock.lock();
    }

    /** {@return whether the lock was had; not even its holder enters twice, for then it is the registry that calls} */
    boolean tryLock() {
        return !lock.isHeldByCurrentThread() && lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    /**
     * Takes a share in a meter, which is registered with its first one. The lock must be held.
     *
     * @param spec the meter
     * @param share the part of it that is ours
     * @return what gives the share back, also under the lock; empty where somebody else has a meter of this name and
     * these tags, another metric has its name, or the registry refused
     */
    Optional<Runnable> join(MeterSpec spec, SharedMeter.Share share) {
        Meter.Id id = spec.id();
        Optional<SharedMeter> shared = Optional.ofNullable(byId.get(id)).filter(this::isThere)
                .or(() -> register(spec, share)).filter(meter -> meter.metric().kind() == spec.metric().kind());
        return shared.map(meter -> {
            byId.put(id, meter);
            meter.ids().add(id);
            meter.add(share);
            return () -> leave(meter, share);
        });
    }

    /** {@return whether nobody else has removed it; one that a filter denied has never been there} */
    private boolean isThere(SharedMeter shared) {
        return shared.meter().isEmpty() || byMeter.containsKey(shared.meter().get());
    }

    private Optional<SharedMeter> register(MeterSpec spec, SharedMeter.Share share) {
        MeterRegistry target = registry.get();
        if (target == null || clashes(spec.metric())) {
            return Optional.empty();
        }
        fresh.clear();
        try {
            SharedMeter shared = new SharedMeter(spec.metric());
            // Before anyone can read it.
            shared.add(share);
            Meter meter = spec.register(target, shared);
            if (fresh.contains(meter)) {
                shared.made(meter);
                byMeter.put(meter, shared);
                metrics.merge(spec.metric(), 1, Integer::sum);
                return Optional.of(shared);
            }
            // A denial is what the registry's owner wants. Else it is one of ours, which a filter calls by the same
            // name and tags, or somebody else's.
            return meter instanceof NoopMeter ? Optional.of(shared) : Optional.ofNullable(byMeter.get(meter));
        } catch (Throwable t) {
            Log.debug("the registry refused {} {}", spec.metric().name(), spec.tags(), t);
            return Optional.empty();
        } finally {
            fresh.clear();
        }
    }

    /** A registry may take both and show one, and not say so to who registers. What a filter denied is not there. */
    private boolean clashes(Metric metric) {
        return !metrics.containsKey(metric) && metrics.keySet().stream().anyMatch(metric::clashesWith);
    }

    private void leave(SharedMeter shared, SharedMeter.Share share) {
        if (!shared.remove(share)) {
            return;
        }
        shared.ids().forEach(id -> byId.remove(id, shared));
        shared.meter().ifPresent(meter -> {
            metrics.computeIfPresent(shared.metric(), (_, meters) -> meters == 1 ? null : meters - 1);
            if (byMeter.containsKey(meter)) {
                remove(meter);
            }
        });
    }

    private void remove(Meter meter) {
        MeterRegistry target = registry.get();
        if (target == null) {
            return;
        }
        try {
            target.remove(meter);
        } catch (Throwable t) {
            // A listener's, perhaps before ours had its turn; the registry has let go of the meter by then.
            byMeter.remove(meter);
        }
    }
}
