package io.ebpf4j.export;

import java.lang.foreign.MemorySegment;

/** Takes the records of one ring. */
@FunctionalInterface
public interface RecordSink {
    /**
     * Takes one record. What it throws is counted as a failure of this record and does not stop the ring.
     *
     * @param memory where the record is; valid during the call only
     * @param offset where it begins; at least the size of the ring's shape follows
     */
    void accept(MemorySegment memory, long offset);
}
