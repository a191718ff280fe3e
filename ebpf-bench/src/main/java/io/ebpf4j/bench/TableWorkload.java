package io.ebpf4j.bench;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.HashMapView;
import java.util.function.BiConsumer;

/** Maps: every row, and one row. */
final class TableWorkload {
    private static final int OPERATIONS = 100_000;
    private static final int ROWS = 10_000;

    private TableWorkload() {}

    static void iterate(Sampler sampler, Pins pins) {
        try (var program = pins.tables()) {
            iterate(sampler, "hash 1M", view(program, "h1m"), 1_000_000);
            iterate(sampler, "hash 10k", view(program, "h10k"), ROWS);
        }
    }

    static void single(Sampler sampler, Pins pins) {
        try (var program = pins.tables()) {
            var view = view(program, "h10k");
            var keys = keys();
            sampler.measure(new Case("F.single", "hash 10k", "ebpf4j get"), Unit.each("op", OPERATIONS), () -> {},
                    () -> {
                        long sum = 0;
                        for (Key key : keys) {
                            sum += view.get(key).orElseThrow();
                        }
                        return sum;
                    });
        }
    }

    private static HashMapView<Key, Long> view(BpfProgram program, String map) {
        return program.hashMap(map, Key.class, Long.class);
    }

    private static void iterate(Sampler sampler, String name, HashMapView<Key, Long> view, int rows) {
        var sum = new Sum();
        sampler.measure(new Case("B.iterate", name, "ebpf4j forEach"), Unit.each("entry", rows), () -> sum.total = 0,
                () -> {
                    view.forEach(sum);
                    return sum.total;
                });
    }

    /** Marsaglia's xorshift64, with the numbers of his paper, as {@code c/tables.c} has them. */
    private static Key[] keys() {
        var keys = new Key[OPERATIONS];
        long x = 88172645463325252L;
        for (int i = 0; i < keys.length; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            keys[i] = Key.of(Long.remainderUnsigned(x, ROWS));
        }
        return keys;
    }

    private static final class Sum implements BiConsumer<Key, Long> {
        private long total;

        @Override
        public void accept(Key key, Long value) {
            total += value;
        }
    }
}
