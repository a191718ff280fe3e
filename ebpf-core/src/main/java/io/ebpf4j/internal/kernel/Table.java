package io.ebpf4j.internal.kernel;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.export.RowVisitor;
import java.lang.foreign.MemorySegment;

/**
 * The rows of a map. Memory that is given is native, of the key's size and of {@link #valueSize}. Those that return an int
 * return 0 or {@code -errno}, for {@link #failure} to name. A recording throws {@link UnsupportedOperationException} where it is
 * written. Safe for use by several threads.
 */
public interface Table {
    /** A flag of {@link #update}: only a row that is not there yet. */
    long NO_EXIST = 1;
    /** A flag of {@link #update}: only a row that is there. */
    long EXIST = 2;

    /** {@return how many bytes the value of a row has: of a per-CPU kind, those of all CPUs} */
    int valueSize();

    /** {@return how many rows there can be} */
    long maxEntries();

    /** Copies a value; {@code -ENOENT} where there is none. */
    int lookup(MemorySegment key, MemorySegment value);

    /** Writes a value; {@code -EEXIST} or {@code -ENOENT} where the flags want it otherwise. */
    int update(MemorySegment key, MemorySegment value, long flags);

    /** Removes a row; {@code -ENOENT} where there is none. */
    int delete(MemorySegment key);

    /** Copies a value and removes its row, in one go since Linux 5.14; {@code -ENOENT} where there is none. */
    int take(MemorySegment key, MemorySegment value);

    /**
     * Writes rows that lie side by side, as many as go in one call.
     *
     * @return how many were written, from the first on; the next one may be refused
     */
    int updateAll(MemorySegment keys, MemorySegment values, int rows);

    /**
     * Removes rows whose keys lie side by side, as many as go in one call.
     *
     * @return how many were removed, from the first on; the next one may not be there
     */
    int deleteAll(MemorySegment keys, int rows);

    /** {@return how many rows are read or written in one call at most} */
    int batch();

    /**
     * Visits every row that stays in the map meanwhile, and perhaps some that come or go.
     *
     * @param visitor takes the rows
     * @return how far it came
     * @throws MapAccessException when the kernel refuses
     */
    Walk walk(BlockVisitor visitor);

    /** {@return as {@link #walk(BlockVisitor)}, each row by itself} */
    default Walk walk(RowVisitor visitor) {
        return walk(BlockVisitor.of(visitor));
    }

    /** {@return whether several threads can visit a part each} */
    boolean isDivisible();

    /**
     * Visits a part of the rows; all parts together are what {@link #walk(BlockVisitor)} visits.
     *
     * @param part which, from 0 on
     * @param parts how many there are
     * @param visitor takes the rows
     * @return how many rows were visited
     * @throws MapAccessException when the kernel refuses
     */
    int walkPart(int part, int parts, BlockVisitor visitor);

    /**
     * Visits rows as {@link #walk(BlockVisitor)} does, and removes each before. What the visitor throws ends the visit; rows that
     * were taken and not visited are put back, and those that could not be are told by a suppressed exception.
     *
     * @param visitor takes the rows
     * @return how far it came
     * @throws MapAccessException when the kernel refuses
     */
    Walk drain(RowVisitor visitor);

    /**
     * Visits rows as {@link #walk(BlockVisitor)} does.
     *
     * @param visitor takes the rows
     * @return how many rows were visited
     * @throws MapAccessException when the kernel refuses, or rows come and go faster than they can be visited
     */
    int forEach(BlockVisitor visitor);

    /** {@return as {@link #forEach(BlockVisitor)}, each row by itself} */
    default int forEach(RowVisitor visitor) {
        return forEach(BlockVisitor.of(visitor));
    }

    /**
     * {@return a program in the kernel that copies all rows, which the caller closes}
     *
     * @throws io.ebpf4j.KernelSupportException when there is none for such a map, in this kernel, with these rights; says why
     */
    WalkProgram walkProgram();

    /**
     * {@return what to throw when a call fails}
     *
     * @param call what was to be done, with which key
     * @param result what the call returned
     */
    MapAccessException failure(String call, int result);
}
