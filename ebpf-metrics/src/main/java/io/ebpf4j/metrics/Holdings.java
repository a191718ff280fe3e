package io.ebpf4j.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shares in meters that one binder has, by whom they are for. All of it needs the ledger's lock. */
final class Holdings {
    private final Ledger ledger;
    private final Map<Object, List<Runnable>> shares = new HashMap<>();
    private boolean closed;

    Holdings(Ledger ledger) {
        this.ledger = ledger;
    }

    /** {@return whether there is such a meter now; after {@link #close} nothing is registered and that is no failure} */
    boolean join(Object owner, MeterSpec spec, SharedMeter.Share share) {
        if (closed) {
            return true;
        }
        Optional<Runnable> joined = ledger.join(spec, share);
        joined.ifPresent(leave -> shares.computeIfAbsent(owner, _ -> new ArrayList<>()).add(leave));
        return joined.isPresent();
    }

    void leave(Object owner) {
        List<Runnable> left = shares.remove(owner);
        if (left != null) {
            left.forEach(Runnable::run);
        }
    }

    void close() {
        closed = true;
        shares.values().forEach(left -> left.forEach(Runnable::run));
        shares.clear();
    }
}
