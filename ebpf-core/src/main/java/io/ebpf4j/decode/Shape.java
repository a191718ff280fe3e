package io.ebpf4j.decode;

import java.util.List;
import java.util.Objects;

/** A C type, compiled for decoding. Immutable. */
public sealed interface Shape {
    /** {@return the type as C spells it, for messages} */
    String spelling();

    /** {@return bytes, padding included} */
    long size();

    /**
     * One value.
     *
     * @param spelling the type as C spells it
     * @param size bytes
     * @param decoder what makes a value of them
     */
    record Scalar(String spelling, long size, FieldDecoder<?> decoder) implements Shape {
        /** Checks that nothing is null. */
        public Scalar {
            Objects.requireNonNull(spelling);
            Objects.requireNonNull(decoder);
        }
    }

    /**
     * A struct; members of anonymous structs and unions in it stand among its own.
     *
     * @param spelling the type as C spells it
     * @param size bytes, padding included
     * @param fields its members in C's order
     */
    record Struct(String spelling, long size, List<Field> fields) implements Shape {
        /** Copies the list. */
        public Struct {
            Objects.requireNonNull(spelling);
            fields = List.copyOf(fields);
        }
    }

    /**
     * An array.
     *
     * @param spelling the type as C spells it
     * @param size bytes
     * @param element the type of each element
     * @param count how many
     */
    record Sequence(String spelling, long size, Shape element, int count) implements Shape {
        /** Checks that nothing is null. */
        public Sequence {
            Objects.requireNonNull(spelling);
            Objects.requireNonNull(element);
        }
    }

    /**
     * A member of a struct.
     *
     * @param name the member's C name
     * @param offset bytes from the beginning of the struct; for a bitfield, of the byte its first bit lies in
     * @param shape its type
     */
    record Field(String name, long offset, Shape shape) {
        /** Checks that nothing is null. */
        public Field {
            Objects.requireNonNull(name);
            Objects.requireNonNull(shape);
        }

        /** {@return whether the name begins with two underscores: loaded, but neither label nor part of an event} */
        public boolean hidden() {
            return name.startsWith("__");
        }
    }
}
