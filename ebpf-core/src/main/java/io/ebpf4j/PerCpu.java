package io.ebpf4j;

import io.ebpf4j.internal.map.CpuValues;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a row of a per-CPU map holds: one value a <em>possible</em> CPU, be it there or not
 * ({@code /sys/devices/system/cpu/possible}), so that functions write theirs without waiting for each other. Immutable.
 *
 * {@snippet :
 * HashMapView<Integer, PerCpu<Traffic>> traffic = program.map("traffic").asPerCpuHash(Integer.class, Traffic.class);
 * traffic.forEach((port, each) -> System.out.println(port + " " + each.sum(Traffic::bytes)));
 * }
 *
 * <p>The values of a row are read one after the other while functions may write them: each is a value that was there, the sum
 * need not be one that ever was.
 *
 * @param values in the order of the CPUs' numbers; the index is the CPU's number where possible CPUs have no gaps, as on all
 * but the oddest machines
 * @param <V> what a value becomes
 */
public record PerCpu<V>(List<V> values) {
    /** Copies the list. */
    public PerCpu {
        values = CpuValues.copyOf(values); // List.copyOf takes no null, which an enum may be
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no machine has no CPUs");
        }
    }

    /**
     * {@return the same value for each CPU}
     *
     * @param value of each
     * @param cpus how many, as {@link BpfMap#cpus} tells
     * @param <V> what a value becomes
     */
    public static <V> PerCpu<V> same(V value, int cpus) {
        return new PerCpu<>(Collections.nCopies(cpus, value));
    }

    /**
     * {@return the value of a CPU}
     *
     * @param cpu its number, from 0 on
     * @throws IndexOutOfBoundsException when there is no such CPU
     */
    public V get(int cpu) {
        return values.get(cpu);
    }

    /**
     * {@return the sum of whole numbers; it wraps around as in C, so that of a {@code u64} its bits are right}
     *
     * @throws UnsupportedOperationException when the values are no whole numbers
     */
    public long sum() {
        long sum = 0;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            sum += number(values.get(cpu));
        }
        return sum;
    }

    /**
     * {@return the largest of whole numbers}
     *
     * @throws UnsupportedOperationException when the values are no whole numbers
     */
    public long max() {
        long max = Long.MIN_VALUE;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            max = Math.max(max, number(values.get(cpu)));
        }
        return max;
    }

    /**
     * {@return the smallest of whole numbers}
     *
     * @throws UnsupportedOperationException when the values are no whole numbers
     */
    public long min() {
        long min = Long.MAX_VALUE;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            min = Math.min(min, number(values.get(cpu)));
        }
        return min;
    }

    /**
     * {@return the sum of a part of each value}
     *
     * @param part yields it, as {@code Traffic::bytes}
     */
    public long sum(ToLongFunction<? super V> part) {
        long sum = 0;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            sum += part.applyAsLong(values.get(cpu));
        }
        return sum;
    }

    /**
     * {@return the largest of a part of each value}
     *
     * @param part yields it
     */
    public long max(ToLongFunction<? super V> part) {
        long max = Long.MIN_VALUE;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            max = Math.max(max, part.applyAsLong(values.get(cpu)));
        }
        return max;
    }

    /**
     * {@return the smallest of a part of each value}
     *
     * @param part yields it
     */
    public long min(ToLongFunction<? super V> part) {
        long min = Long.MAX_VALUE;
        for (int cpu = 0; cpu < values.size(); cpu++) {
            min = Math.min(min, part.applyAsLong(values.get(cpu)));
        }
        return min;
    }

    private static long number(Object value) {
        return switch (value) {
            case Byte _,Short _,Integer _,Long _ -> ((Number) value).longValue();
            default -> throw new UnsupportedOperationException("a " + value.getClass().getSimpleName()
                    + " is no whole number of up to 64 bits; name a part of it, as in sum(Traffic::bytes)");
        };
    }
}
