package io.ebpf4j.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LongField;
import io.ebpf4j.RecordCursor;
import io.ebpf4j.RingBufferReader;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A full ring, emptied, in each of the forms that a reader hands records on. */
final class DrainWorkload {
    private static final String WORKLOAD = "A.drain";

    private final Sampler sampler;
    private final BpfProgram program;

    private DrainWorkload(Sampler sampler, BpfProgram program) {
        this.sampler = sampler;
        this.program = program;
    }

    static void run(Sampler sampler, Pins pins) {
        try (var program = pins.ring()) {
            var workload = new DrainWorkload(sampler, program);
            workload.measure("16B", "fill16", 16);
            workload.measure("48B", "fill48", 48);
            workload.measure("256B", "fill256", 256);
            workload.measure("mixed sizes", "fillmix", 256);
        }
    }

    private void measure(String name, String function, int largest) {
        var fill = new Fill(program.function(function), program.map("ring").spec().maxEntries(), largest);
        long values = 0;
        long seqs = 0;
        for (int i = 0; i < fill.count(); i++) {
            values += i & 0xffff;
            seqs += i;
        }
        measure(name, "ebpf4j segment", fill, MemorySegment.class, values, _ -> new OfSegments());
        measure(name, "ebpf4j cursor, 3 fields", fill, RecordCursor.class, seqs + values, OfCursors::new);
        measure(name, "ebpf4j record", fill, Mark.class, seqs + values, _ -> new OfRecords());
    }

    private <T, H extends Consumer<T> & LongSupplier> void measure(String name, String variant, Fill fill,
            Class<T> form, long expected, Function<RingBufferReader<T>, H> handlers) {
        try (var reader = program.ringBuffer("ring", form)) {
            H handler = handlers.apply(reader);
            sampler.measure(new Case(WORKLOAD, name, variant), Unit.each("rec", fill.count()), fill::run, () -> {
                long before = handler.getAsLong();
                int records = reader.drain(handler).records();
                long sum = handler.getAsLong() - before;
                if (sum != expected) {
                    throw new IllegalStateException(
                            name + ", " + variant + ": the records add up to " + sum + ", not " + expected);
                }
                return records;
            });
        }
    }

    /** The bytes themselves, no object that outlives the call. */
    private static final class OfSegments implements Consumer<MemorySegment>, LongSupplier {
        private long sum;

        @Override
        public void accept(MemorySegment segment) {
            sum += segment.get(JAVA_INT, Mark.VALUE);
        }

        @Override
        public long getAsLong() {
            return sum;
        }
    }

    /** All fields, one by one. */
    private static final class OfCursors implements Consumer<RecordCursor>, LongSupplier {
        private final LongField seq;
        private final LongField value;
        private final LongField kind;
        private long sum;

        OfCursors(RingBufferReader<RecordCursor> reader) {
            seq = reader.longField("seq");
            value = reader.longField("value");
            kind = reader.longField("kind");
        }

        @Override
        public void accept(RecordCursor record) {
            sum += record.get(seq) + record.get(value) + record.get(kind);
        }

        @Override
        public long getAsLong() {
            return sum;
        }
    }

    /** An object each. */
    private static final class OfRecords implements Consumer<Mark>, LongSupplier {
        private long sum;

        @Override
        public void accept(Mark mark) {
            sum += mark.seq() + mark.value() + mark.kind();
        }

        @Override
        public long getAsLong() {
            return sum;
        }
    }
}
