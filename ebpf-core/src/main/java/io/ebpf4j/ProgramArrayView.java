package io.ebpf4j;

import io.ebpf4j.internal.map.Rows;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A PROG_ARRAY: the functions that {@code bpf_tail_call} jumps to. Thread-safe; valid until its program closes. The kernel
 * takes functions of one type only, with the same rights as the one that jumps.
 *
 * <p>Errors are as {@link HashMapView} says. With the last descriptor of the map that this process has, the kernel empties
 * it.
 */
public final class ProgramArrayView {
    private final Rows<Integer, Integer> rows;

    ProgramArrayView(Rows<Integer, Integer> rows) {
        this.rows = rows;
    }

    /**
     * Puts a function in its place; jumps that are under way go where they went.
     *
     * @param index from 0 on
     * @param function of this or another program; it stays in the kernel as long as it is in here
     * @throws MapAccessException also when the function does not suit those that are in here
     * @throws IllegalStateException when it is not loaded
     */
    public void put(int index, BpfFunction function) {
        Objects.requireNonNull(function, "function");
        function.handle().use(fd -> rows.update(index, fd, 0));
    }

    /**
     * {@return the kernel's number of the function at an index, empty when there is none} Linux 5.0.
     *
     * @param index from 0 on
     */
    public OptionalInt functionId(int index) {
        Integer id = rows.get(index);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * Takes a function out: from now on jumps to it fail, and the function that jumps goes on.
     *
     * @param index from 0 on
     * @return whether there was one
     */
    public boolean remove(int index) {
        return rows.remove(index);
    }
}
