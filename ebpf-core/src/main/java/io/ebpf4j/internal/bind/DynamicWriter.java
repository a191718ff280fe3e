package io.ebpf4j.internal.bind;

import io.ebpf4j.BindingException;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.decode.EnumDecoder;
import io.ebpf4j.internal.decode.TextDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes an object whose class nobody has declared, as the value of a C type. What counts is the value: a {@code long} of
 * 42 fits a {@code u8}, an {@code int} of -1 does not fit a {@code u32}.
 */
public final class DynamicWriter {
    private final String program;
    private final String path;
    private final String where;

    /**
     * Makes a writer.
     *
     * @param program how messages call the program
     * @param path the variable, or the part of it, that is written
     */
    public DynamicWriter(String program, String path) {
        this.program = program;
        this.path = path;
        this.where = program + ": variable '" + path + "'";
    }

    /**
     * Writes a value. A record leaves the fields alone that it has no component for; a text is ended by a NUL.
     *
     * @param shape the C type
     * @param value the object
     * @param memory where to
     * @param offset where the value begins
     * @throws BindingException when no value of the Java type is one of the C type; names both
     * @throws IllegalArgumentException when this one is not: out of range, too long, no constant
     */
    public void write(Shape shape, @Nullable Object value, MemorySegment memory, long offset) {
        if (value == null) {
            throw new BindingException(where + ": null is no value of C type " + shape.spelling());
        }
        switch (shape) {
            case Scalar scalar -> scalar(scalar, value, memory, offset);
            case Sequence sequence -> sequence(sequence, value, memory, offset);
            case Struct struct -> struct(struct, value, memory, offset);
        }
    }

    private void scalar(Scalar scalar, Object value, MemorySegment memory, long offset) {
        switch (scalar.decoder()) {
            case NumberDecoder number -> number(scalar, number, value, memory, offset);
            case EnumDecoder constants -> constant(scalar, constants, value, memory, offset);
            case TextDecoder text -> text(scalar, text, value, memory, offset);
            case FieldDecoder<?> other -> other(scalar, other, value, memory, offset);
        }
    }

    private void number(Scalar scalar, NumberDecoder decoder, Object value, MemorySegment memory, long offset) {
        BigInteger exact = integer(value)
                .orElseThrow(() -> mismatch(scalar, value, "an integer: byte, short, int, long or BigInteger"));
        fitting(scalar, value, () -> decoder.encode(exact, memory, offset), () -> ": it takes "
                + (decoder.signed() ? BigInteger.ONE.shiftLeft(decoder.bits() - 1).negate() : BigInteger.ZERO) + " to "
                + BigInteger.ONE.shiftLeft(decoder.signed() ? decoder.bits() - 1 : decoder.bits())
                        .subtract(BigInteger.ONE));
    }

    private void constant(Scalar scalar, EnumDecoder decoder, Object value, MemorySegment memory, long offset) {
        EnumValue constant = switch (value) {
            case EnumValue c -> c;
            case Enum<?> java -> named(scalar, decoder, java.name());
            case String name -> named(scalar, decoder, name);
            default -> new EnumValue(Optional.empty(), integer(value).filter(number -> number.bitLength() <= Long.SIZE)
                    .orElseThrow(() -> mismatch(scalar, value, "the name of a constant, a Java enum, or its number"))
                    .longValue());
        };
        fitting(scalar, value, () -> decoder.encode(constant, memory, offset), () -> "");
    }

