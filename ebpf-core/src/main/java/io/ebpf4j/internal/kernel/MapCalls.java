package io.ebpf4j.internal.kernel;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapSpec;
import java.lang.foreign.MemorySegment;

/**
 * What bpf(2) does with one map, call by call. Each method returns what the call does: 0, or {@code -errno}. Memory is
 * native; of a map without keys the key is {@link MemorySegment#NULL}. Safe for use by several threads.
 */
public interface MapCalls {
    /** {@code BPF_MAP_LOOKUP_ELEM}: copies a value. */
    int lookup(MemorySegment key, MemorySegment value, long flags);

    /** {@code BPF_MAP_UPDATE_ELEM}: writes a value. */
    int update(MemorySegment key, MemorySegment value, long flags);

    /** {@code BPF_MAP_DELETE_ELEM}: removes a row. */
    int delete(MemorySegment key);

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}: copies a value and removes its row. Of hashes Linux 5.14. */
    int lookupAndDelete(MemorySegment key, MemorySegment value);

    /** {@code BPF_MAP_GET_NEXT_KEY}: copies the key behind a key; the first behind one that is not there. */
    int nextKey(MemorySegment key, MemorySegment next);

    /**
     * {@code BPF_MAP_LOOKUP_BATCH}: copies rows.
     *
     * @param from the place where the last call ended; {@link MemorySegment#NULL} for the begin
     * @param to takes the place where this call ends; at least four bytes, for in a hash that is a bucket's number
     * @param keys takes the keys
     * @param values takes the values
     * @param count an int: for how many rows there is room, then how many were copied
     */
    int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count);

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}: copies rows and removes them; arguments as {@link #lookupBatch} has them. */
    int lookupAndDeleteBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count);

    /**
     * {@code BPF_MAP_UPDATE_BATCH}: writes rows, until one is refused.
     *
     * @param count an int: how many rows there are, then how many were written
     */
    int updateBatch(MemorySegment keys, MemorySegment values, MemorySegment count);

    /**
     * {@code BPF_MAP_DELETE_BATCH}: removes rows, until one is not there.
     *
     * @param count an int: how many keys there are, then how many rows were removed
     */
    int deleteBatch(MemorySegment keys, MemorySegment count);

    /**
     * {@return a program that copies all rows, loaded now, which the caller closes}
     *
     * @param where how messages call the map
     * @param map what it is like
     * @param valueSize how many bytes a row's values have, those of all CPUs
     * @param maxEntries how many rows there can be
     * @throws io.ebpf4j.KernelSupportException when there is none for such a map, in this kernel, with these rights; says why
     */
    default WalkProgram walkProgram(String where, MapSpec map, int valueSize, long maxEntries) {
        throw new KernelSupportException(where + ": no program walks it: it is in no kernel", 0);
    }
}
