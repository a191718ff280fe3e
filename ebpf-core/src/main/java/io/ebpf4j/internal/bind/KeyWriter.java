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
import io.ebpf4j.internal.PrivateCopy;
import io.ebpf4j.internal.decode.EnumDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes keys for lookups: the inverse of what {@link Binder} reads, for types that it has accepted. Every handle in here
 * has the type {@code (T, MemorySegment, long)void}.
 */
public final class KeyWriter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType WRITE = MethodType.methodType(void.class, Object.class, MemorySegment.class,
            long.class);
    private static final MethodHandle OBJECT = write();
    private static final MethodHandle WHOLE = find("whole", MethodType.methodType(void.class, NumberDecoder.class,
            int.class, long.class, MemorySegment.class, long.class));
    private static final MethodHandle LIST_TO_ARRAY = find("array",
            MethodType.methodType(Object.class, Class.class, List.class));
    private static final MethodHandle PLUS = find("plus",
            MethodType.methodType(long.class, long.class, long.class));
    private static final Map<Class<?>, Integer> BITS = Map.of(byte.class, Byte.SIZE, short.class, Short.SIZE, int.class,
            Integer.SIZE, long.class, Long.SIZE);

    private static final MethodType WRITER = MethodType.methodType(void.class, MethodHandle.class);
    private static final PrivateCopy COPIES = PrivateCopy.of(LOOKUP, HandleWriter.class);

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
        return compiled(new KeyWriter(where).bind(shape, type));
    }

    @SuppressWarnings("unchecked") // the handle takes what its shape was bound to
    private static <T> ValueWriter<T> compiled(MethodHandle handle) {
        MethodHandle erased = handle.asType(WRITE);
        try {
            return (ValueWriter<T>) (ValueWriter<?>) COPIES.constructor(WRITER, ValueWriter.class, erased)
                    .invokeExact(erased);
        } catch (Throwable e) {
            throw new LinkageError("a constructor that throws nothing threw", e);
        }
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

    /** {@return a handle {@code (type, MemorySegment, long)void}} */
    private MethodHandle bind(Shape shape, Class<?> type) {
        return switch (shape) {
            case Scalar scalar -> scalar(scalar.decoder(), type);
            case Sequence sequence -> sequence(sequence, type);
            case Struct struct -> struct(struct, type);
        };
    }

    private MethodHandle struct(Struct struct, Class<?> type) {
        List<MethodHandle> parts = new ArrayList<>();
        List<Field> unwritten = new ArrayList<>(struct.fields());
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = Binder.find(struct, component.getName()).orElseThrow();
            unwritten.remove(field);
            parts.add(MethodHandles.filterArguments(at(field.offset(), bind(field.shape(), component)), 0,
                    accessor(component, type)));
        }
        if (!unwritten.isEmpty()) {
            throw new BindingException(where + ": record " + type.getName() + " has no component for "
                    + unwritten.stream().map(Field::name).toList() + " of the key " + struct.spelling()
                    + "; a key must be whole to be looked up");
        }
        return parts.isEmpty() ? MethodHandles.empty(WRITE.changeParameterType(0, type)) : inTurn(parts);
    }

    /** One after the other; in a tree, for the JIT compiler does not go down a chain of hundreds. */
    private static MethodHandle inTurn(List<MethodHandle> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int half = parts.size() / 2;
        return MethodHandles.foldArguments(inTurn(parts.subList(half, parts.size())), inTurn(parts.subList(0, half)));
    }

    private MethodHandle bind(Shape shape, RecordComponent component) {
        Class<?> array = Binder.arrayOf(component);
        MethodHandle write = bind(shape, array);
        return component.getType() == List.class
                ? MethodHandles.filterArguments(write, 0,
                        LIST_TO_ARRAY.bindTo(array.componentType())
                                .asType(MethodType.methodType(array, List.class)))
                : write;
    }

    private static MethodHandle accessor(RecordComponent component, Class<?> type) {
        try {
            component.getAccessor().setAccessible(true);
            return LOOKUP.unreflect(component.getAccessor())
                    .asType(MethodType.methodType(component.getType(), type));
        } catch (IllegalAccessException e) {
            throw new LinkageError(component.getAccessor() + " cannot be called", e);
        }
    }

    private static MethodHandle at(long offset, MethodHandle write) {
        return offset == 0
                ? write
                : MethodHandles.filterArguments(write, 2, MethodHandles.insertArguments(PLUS, 0, offset));
    }

    private MethodHandle sequence(Sequence sequence, Class<?> type) {
        ValueWriter<Object> element = compiled(bind(sequence.element(), type.componentType()));
        ValueWriter<Object> writer = (value, memory, offset) -> {
            if (Array.getLength(value) != sequence.count()) {
                throw new IllegalArgumentException("an array of " + Array.getLength(value) + " elements does not fit "
                        + sequence.spelling());
            }
            for (int i = 0; i < sequence.count(); i++) {
                element.write(Array.get(value, i), memory, offset + i * sequence.element().size());
            }
        };
        return of(writer, type);
    }

    /** Whole numbers go through no object, where the Java type is none. */
    private static <V> MethodHandle scalar(FieldDecoder<V> decoder, Class<?> type) {
        if (!(decoder instanceof NumberDecoder number)) {
            ValueWriter<Object> writer = (value, memory, offset) -> decoder.encode(convert(decoder, value), memory,
                    offset);
            return of(writer, type);
        }
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        int width = BITS.getOrDefault(primitive, 0);
        if (width == 0) {
            ValueWriter<Object> writer = (value, memory, offset) -> number(number, value, memory, offset);
            return of(writer, type);
        }
        return MethodHandles.explicitCastArguments(MethodHandles.insertArguments(WHOLE, 0, number, width),
                WRITE.changeParameterType(0, primitive)).asType(WRITE.changeParameterType(0, type));
    }

    private static MethodHandle of(ValueWriter<Object> writer, Class<?> type) {
        return OBJECT.bindTo(writer).asType(WRITE.changeParameterType(0, type));
    }

    private static void number(NumberDecoder decoder, Object whole, MemorySegment memory, long offset) {
        switch (whole) {
            case Byte value -> whole(decoder, Byte.SIZE, value, memory, offset);
            case Short value -> whole(decoder, Short.SIZE, value, memory, offset);
            case Integer value -> whole(decoder, Integer.SIZE, value, memory, offset);
            case Long value -> whole(decoder, Long.SIZE, value, memory, offset);
            case BigInteger value -> decoder.encode(value, memory, offset);
            default -> throw new IllegalArgumentException(whole + " is no integer");
        }
    }

    /** An int of a u32's bits may be negative; it is those bits that are meant. */
    private static void whole(NumberDecoder decoder, int width, long value, MemorySegment memory, long offset) {
        if (value < 0 && !decoder.signed() && width != decoder.bits()) {
            decoder.encode(value, memory, offset);
        } else if (decoder.signed() || value >= 0 || width == Long.SIZE) {
            decoder.encodeLong(value, memory, offset);
        } else {
            decoder.encodeLong(value & ((1L << width) - 1), memory, offset);
        }
    }

    @SuppressWarnings("unused") // by LIST_TO_ARRAY
    private static Object array(Class<?> element, List<?> list) {
        return list.toArray(size -> (Object[]) Array.newInstance(element, size));
    }

    @SuppressWarnings("unused") // by PLUS
    private static long plus(long a, long b) {
        return a + b;
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findStatic(KeyWriter.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }

    private static MethodHandle write() {
        try {
            return LOOKUP.findVirtual(ValueWriter.class, "write", WRITE);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
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
