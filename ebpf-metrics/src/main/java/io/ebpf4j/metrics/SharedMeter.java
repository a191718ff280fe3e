package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/** One meter of a registry and those who have a share in it. Changed under its ledger's lock, read by anyone. */
final class SharedMeter implements DoubleSupplier {
    private final Metric metric;
    private final Set<Meter.Id> ids = new HashSet<>();
    private Optional<Meter> meter = Optional.empty();
    private volatile Shares shares = new Shares(0, List.of());

    /** Part of a meter. Throws nothing; of a counter it never falls. */
    @FunctionalInterface
    interface Share {
        /** Sees to it that the value is recent enough. May wait for whoever does the same. */
        default void refresh() {}

        /** {@return the value as it is known now, without waiting} */
        double value();
    }

    /**
     * What there is to read.
     *
     * @param retired of a counter what was counted by shares that are gone, and without it the sum would fall; of a gauge
     * what the last to go said last, for who reads it while it goes
     * @param list the others
     */
    private record Shares(double retired, List<Share> list) {}

    SharedMeter(Metric metric) {
        this.metric = metric;
    }

    /** {@return what it was first asked for as} */
    Metric metric() {
        return metric;
    }

    /** {@return the names it is asked for by; several where a filter of the registry makes them one} */
    Set<Meter.Id> ids() {
        return ids;
    }

    /** {@return the meter in the registry; none where a filter denied it} */
    Optional<Meter> meter() {
        return meter;
    }

    void made(Meter made) {
        meter = Optional.of(made);
    }

    /** Adds one that may be there already. */
    void add(Share share) {
        if (shares.list().contains(share)) {
            return;
        }
        shares = new Shares(shares.retired(), Stream.concat(shares.list().stream(), Stream.of(share)).toList());
    }

    /** {@return whether that was the last one} */
    boolean remove(Share share) {
        List<Share> left = shares.list().stream().filter(s -> !s.equals(share)).toList();
        shares = new Shares(switch (metric.kind()) {
            case COUNTER -> shares.retired() + share.value();
            case GAUGE, TIME -> share.value();
        }, left);
        return left.isEmpty();
    }

    /** {@return the sum of a counter's shares, the youngest of a gauge's} */
    @Override
    public double getAsDouble() {
        shares.list().forEach(Share::refresh);
        Shares now = shares;
        return switch (metric.kind()) {
            case COUNTER -> now.list().stream().mapToDouble(Share::value).reduce(now.retired(), Double::sum);
            case GAUGE, TIME -> now.list().isEmpty() ? now.retired() : now.list().getLast().value();
        };
    }
}
