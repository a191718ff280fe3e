package io.ebpf4j.internal.ring;

import io.ebpf4j.RecordCursor;
import io.ebpf4j.internal.bind.ValueReader;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Where records go, and as what. These are few and known to the loop, so that in it is but one call: the one to the
 * handler.
 */
public sealed interface RecordTarget {
    /**
     * As they are.
     *
     * @param visitor takes them
     */
    record Visits(RecordVisitor visitor) implements RecordTarget {}

    /**
     * As slices, each as long as its record.
     *
     * @param handler takes them
     * @param memory what they are slices of, {@link RingConsumer#data}
     */
    record Segments(Consumer<? super MemorySegment> handler, MemorySegment memory) implements RecordTarget {}

    /**
     * As one cursor, which stands on each in turn.
     *
     * @param handler takes it
     * @param cursor to be set
     */
    record Cursors(Consumer<? super RecordCursor> handler, CursorSeat cursor) implements RecordTarget {}

    /**
     * As objects.
     *
     * @param handler takes them
     * @param values makes them
     */
    record Values(Consumer<Object> handler, ValueReader<?> values) implements RecordTarget {}
}
