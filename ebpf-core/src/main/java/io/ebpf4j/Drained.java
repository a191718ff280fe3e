package io.ebpf4j;

/**
 * What one call of a reader did.
 *
 * @param records handed to the handler
 * @param discarded given up by the program itself, as {@link RingStatistics#discarded} says
 * @param tooShort shorter than their type, so not handed on
 * @param backlogBytes written by the kernel but not read, when the call returned
 * @param reason why it returned
 */
public record Drained(int records, int discarded, int tooShort, long backlogBytes, Reason reason) {
    /** Why a reader returned. */
    public enum Reason {
        /** Nothing more was there to be read. */
        EMPTY,
        /** As many records as were asked for have been taken. */
        MAX,
        /** The time ran out: before there was a record, or before all were read. */
        DEADLINE,
        /** Somebody called {@link RingBufferReader#flush}, and there was nothing. */
        FLUSHED,
        /** The reader, or its program, was closed meanwhile. */
        CLOSED
    }
}
