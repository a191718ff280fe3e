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
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes keys for lookups: the inverse of what {@link Binder} reads, for types that it has accepted. One lookup is a
 * system call, beside which reflection does not show.
 */
public final class KeyWriter {
    private final String where;

    private KeyWriter(String where) {
        this.where = where;
    }

    /**
     * {@return a writer}
     *
     * @param shape the C type
     * @param type the Java type
     * @param where how messages call the place
     * @throws BindingException when a field of the C type gets no value from the Java type
     */
    public static <T> ValueWriter<T> of(Shape shape, Class<T> type, String where) {
        ValueWriter<Object> writer = new KeyWriter(where).bind(shape, type);
        return writer::write;
    }

    /** {@return a writer of what a component of a record holds} */
    static ValueWriter<Object> of(Shape shape, RecordComponent component, String where) {
        return new KeyWriter(where).bind(shape, component);
    }

    /**
     * {@return the first field that gets no value from a Java type, as {@code limits.high} or {@code [].port}; nothing when each gets one}
     *
     * @param shape the C type
     * @param type the Java type, which {@link Binder} has accepted
     */
    public static Optional<String> unwritten(Shape shape, Class<?> type) {
        return unwritten(shape, type, "").map(path -> path.startsWith(".") ? path.substring(1) : path);
    }

    private static Optional<String> unwritten(Shape shape, Class<?> type, String path) {
        return switch (shape) {
            case Scalar _ -> Optional.empty();
            case Sequence sequence -> unwritten(sequence.element(), type.componentType(), path + "[]");
            case Struct struct -> {
                List<Field> unwritten = new ArrayList<>(struct.fields());
                Optional<String> within = Optional.empty();
                for (RecordComponent component : type.getRecordComponents()) {
                    Field field = Binder.find(struct, component.getName()).orElseThrow();
                    unwritten.remove(field);
                    within = within
                            .or(() -> unwritten(field.shape(), Binder.arrayOf(component), path + '.' + field.name()));
                }
                yield unwritten.isEmpty() ? within : Optional.of(path + '.' + unwritten.getFirst().name());
            }
        };
    }

    private ValueWriter<Object> bind(Shape shape, Class<?> type) {
        return switch (shape) {
            case Scalar scalar -> scalar(scalar.decoder());
            case Sequence sequence -> sequence(sequence, bind(sequence.element(), type.componentType()));
            case Struct struct -> struct(struct, type);
        };
    }

    private ValueWriter<Object> struct(Struct struct, Class<?> type) {
        record Part(Method accessor, long offset, ValueWriter<Object> writer) {}
        List<Part> parts = new ArrayList<>();
        List<Field> unwritten = new ArrayList<>(struct.fields());
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = Binder.find(struct, component.getName()).orElseThrow();
            unwritten.remove(field);
            component.getAccessor().setAccessible(true);
            parts.add(new Part(component.getAccessor(), field.offset(), bind(field.shape(), component)));
        }
        if (!unwritten.isEmpty()) {
            throw new BindingException(where + ": record " + type.getName() + " has no component for "
                    + unwritten.stream().map(Field::name).toList() + " of the key " + struct.spelling()
                    + "; a key must be whole to be looked up");
        }
        return (value, memory, offset) -> {
            for (Part part : parts) {
                part.writer().write(component(part.accessor(), value), memory, offset + part.offset());
            }
        };
    }

    private ValueWriter<Object> bind(Shape shape, RecordComponent component) {
        ValueWriter<Object> writer = bind(shape, Binder.arrayOf(component));
        return component.getType() == List.class
                ? (value, memory, offset) -> writer.write(((List<?>) value).toArray(), memory, offset)
                : writer;
    }

    private static Object component(Method accessor, Object value) {
        try {
            return accessor.invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(accessor + " cannot be called", e);
        }
    }

    private static ValueWriter<Object> sequence(Sequence sequence, ValueWriter<Object> element) {
        return (value, memory, offset) -> {
            if (Array.getLength(value) != sequence.count()) {
                throw new IllegalArgumentException("an array of " + Array.getLength(value) + " elements does not fit "
                        + sequence.spelling());
            }
            for (int i = 0; i < sequence.count(); i++) {
                element.write(Array.get(value, i), memory, offset + i * sequence.element().size());
            }
        };
    }

    private static <V> ValueWriter<Object> scalar(FieldDecoder<V> decoder) {
        return decoder instanceof NumberDecoder number
                ? (value, memory, offset) -> number(number, value, memory, offset)
                : (value, memory, offset) -> decoder.encode(convert(decoder, value), memory, offset);
    }

    /** An int of a u32's bits may be negative; it is those bits that are meant. */
    private static void number(NumberDecoder decoder, Object whole, MemorySegment memory, long offset) {
        int width = switch (whole) {
            case Byte _ -> Byte.SIZE;
            case Short _ -> Short.SIZE;
            case Integer _ -> Integer.SIZE;
            case Long _ -> Long.SIZE;
            case BigInteger _ -> 0;
            default -> throw new IllegalArgumentException(whole + " is no integer");
        };
        Number number = (Number) whole;
        long value = number.longValue();
        if (width == 0 || (value < 0 && !decoder.signed() && width != decoder.bits())) {
            decoder.encode(number, memory, offset);
        } else if (decoder.signed() || value >= 0 || width == Long.SIZE) {
            decoder.encodeLong(value, memory, offset);
        } else {
            decoder.encodeLong(value & ((1L << width) - 1), memory, offset);
        }
    }

    /** The decoder's own kind of value for one that the binder gave to the application. */
    @SuppressWarnings("unchecked")
    private static <V> V convert(FieldDecoder<V> decoder, Object value) {
        return (V) switch (decoder) {
            case EnumDecoder constants when value instanceof Enum<?> java -> constant(constants, java.name());
            case EnumDecoder constants when value instanceof String text -> constant(constants, text);
            case FieldDecoder<?> d when InetAddress.class.isAssignableFrom(d.type()) -> address(d.type(), value);
            case FieldDecoder<?> d when d.type().isInstance(value) -> value;
            case FieldDecoder<?> d when d.type() == Double.class && value instanceof Float number ->
                number.doubleValue();
            default -> throw new IllegalArgumentException(
                    "a " + value.getClass().getSimpleName() + " is no " + decoder.type().getSimpleName());
        };
    }

    private static EnumValue constant(EnumDecoder decoder, String name) {
        for (EnumValue constant : decoder.constants().values()) {
            if (constant.name().equals(Optional.of(name))) {
                return constant;
            }
        }
        try {
            return new EnumValue(Optional.empty(), new BigInteger(name).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(name + " is none of " + decoder.constants().values(), e);
        }
    }

    private static InetAddress address(Class<?> wanted, Object value) {
        InetAddress address = value instanceof String text ? literal(text) : (InetAddress) value;
        if (wanted == Inet6Address.class && value instanceof String text && text.contains(":")) {
            address = mapped(address);
        }
        if (!wanted.isInstance(address)) {
            throw new IllegalArgumentException(
                    "the field takes an IPv" + (wanted == Inet6Address.class ? 6 : 4) + " address, not " + value);
        }
        return address;
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no IP address", e);
        }
    }

    /** Undoes what Java makes of the text ::ffff:1.2.3.4, an Inet4Address. */
    private static InetAddress mapped(InetAddress address) {
        if (address instanceof Inet6Address) {
            return address;
        }
        byte[] bytes = new byte[16];
        Arrays.fill(bytes, 10, 12, (byte) 0xff);
        System.arraycopy(address.getAddress(), 0, bytes, 12, 4);
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }
}
