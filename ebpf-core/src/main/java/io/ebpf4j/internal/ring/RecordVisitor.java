package io.ebpf4j.internal.ring;

import java.lang.foreign.MemorySegment;

/** Takes a record where it is. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * Takes it.
     *
     * @param data the ring's records; may be read during the call only
     * @param offset where this one begins
     * @param length its bytes
     */
    void visit(MemorySegment data, long offset, int length);
}
