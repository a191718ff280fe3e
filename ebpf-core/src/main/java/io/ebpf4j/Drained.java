package io.ebpf4j;

/**
 * What one call of a reader did.
 *
 * @param records handed to the handler
 * @param backlogBytes written by the kernel but not read, when the call returned
 * @param reason why it returned
 */
public record Drained(int records, long backlogBytes, Reason reason) {
    /** Why a reader returned. */
    public enum Reason {
        /** Nothing more is there to be read. */
        EMPTY,
        /** As many records as were asked for have been read. */
        MAX,
        /** The time ran out before there was a record. */
        DEADLINE,
        /** The reader, or its program, was closed meanwhile. */
        CLOSED
    }
}
