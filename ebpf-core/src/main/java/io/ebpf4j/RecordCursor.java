package io.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Stands on one record of a ring buffer or perf buffer after the other and reads its fields, without an object for any. It is valid while the
 * handler runs that it was given to, in that thread: later it is on another record, or on none.
 *
 * {@snippet :
 * try (var ring = program.ringBuffer("opens", RecordCursor.class)) {
 *     LongField pid = ring.longField("pid");
 *     LongField bytes = ring.longField("sizes[0]");
 *     ring.drain(record -> seen.add(record.get(pid), record.get(bytes)));
 * }
 * }
 */
public final class RecordCursor {
    private static final int UNKNOWN = -1;

    private @Nullable MemorySegment data;
    private long offset;
    private int length;
    private int cpu = UNKNOWN;

    RecordCursor() {}

    /**
     * {@return the value of an integer field} The bits of a field of less than 64 are extended by its sign, or with zeros.
     *
     * @param field of the same reader
     * @throws IllegalStateException when the handler it was given to has returned
     */
    public long get(LongField field) {
        return field.read(data(), offset);
    }

    /**
     * {@return the value of any field, as an object}
     *
     * @param field of the same reader
     * @param <T> its Java type
     * @throws IllegalStateException when the handler it was given to has returned
     */
    public <T> T get(ValueField<T> field) {
        return field.reader().read(data(), offset + field.offset());
    }

    /** {@return the bytes of the record} It may have more than its type: what a program appends, for instance. */
    public int length() {
        data();
        return length;
    }

    /**
     * {@return the CPU that wrote the record} Known of a perf buffer. A ring buffer has one memory for all CPUs and does not
     * tell; a program can put {@code bpf_get_smp_processor_id()} into its records.
     */
    public OptionalInt cpu() {
        data();
        return cpu == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(cpu);
    }

    void from(int writer) {
        cpu = writer;
    }

    RecordCursor on(MemorySegment records, long at, int bytes) {
        data = records;
        offset = at;
        length = bytes;
        return this;
    }

    void off() {
        data = null;
    }

    private MemorySegment data() {
        MemorySegment records = data;
        if (records == null) {
            throw new IllegalStateException(
                    "the cursor is on no record: read what is wanted of it in the handler that it"
                            + " was given to, before that returns");
        }
        return records;
    }
}
