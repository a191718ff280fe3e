package io.ebpf4j.internal.bind;

import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.internal.decode.EnumDecoder;
import io.ebpf4j.internal.decode.Unsigned;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which Java types take a scalar's values, and how. */
final class ScalarBinding {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType DECODE = MethodType.methodType(Object.class, MemorySegment.class, long.class);
    private static final MethodType DECODE_LONG = MethodType.methodType(long.class, MemorySegment.class, long.class);
    private static final Map<Class<?>, Integer> BITS = Map.of(byte.class, 8, short.class, 16, int.class, 32, long.class,
            64);

    private ScalarBinding() {}

    /** {@return a handle {@code (MemorySegment, long)type}, or empty when the type cannot take the values} */
    static Optional<MethodHandle> reader(Scalar scalar, Class<?> type) {
        FieldDecoder<?> decoder = scalar.decoder();
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        if (decoder instanceof NumberDecoder number) {
            Integer bits = BITS.get(primitive);
            if (bits != null) {
                return bits < number.bits() ? Optional.empty() : Optional.of(bits(number, primitive, type));
            }
            if (type == BigInteger.class) {
                return Optional.of(big(number));
            }
        }
        Class<?> boxed = MethodType.methodType(type).wrap().returnType();
        if (boxed.isAssignableFrom(decoder.type())) {
            return Optional.of(decode(decoder).asType(DECODE.changeReturnType(type)));
        }
        if (boxed == Float.class && decoder.type() == Double.class && scalar.size() == Float.BYTES) {
            return Optional.of(MethodHandles.explicitCastArguments(
                    decode(decoder).asType(DECODE.changeReturnType(double.class)), DECODE.changeReturnType(float.class))
                    .asType(DECODE.changeReturnType(type)));
        }
        if (type == String.class && hasText(decoder)) {
            return Optional.of(text(decoder));
        }
        if (type.isEnum() && decoder instanceof EnumDecoder constants) {
            return enumeration(constants, type);
        }
        return Optional.empty();
    }

    /** {@return what a user may write instead, for messages} */
    static String suggestion(Scalar scalar) {
        FieldDecoder<?> decoder = scalar.decoder();
        if (decoder instanceof NumberDecoder number) {
            return switch (number.bits()) {
                case 8 -> "byte, short, int or long";
                case 16 -> "short, int or long";
                case 32 -> "int or long";
                default -> number.bits() < 32 ? "int or long" : "long or BigInteger";
            };
        }
        if (decoder instanceof EnumDecoder enumDecoder) {
            return "EnumValue, String, or a Java enum with all of " + enumDecoder.constants().values();
        }
        return decoder.type().getSimpleName()
                + (hasText(decoder) && decoder.type() != String.class ? " or String" : "");
    }

    /** The bits as they are, for a type of as many; the value, for a wider one. */
    private static MethodHandle bits(NumberDecoder decoder, Class<?> primitive, Class<?> type) {
        MethodHandle read = bind(NumberDecoder.class, "decodeLong", DECODE_LONG, decoder);
        return MethodHandles.explicitCastArguments(read, DECODE_LONG.changeReturnType(primitive))
                .asType(DECODE_LONG.changeReturnType(type));
    }

    private static MethodHandle big(NumberDecoder decoder) {
        MethodHandle read = bind(NumberDecoder.class, "decodeLong", DECODE_LONG, decoder);
        MethodType convert = MethodType.methodType(BigInteger.class, long.class);
        try {
            return MethodHandles.filterReturnValue(read,
                    decoder.signed()
                            ? LOOKUP.findStatic(BigInteger.class, "valueOf", convert)
                            : LOOKUP.findStatic(Unsigned.class, "big", convert));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("BigInteger conversion not found", e);
        }
    }

    private static boolean hasText(FieldDecoder<?> decoder) {
        return InetAddress.class.isAssignableFrom(decoder.type()) || decoder.type() == EnumValue.class
                || decoder.type() == String.class;
    }

    private static <T> MethodHandle text(FieldDecoder<T> decoder) {
        ValueReader<String> text = (memory, offset) -> decoder.text(decoder.decode(memory, offset));
        return bind(ValueReader.class, "read", DECODE, text).asType(DECODE.changeReturnType(String.class));
    }

    private static MethodHandle decode(FieldDecoder<?> decoder) {
        return bind(FieldDecoder.class, "decode", DECODE, decoder);
    }

    /** Every C constant must have its Java one; a number that no constant has becomes null. */
    private static Optional<MethodHandle> enumeration(EnumDecoder decoder, Class<?> type) {
        Map<Long, Object> byNumber = new HashMap<>();
        for (EnumValue constant : decoder.constants().values()) {
            Optional<Object> java = Arrays.stream(type.getEnumConstants())
                    .filter(c -> constant.name().equals(Optional.of(((Enum<?>) c).name()))).map(Object.class::cast)
                    .findFirst();
            if (java.isEmpty()) {
                return Optional.empty();
            }
            byNumber.put(constant.number(), java.get());
        }
        MethodHandle get = bind(Map.class, "get", MethodType.methodType(Object.class, Object.class),
                Map.copyOf(byNumber));
        MethodHandle number = decode(decoder).asType(DECODE.changeReturnType(EnumValue.class));
        try {
            MethodHandle value = LOOKUP.findVirtual(EnumValue.class, "number", MethodType.methodType(long.class));
            MethodHandle boxed = MethodHandles.filterReturnValue(number, value).asType(DECODE);
            return Optional.of(MethodHandles.filterReturnValue(boxed, get).asType(DECODE.changeReturnType(type)));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("EnumValue.number not found", e);
        }
    }

    private static MethodHandle bind(Class<?> owner, String name, MethodType type, Object receiver) {
        try {
            return LOOKUP.findVirtual(owner, name, type).bindTo(receiver);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }
}
