package io.ebpf4j.internal.ring;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many records found no room in a ring, where the program counts them: in {@code <ring>_lost_samples}, one number a CPU,
 * as Inspektor Gadget does it. Thread-safe.
 */
public final class LostSamples implements AutoCloseable {
    /** What the counter's name has behind the ring's. */
    public static final String SUFFIX = "_lost_samples";
    /** Of a ring whose losses nobody counts. */
    public static final LostSamples NONE = new LostSamples(Optional.empty());

    private final Optional<Table> counter;
    private long last; // guarded by this, as is what follows
    private boolean closed;

    private LostSamples(Optional<Table> counter) {
        this.counter = counter;
    }

    /** {@return the losses of a ring} */
    public static LostSamples of(ProgramSpec spec, LoadedObject object, MapSpec ring) {
        return new LostSamples(spec.maps().stream().filter(map -> map.name().equals(ring.name() + SUFFIX))
                .filter(map -> map.type() == MapType.PERCPU_ARRAY && map.keySize() == Integer.BYTES
                        && map.valueSize() == Long.BYTES)
                .findFirst().map(object::table));
    }

    /**
     * {@return the statistics of a consumer, with the losses} Of a perf buffer the kernel tells them too, but only with the next record that fits.
     */
    public RingStatistics in(RingStatistics read) {
        return counter.isEmpty()
                ? read
                : new RingStatistics(read.records(), read.discarded(), read.tooShort(), read.failed(),
                        read.backlogBytes(),
                        OptionalLong.of(Math.max(count(), read.lost().orElse(0))));
    }

    /** Reads it for the last time, as the map is about to go. */
    @Override
    public synchronized void close() {
        count();
        closed = true;
    }

    private synchronized long count() {
        if (!closed && counter.isPresent()) {
            last = Math.max(last, sum(counter.get()).orElse(last));
        }
        return last;
    }

    private static OptionalLong sum(Table table) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpus = arena.allocate(table.valueSize(), Long.BYTES);
            if (table.lookup(arena.allocateFrom(ValueLayout.JAVA_INT, 0), cpus) != 0) {
                return OptionalLong.empty();
            }
            long sum = 0;
            for (long at = 0; at < cpus.byteSize(); at += Long.BYTES) {
                sum += cpus.get(ValueLayout.JAVA_LONG, at);
            }
            return OptionalLong.of(sum);
        }
    }
}
