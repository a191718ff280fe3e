package io.ebpf4j;

import io.ebpf4j.internal.Leaks;
import io.ebpf4j.internal.map.Walker;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads a whole hash again and again, by a small eBPF program of this library's own. The kernel runs it for each
 * {@link #forEach}, and it copies all rows into memory that is mapped into this process: two to three times as fast as the
 * batches of a view where rows are few enough for the processor's caches, a little faster where they are millions.
 *
 * {@snippet :
 * try (var walker = program.map("counts").asHash(Flow.class, Long.class).walker()) {
 *     while (running()) {
 *         walker.forEach((flow, count) -> System.out.println(flow + " " + count));
 *     }
 * }
 * }
 *
 * <p>It is not what a view does by itself, for it has its price. To load the program takes some milliseconds; the memory is made
 * at once, for as many rows as the map can have. And the program takes no lock, as batches do: a row whose value
 * functions change in its place is seen as it is then, but one that is written by a call of
 * {@code bpf_map_update_elem}, or from here, is a new row in the kernel, and the old one's place is given to the next. While that
 * happens a walk may miss a row, meet one twice, or see the value of one with the key of another. So this is for
 * hashes whose rows come and stay, such as counters that functions add to; where that matters otherwise, a view's batches are
 * right.
 *
 * <p>Needs Linux 5.14 (5.19 for a per-CPU hash), CAP_BPF and CAP_PERFMON. Where the kernel, the rights, the kind of map,
 * or the size of its rows (4 KiB) do not allow it, rows are read in batches as by the view; {@link #hindrance} tells why. So
 * they are when a map has more rows than fit in 64 MiB.
 *
 * <p>Thread-safe: one thread at a time uses the program, and who comes meanwhile, as from within a visitor, reads in
 * batches. Closed with its program at the latest; one that was forgotten is told as
 * {@link BpfProgram} says.
 *
 * @param <T> what takes the rows, as the view's {@code forEach} does
 */
public final class MapWalker<T> implements AutoCloseable {
    private final Walker<T> walker;
    private final Leaks.Watch watch;

    MapWalker(Walker<T> walker, String where) {
        this.walker = walker;
        this.watch = Leaks.watch(this, "walker of " + where);
    }

    /**
     * Visits the rows.
     *
     * @param visitor takes key and value; what it throws ends the visit
     * @return how many rows were visited
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when this, or the program of the map, is closed
     */
    public int forEach(T visitor) {
        return walker.forEach(Objects.requireNonNull(visitor, "visitor"));
    }

    /** {@return why rows are read in batches; empty when the program of this walker reads them} */
    public Optional<String> hindrance() {
        return walker.hindrance();
    }

    /**
     * Gives back program and memory. Visits that are under way are waited for; called by a visitor it does not wait for that
     * one. Idempotent.
     */
    @Override
    public void close() {
        watch.closed();
        walker.close();
    }
}
