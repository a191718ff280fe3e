package io.ebpf4j.bench;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.HashMapView;
import io.ebpf4j.LongArrayMapView;
import io.ebpf4j.LongHashMapView;
import io.ebpf4j.MapWalker;
import io.ebpf4j.PerCpu;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** Maps: every row, and one row. */
final class TableWorkload {
    private static final String ALL = "B.iterate";
    private static final String ONE = "F.single";
    private static final int OPERATIONS = 100_000;
    private static final int ROWS = 10_000;

    private final Sampler sampler;
    private final BpfProgram program;
    private final int[] indexes = indexes();

    private TableWorkload(Sampler sampler, BpfProgram program) {
        this.sampler = sampler;
        this.program = program;
    }

    static void iterate(Sampler sampler, Pins pins) {
        try (var program = pins.tables()) {
            var workload = new TableWorkload(sampler, program);
            workload.iterate("hash 1M", "h1m", 1_000_000);
            workload.iterate("hash 10k", "h10k", ROWS);
            workload.iteratePerCpu();
        }
    }

    static void single(Sampler sampler, Pins pins) {
        try (var program = pins.tables()) {
            var workload = new TableWorkload(sampler, program);
            workload.records(program.map("h10k").asHash(Key.class, Long.class));
            if (pins.has("n10k")) {
                workload.numbers(program.map("n10k").asLongHash());
            }
            workload.array(program.map("a10k").asLongArray());
        }
    }

    private void iterate(String name, String map, int rows) {
        var view = program.map(map).asHash(Key.class, Long.class);
        var sum = new Sum();
        sampler.measure(new Case(ALL, name, "ebpf4j forEach"), Unit.each("entry", rows), sum::clear, () -> {
            view.forEach(sum);
            return sum.total;
        });
        walk(name, view.walker(), sum, sum::clear, () -> sum.total, rows);
        var shared = new LongAdder();
        sampler.measure(new Case(ALL, name, "ebpf4j parallel, 2 threads"), Unit.eachShared("entry", rows),
                shared::reset,
                () -> {
                    view.forEachParallel(2, (_, value) -> shared.add(value));
                    return shared.sum();
                });
    }

    private void iteratePerCpu() {
        var view = program.map("ph10k").asPerCpuHash(Key.class, Long.class);
        var sum = new PerCpuSum();
        sampler.measure(new Case(ALL, "percpu hash 10k", "ebpf4j forEach"), Unit.each("entry", ROWS), sum::clear,
                () -> {
                    view.forEach(sum);
                    return sum.total;
                });
        walk("percpu hash 10k", view.walker(), sum, sum::clear, () -> sum.total, ROWS);
    }

    private <T> void walk(String name, MapWalker<T> opened, T visitor, Runnable clear, LongSupplier total, int rows) {
        try (var walker = opened) {
            walker.hindrance().ifPresent(why -> {
                throw new IllegalStateException(why);
            });
            sampler.measure(new Case(ALL, name, "ebpf4j walker"), Unit.each("entry", rows), clear, () -> {
                walker.forEach(visitor);
                return total.getAsLong();
            });
        }
    }

    private void records(HashMapView<Key, Long> view) {
        var keys = new Key[OPERATIONS];
        var values = new Long[OPERATIONS];
        for (int i = 0; i < OPERATIONS; i++) {
            keys[i] = Key.of(indexes[i]);
            values[i] = (long) indexes[i];
        }
        measure("hash 10k", "get", () -> {
            long sum = 0;
            for (Key key : keys) {
                sum += view.get(key).orElseThrow();
            }
            return sum;
        });
        measure("hash 10k", "put", () -> {
            for (int i = 0; i < OPERATIONS; i++) {
                view.put(keys[i], values[i]);
            }
            return 0;
        });
    }

    private void numbers(LongHashMapView view) {
        measure("hash 10k of numbers", "get", () -> {
            long sum = 0;
            for (int index : indexes) {
                sum += view.getOrDefault(index, -1);
            }
            return sum;
        });
        measure("hash 10k of numbers", "put", () -> {
            for (int index : indexes) {
                view.put(index, index);
            }
            return 0;
        });
    }

    private void array(LongArrayMapView view) {
        measure("array 10k", "get", () -> {
            long sum = 0;
            for (int index : indexes) {
                sum += view.get(index);
            }
            return sum;
        });
        measure("array 10k", "put", () -> {
            for (int index : indexes) {
                view.set(index, index);
            }
            return 0;
        });
    }

    private void measure(String name, String operation, LongSupplier work) {
        sampler.measure(new Case(ONE, name, "ebpf4j " + operation), Unit.each("op", OPERATIONS), () -> {}, work);
    }

    /** Marsaglia's xorshift64, with the numbers of his paper, as {@code c/tables.c} has them. */
    private static int[] indexes() {
        var indexes = new int[OPERATIONS];
        long x = 88172645463325252L;
        for (int i = 0; i < indexes.length; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            indexes[i] = (int) Long.remainderUnsigned(x, ROWS);
        }
        return indexes;
    }

    private static final class Sum implements BiConsumer<Key, Long> {
        private long total;

        void clear() {
            total = 0;
        }

        @Override
        public void accept(Key key, Long value) {
            total += value;
        }
    }

    private static final class PerCpuSum implements BiConsumer<Key, PerCpu<Long>> {
        private long total;

        void clear() {
            total = 0;
        }

        @Override
        public void accept(Key key, PerCpu<Long> values) {
            total += values.sum();
        }
    }
}
