package io.ebpf4j.internal.bind;

import static io.ebpf4j.Types.at;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole numbers in records, in Java's types and C's, at all their limits. */
class KeyWriterNumbersTest {
    private static final long[] MAGNITUDES = {0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, Integer.MAX_VALUE,
            1L << 31, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE};
    private static final int GAP = 4;

    private static Shape shape(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "x.o: map 'm'");
    }

    record Bytes(byte value) {}

    record Shorts(short value) {}

    record Ints(int value) {}

    record Longs(long value) {}

    private static Record of(int width, long value) {
        return switch (width) {
            case Byte.SIZE -> new Bytes((byte) value);
            case Short.SIZE -> new Shorts((short) value);
            case Integer.SIZE -> new Ints((int) value);
            default -> new Longs(value);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, -1, -2, -4, -8})
    void number_fitsByItsValue_orByItsBitsWhereThereAreAsMany(int size) {
        var types = Types.little();
        int bits = Math.abs(size) * Byte.SIZE;
        boolean signed = size < 0;
        Shape shape = shape(types, types.struct("s", bits / 8, at(0, "value",
                signed ? types.signed(-size) : types.unsigned(size))));
        long[] values = LongStream.of(MAGNITUDES).flatMap(value -> LongStream.of(value, -value, ~value)).toArray();
        for (int width = bits; width <= Long.SIZE; width *= 2) { // what the binder lets through
            for (long any : values) {
                long value = signExtended(any, width);
                Record record = of(width, value);
                boolean fits = signed
                        ? signExtended(value, bits) == value
                        : width == bits || zeroExtended(value, bits) == value;
                assertThat(written(shape, record)).as(record + " in " + bits + (signed ? " signed" : " unsigned"))
                        .isEqualTo(fits ? little(value, bits) : "does not fit");
            }
        }
    }

    private static long signExtended(long value, int bits) {
        int unused = Long.SIZE - bits;
        return (value << unused) >> unused;
    }

    private static long zeroExtended(long value, int bits) {
        int unused = Long.SIZE - bits;
        return (value << unused) >>> unused;
    }

    private static String little(long value, int bits) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(value)).substring(0, bits / 4);
    }

    @SuppressWarnings("unchecked") // it is its class
    private static String written(Shape shape, Record value) {
        MemorySegment memory = MemorySegment.ofArray(new byte[16]);
        ValueWriter<Record> writer = KeyWriter.of(shape, (Class<Record>) value.getClass(), "here");
        try {
            writer.write(value, memory, GAP);
        } catch (IllegalArgumentException e) {
            return e.getMessage() != null && e.getMessage().contains("does not fit") ? "does not fit" : e.toString();
        }
        assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, GAP + shape.size())).as("behind it").isZero();
        return hex(memory.asSlice(GAP, shape.size()));
    }

    record Throws(int first, int second) {
        @Override
        public int second() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    void accessorThatThrows_isPassedOn_afterWhatIsBeforeIt() {
        var types = Types.little();
        Shape shape = shape(types,
                types.struct("s", 8, at(0, "first", types.signed(4)), at(4, "second", types.signed(4))));
        MemorySegment memory = MemorySegment.ofArray(new byte[8]);
        ValueWriter<Throws> writer = KeyWriter.of(shape, Throws.class, "here");
        assertThatThrownBy(() -> writer.write(new Throws(7, 8), memory, 0))
                .isInstanceOf(UnsupportedOperationException.class).hasMessage("not today");
        assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(7);
    }
}