    private EnumValue named(Scalar scalar, EnumDecoder decoder, String name) {
        List<EnumValue> constants = decoder.constants().values().stream()
                .sorted(Comparator.comparingLong(EnumValue::number)).toList();
        return constants.stream().filter(constant -> constant.name().equals(Optional.of(name))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        where + ": '" + name + "' is no constant of " + scalar.spelling() + "; it has " + constants));
    }

    private void text(Scalar scalar, TextDecoder decoder, Object value, MemorySegment memory, long offset) {
        int room = decoder.size();
        byte[] bytes = switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] raw -> raw;
            case Character c when room == 1 -> c.toString().getBytes(StandardCharsets.UTF_8);
            case Byte b when room == 1 -> new byte[]{b};
            default -> throw mismatch(scalar, value, room == 1 ? "char, byte or a String of one" : "String or byte[]");
        };
        int end = value instanceof String && room > 1 ? 1 : 0;
        if (bytes.length > room - end) {
            throw new IllegalArgumentException(
                    where + ": " + shown(value) + " has " + bytes.length + " bytes, but " + scalar.spelling()
                            + " has room for " + (room - end) + (end == 0 ? "" : " and the NUL that ends a text"));
        }
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
        memory.asSlice(offset + bytes.length, room - bytes.length).fill((byte) 0);
    }

    /** What the decoder itself yields, and where it yields text, its bytes. */
    private <V> void other(Scalar scalar, FieldDecoder<V> decoder, Object value, MemorySegment memory, long offset) {
        if (value instanceof byte[] raw) {
            bytes(scalar, raw, memory, offset);
        } else if (decoder.type() == Double.class && value instanceof Number number && !(value instanceof BigInteger)) {
            encode(scalar, decoder, number.doubleValue(), memory, offset);
        } else if (decoder.type().isInstance(value)) {
            encode(scalar, decoder, value, memory, offset);
        } else {
            throw mismatch(scalar, value, decoder.type().getSimpleName() + " or byte[" + scalar.size() + "]");
        }
    }

    private <V> void encode(Scalar scalar, FieldDecoder<V> decoder, Object value, MemorySegment memory, long offset) {
        fitting(scalar, value, () -> decoder.encode(decoder.type().cast(value), memory, offset), () -> "");
    }

    private void sequence(Sequence sequence, Object value, MemorySegment memory, long offset) {
        if (value instanceof byte[] raw && sequence.element().size() == 1) {
            bytes(sequence, raw, memory, offset);
            return;
        }
        if (!value.getClass().isArray()) {
            throw mismatch(sequence, value, "an array");
        }
        int length = Array.getLength(value);
        if (length != sequence.count()) {
            throw new IllegalArgumentException(where + ": an array of " + length + " elements is not " + sequence
                    .spelling() + "; Arrays.copyOf(values, " + sequence.count() + ") makes it as long");
        }
        for (int i = 0; i < length; i++) {
            new DynamicWriter(program, path + '[' + i + ']').write(sequence.element(), Array.get(value, i), memory,
                    offset + i * sequence.element().size());
        }
    }

    private void struct(Struct struct, Object value, MemorySegment memory, long offset) {
        if (value instanceof byte[] raw) {
            bytes(struct, raw, memory, offset);
            return;
        }
        if (!(value instanceof Record record)) {
            throw mismatch(struct, value, "a record with components of its fields' names, or byte[" + struct.size()
                    + "]");
        }
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Field field = Binder.find(struct, component.getName()).orElseThrow(() -> new BindingException(
                    where + ": " + struct.spelling() + " has no field for component '" + component.getName()
                            + "' of record " + record.getClass().getName() + "; its fields are "
                            + struct.fields().stream().map(Field::name).toList()));
            new DynamicWriter(program, path + '.' + field.name()).write(field.shape(), get(component, record), memory,
                    offset + field.offset());
        }
    }

    private @Nullable Object get(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException | RuntimeException e) {
            throw new BindingException(where + ": component '" + component.getName() + "' of record "
                    + record.getClass().getName() + " cannot be read from here; make the record public, or open its"
                    + " package to module io.ebpf4j.core (" + e.getMessage() + ")");
        }
    }

    private void bytes(Shape shape, byte[] raw, MemorySegment memory, long offset) {
        if (raw.length != shape.size()) {
            throw new IllegalArgumentException(where + ": byte[" + raw.length + "] is not the " + shape.size()
                    + " bytes of " + shape.spelling());
        }
        MemorySegment.copy(raw, 0, memory, ValueLayout.JAVA_BYTE, offset, raw.length);
    }

    private void fitting(Shape shape, Object value, Runnable encode, Supplier<String> range) {
        try {
            encode.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where + ": " + shown(value) + " does not fit C type " + shape.spelling() + range.get(), e);
        }
    }

    private static Optional<BigInteger> integer(Object value) {
        return switch (value) {
            case BigInteger big -> Optional.of(big);
            case Byte _,Short _,Integer _,Long _ -> Optional.of(BigInteger.valueOf(((Number) value).longValue()));
            default -> Optional.empty();
        };
    }

    private BindingException mismatch(Shape shape, Object value, String suggestion) {
        return new BindingException(where + ": a value of Java type " + value.getClass().getSimpleName()
                + " cannot become one of C type " + shape.spelling() + " (" + shape.size() + " bytes); give "
                + suggestion);
    }

    private static String shown(Object value) {
        return value instanceof String text ? '"' + text + '"' : Objects.toString(value);
    }
}
