package io.ebpf4j.internal.ring;

import io.ebpf4j.RecordCursor;
import java.lang.foreign.MemorySegment;

/** Moves a cursor; what only the loop may do. */
public interface CursorSeat {
    /**
     * {@return the cursor, on a record}
     *
     * @param data the ring's records
     * @param offset where the record begins
     * @param length its bytes
     */
    RecordCursor on(MemorySegment data, long offset, int length);

    /** Says which CPU has written the records that follow, where that is known. */
    void from(int cpu);
}
