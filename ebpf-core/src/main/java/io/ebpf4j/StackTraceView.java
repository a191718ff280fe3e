package io.ebpf4j;

import io.ebpf4j.internal.map.Rows;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A STACK_TRACE map: the stacks that {@code bpf_get_stackid} has given numbers. Thread-safe; valid until its program closes.
 * Functions of another stack whose number is the same fail or replace it, as their flags say; what was read should be
 * removed, or the map fills up.
 *
 * <p>Errors are as {@link HashMapView} says.
 */
public final class StackTraceView {
    /** Takes stacks. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one stack.
         *
         * @param id its number
         * @param frames addresses, the innermost first
         */
        void stack(int id, long[] frames);
    }

    private final Rows<Integer, long[]> rows;

    StackTraceView(Rows<Integer, long[]> rows) {
        this.rows = rows;
    }

    /**
     * {@return the addresses of a stack, the innermost first; empty when there is none of this number}
     *
     * @param id what {@code bpf_get_stackid} returned; a negative one, which is an error, has no stack
     */
    public Optional<long[]> frames(int id) {
        return id < 0 ? Optional.empty() : Optional.ofNullable(rows.get(id)).map(StackTraceView::used);
    }

    /**
     * Removes a stack.
     *
     * @param id its number
     * @return whether it was there
     */
    public boolean remove(int id) {
        return id >= 0 && rows.remove(id);
    }

    /**
     * Visits all stacks that stay meanwhile.
     *
     * @param visitor takes them; what it throws ends the visit
     * @return how many
     */
    public int forEach(Visitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        return rows.forEach((id, frames) -> visitor.stack(id, used(frames)));
    }

    /**
     * Removes all stacks.
     *
     * @return how many there were
     */
    public int clear() {
        return rows.clear().rows();
    }

    private static long[] used(long[] frames) {
        int depth = frames.length;
        while (depth > 0 && frames[depth - 1] == 0) {
            depth--;
        }
        return Arrays.copyOf(frames, depth);
    }
}
