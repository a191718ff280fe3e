package io.ebpf4j.internal.map;

import java.util.AbstractList;
import java.util.Collection;
import java.util.RandomAccess;

/**
 * A list that nobody changes, of which nulls may be part. Made by those who read a row, and so not copied again.
 *
 * @param <V> the values
 */
public final class CpuValues<V> extends AbstractList<V> implements RandomAccess {
    private final Object[] values;

    private CpuValues(Object[] values) {
        this.values = values;
    }

    /** {@return a list of values, copied but where they are such a list already} */
    @SuppressWarnings("unchecked") // it never changes, so that it is one of any supertype too
    public static <V> CpuValues<V> copyOf(Collection<? extends V> values) {
        return values instanceof CpuValues<?> already ? (CpuValues<V>) already : new CpuValues<>(values.toArray());
    }

    /** {@return a list of values} From now on nobody writes the array. */
    static <V> CpuValues<V> of(V[] values) {
        return new CpuValues<>(values);
    }

    @Override
    @SuppressWarnings("unchecked") // of whom made it
    public V get(int cpu) {
        return (V) values[cpu];
    }

    @Override
    public int size() {
        return values.length;
    }
}
