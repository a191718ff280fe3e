package io.ebpf4j;

import io.ebpf4j.internal.Leaks;
import io.ebpf4j.internal.map.Walker;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads a whole hash again and again, by a small eBPF program of this library's own. The kernel runs it for each
 * {@link #forEach}, and it copies all rows into memory that is mapped into this process: in half the time that batches take, or
 * less.
 *
 * {@snippet :
 * try (var walker = program.map("counts").asHash(Flow.class, Long.class).walker()) {
 *     while (running()) {
 *         walker.forEach((flow, count) -> System.out.println(flow + " " + count));
 *     }
 * }
 * }
 *
 * <p>It is not what a view does by itself, for it has its price. To load the program takes some milliseconds; the memory is
 * made at once, for as many rows as the map can have. A million rows keep the kernel busy for some 0.2 s without a pause, in which
 * one without preemption does nothing else on that CPU.
 *
 * <p>And the program takes no lock, as batches do. Key and value are of one row (but if, while it copies them, the row is removed, its
 * place goes to another key and then back to the same), and a row that stays and whose value
 * functions change in its place is seen. But one that is written anew while the program is at it, by
 * {@code bpf_map_update_elem} or from here, may be missed; and while others are removed, so may any, or be met twice. So
 * this is for hashes whose rows come and stay, such as counters that functions add to.
 *
 * <p>Walks a HASH (Linux 5.14) or PERCPU_HASH (5.19) whose rows have up to 4 KiB, with CAP_BPF and CAP_PERFMON. Else, and once a
 * map has more rows than fit in 64 MiB, rows are read in batches as by the view; {@link #hindrance} tells why. LRU kinds
 * are not walked: to look a row up is to use it.
 *
 * <p>Thread-safe: one thread at a time uses the program, and who comes meanwhile, as from within a visitor, reads in
 * batches. Closed with its program at the latest; one that was forgotten is told as {@link BpfProgram} says.
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
