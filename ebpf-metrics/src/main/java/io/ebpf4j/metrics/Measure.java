package io.ebpf4j.metrics;

import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A number in a row's value, and so one metric. */
sealed interface Measure {
    /** {@return the flattened field; empty where the value is no struct} */
    String field();

    /** {@return the number as a gauge shows it} */
    double value(MemorySegment memory, long offset);

    /** A number that can be counted exactly: in steps of one, or of one nanosecond. */
    sealed interface Countable extends Measure {
        /** {@return the number of steps, unsigned; a negative number is none} */
        long steps(MemorySegment memory, long offset);

        /** {@return the number that so many steps make, which are unsigned} */
        double ofSteps(long steps);
    }

    /** An integer of at most 64 bits. */
    record Whole(String field, long at, NumberDecoder decoder) implements Countable {
        @Override
        public double value(MemorySegment memory, long offset) {
            long bits = decoder.decodeLong(memory, offset + at);
            return decoder.signed() ? bits : unsigned(bits);
        }

        @Override
        public long steps(MemorySegment memory, long offset) {
            long bits = decoder.decodeLong(memory, offset + at);
            return decoder.signed() ? Math.max(bits, 0) : bits;
        }

        @Override
        public double ofSteps(long steps) {
            return unsigned(steps);
        }
    }

    /** A duration; metrics have it in seconds. */
    record Time(String field, long at, FieldDecoder<?> decoder) implements Countable {
        private static final long NANOS = 1_000_000_000L;

        @Override
        public double value(MemorySegment memory, long offset) {
            Duration duration = duration(memory, offset);
            return duration.getSeconds() + duration.getNano() / (double) NANOS;
        }

        /** Wraps beyond 2^64 ns, that is 584 years, as the kernel's own u64 does. */
        @Override
        public long steps(MemorySegment memory, long offset) {
            Duration duration = duration(memory, offset);
            return duration.isNegative() ? 0 : duration.getSeconds() * NANOS + duration.getNano();
        }

        @Override
        public double ofSteps(long steps) {
            return unsigned(steps) / NANOS;
        }

        private Duration duration(MemorySegment memory, long offset) {
            return (Duration) decoder.decode(memory, offset + at);
        }
    }

    /** Any other number: a float, or an integer of more than 64 bits. */
    record Real(String field, long at, FieldDecoder<?> decoder, String spelling) implements Measure {
        @Override
        public double value(MemorySegment memory, long offset) {
            return ((Number) decoder.decode(memory, offset + at)).doubleValue();
        }
    }

    /**
     * {@return the numbers in a value; members that are none are passed over}
     *
     * @param origin the map, for messages
     * @param value the value's type
     */
    static List<Measure> of(Origin origin, Shape value) {
        List<Measure> measures = new ArrayList<>();
        for (Leaf leaf : Leaf.of(value)) {
            measure(leaf).ifPresent(measures::add);
        }
        if (measures.isEmpty()) {
            throw origin.error("its value " + value.spelling() + " has no number in it; a "
                    + origin.map().output().orElseThrow()
                    + " needs an integer, a duration, or a struct with such fields");
        }
        return measures;
    }

    private static Optional<Measure> measure(Leaf leaf) {
        if (!(leaf.shape() instanceof Shape.Scalar scalar)) {
            return Optional.empty();
        }
        FieldDecoder<?> decoder = scalar.decoder();
        if (decoder instanceof NumberDecoder number) {
            return Optional.of(new Whole(leaf.path(), leaf.offset(), number));
        }
        if (decoder.type() == Duration.class) {
            return Optional.of(new Time(leaf.path(), leaf.offset(), decoder));
        }
        return Number.class.isAssignableFrom(decoder.type())
                ? Optional.of(new Real(leaf.path(), leaf.offset(), decoder, scalar.spelling()))
                : Optional.empty();
    }

    /** Exact up to 2^53, then rounded once to the nearest double. */
    private static double unsigned(long bits) {
        // The lost bit is or-ed back in, so that halving does not round twice.
        return bits >= 0 ? bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
    }
}
