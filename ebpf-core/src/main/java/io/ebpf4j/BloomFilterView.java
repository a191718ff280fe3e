package io.ebpf4j;

import io.ebpf4j.internal.map.Values;

/**
 * A BLOOM_FILTER: a set that forgets nothing, and now and then takes for a member what is none. Thread-safe; valid until its
 * program closes. Linux 5.16. Nothing can be taken out, nor listed.
 *
 * <p>Errors are as {@link HashMapView} says; values are not null.
 *
 * @param <V> what a value becomes
 */
public final class BloomFilterView<V> {
    private final Values<V> values;

    BloomFilterView(Values<V> values) {
        this.values = values;
    }

    /**
     * Puts a value in.
     *
     * @param value which
     */
    public void add(V value) {
        values.push(value, 0);
    }

    /**
     * {@return whether a value may have been put in; false means that it was not}
     *
     * @param value which
     */
    public boolean mightContain(V value) {
        return values.contains(value);
    }
}
