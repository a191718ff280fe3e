package io.ebpf4j.metrics;

import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** C types as core would compile them, made by hand. */
final class Shapes {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Shapes() {}

    static Shape.Scalar u64() {
        return new Shape.Scalar("unsigned long long", 8, new Whole(8, false));
    }

    static Shape.Scalar s64() {
        return new Shape.Scalar("long long", 8, new Whole(8, true));
    }

    static Shape.Scalar u32() {
        return new Shape.Scalar("unsigned int", 4, new Whole(4, false));
    }

    static Shape.Scalar u16() {
        return new Shape.Scalar("unsigned short", 2, new Whole(2, false));
    }

    static Shape.Scalar u8() {
        return new Shape.Scalar("unsigned char", 1, new Whole(1, false));
    }

    static Shape.Scalar f64() {
        return new Shape.Scalar("double", 8, new Reading<>(Double.class,
                (memory, at) -> Double.longBitsToDouble(memory.get(LONG, at))));
    }

    static Shape.Scalar ipv4() {
        return new Shape.Scalar("ipv4_addr", 4, new Reading<>(String.class, (memory, at) -> {
            byte[] b = memory.asSlice(at, 4).toArray(ValueLayout.JAVA_BYTE);
            return (b[0] & 255) + "." + (b[1] & 255) + "." + (b[2] & 255) + "." + (b[3] & 255);
        }));
    }

    static Shape.Scalar duration() {
        return new Shape.Scalar("duration", 8, new Reading<>(Duration.class, (memory, at) -> {
            long nanos = memory.get(LONG, at);
            return Duration.ofSeconds(Long.divideUnsigned(nanos, 1_000_000_000),
                    Long.remainderUnsigned(nanos, 1_000_000_000));
        }));
    }

    static Shape.Scalar chars(int length) {
        return new Shape.Scalar("char[" + length + "]", length, new Reading<>(String.class, (memory, at) -> {
            byte[] bytes = memory.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
            int end = 0;
            while (end < length && bytes[end] != 0) {
                end++;
            }
            return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
        }));
    }

    /** A decoder that breaks its promise for one value. */
    static Shape.Scalar throwingAt(int value) {
        return new Shape.Scalar("fragile", 4, new Reading<>(Integer.class, (memory, at) -> {
            int found = memory.get(INT, at);
            if (found == value) {
                throw new IllegalStateException("decoder broken at " + value);
            }
            return found;
        }));
    }

    /** A decoder whose Java is broken for one value. */
    static Shape.Scalar failingAt(int value) {
        return new Shape.Scalar("broken", 4, new Reading<>(Integer.class, (memory, at) -> {
            int found = memory.get(INT, at);
            if (found == value) {
                throw new NoClassDefFoundError("decoder of " + value);
            }
            return found;
        }));
    }

    static Shape.Field field(String name, long offset, Shape shape) {
        return new Shape.Field(name, offset, shape);
    }

    static Shape.Struct struct(String name, long size, Shape.Field... fields) {
        return new Shape.Struct("struct " + name, size, Arrays.asList(fields));
    }

    static Shape.Sequence array(Shape.Scalar element, int count) {
        return new Shape.Sequence(element.spelling() + "[" + count + "]", element.size() * count, element, count);
    }

    /** {@return the bytes of little-endian numbers (by their class's width), strings (as they are) and bytes} */
    static byte[] bytes(Object... parts) {
        byte[] all = new byte[256];
        int at = 0;
        for (Object part : parts) {
            byte[] bytes = switch (part) {
                case Long n -> little(n, 8);
                case Integer n -> little(n, 4);
                case Short n -> little(n, 2);
                case Byte n -> little(n, 1);
                case Double n -> little(Double.doubleToLongBits(n), 8);
                case String text -> text.getBytes(StandardCharsets.UTF_8);
                case byte[] raw -> raw;
                default -> throw new IllegalArgumentException(part.toString());
            };
            System.arraycopy(bytes, 0, all, at, bytes.length);
            at += bytes.length;
        }
        return Arrays.copyOf(all, at);
    }

    static byte[] ip(int a, int b, int c, int d) {
        return new byte[]{(byte) a, (byte) b, (byte) c, (byte) d};
    }

    private static byte[] little(long number, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
        }
        return bytes;
    }

    private record Whole(int size, boolean signed) implements NumberDecoder {
        @Override
        public Class<Number> type() {
            return Number.class;
        }

        @Override
        public int bits() {
            return size * 8;
        }

        @Override
        public long decodeLong(MemorySegment memory, long offset) {
            long bits = 0;
            for (int i = 0; i < size; i++) {
                bits |= (memory.get(ValueLayout.JAVA_BYTE, offset + i) & 255L) << (8 * i);
            }
            int unused = 64 - size * 8;
            return signed ? bits << unused >> unused : bits;
        }

        @Override
        public Number decode(MemorySegment memory, long offset) {
            return decodeLong(memory, offset);
        }

        @Override
        public String text(Number value) {
            return signed ? Long.toString(value.longValue()) : Long.toUnsignedString(value.longValue());
        }
    }

    /** How a decoder reads. */
    private interface Reader<T> {
        T read(MemorySegment memory, long offset);
    }

    private record Reading<T>(Class<T> type, Reader<T> reader) implements FieldDecoder<T> {
        @Override
        public T decode(MemorySegment memory, long offset) {
            return reader.read(memory, offset);
        }
    }
}
