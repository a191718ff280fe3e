package io.ebpf4j.internal.bind;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static io.ebpf4j.Types.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.BindingException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Binder} reads, written back: the same bytes. */
@SuppressWarnings("ArrayRecordComponent") // arrays of C become arrays
class KeyWriterTest {
    private static Shape shape(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "x.o: map 'm'");
    }

    private static <T> String roundTrip(Shape shape, Class<T> type, String hex) {
        T value = Binder.reader(shape, type, "here").read(bytes(hex), 0);
        return write(shape, type, value);
    }

    private static <T> String write(Shape shape, Class<T> type, T value) {
        MemorySegment written = MemorySegment.ofArray(new byte[(int) shape.size() + 2]);
        KeyWriter.of(shape, type, "here").write(value, written, 1);
        assertThat(written.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        assertThat(written.get(ValueLayout.JAVA_BYTE, shape.size() + 1)).isZero();
        return hex(written.asSlice(1, shape.size()));
    }

    enum Color {
        RED, GREEN;

        @Override
        public String toString() {
            return "the colour " + name();
        }
    }

    record Inner(short x, int y) {}

    record Key(byte u8, short u16, int u32, long u64, Short s16, BigInteger big, boolean flag, String comm, Color color,
            EnumValue value, String name, InetAddress v4, String v6, Duration took, Inner inner, int[] list) {}

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void key_ofEveryType_isWrittenBackWithZeroPadding(String order) {
        boolean big = order.equals("BIG_ENDIAN");
        var types = Types.in(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int color = types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5));
        int inner = types.struct("inner", 8, at(0, "x", types.signed(2)), at(4, "y", types.unsigned(4)));
        int key = types.struct("key", 120, at(0, "u8", types.unsigned(1)), at(2, "u16", types.unsigned(2)),
                at(4, "u32", types.unsigned(4)), at(8, "u64", types.unsigned(8)), at(16, "s16", types.signed(2)),
                at(24, "big", types.unsigned(8)), at(32, "flag", types.bool()),
                at(33, "comm", types.array(types.character(), 7)), at(40, "color", color), at(44, "value", color),
                at(48, "name", color), at(52, "v4", types.typedef("ipv4_addr", types.unsigned(4))),
                at(56, "v6", types.typedef("ipv6_addr", types.array(types.unsigned(1), 16))),
                at(72, "took", types.typedef("duration_ms", types.unsigned(8))), at(80, "inner", inner),
                at(88, "list", types.array(types.unsigned(4), 8)));
        String hex = "ff 00 fffe fffffffd fffffffffffffffc fff0 000000000000 8000000000000000 01 6261736800 0000"
                .replace(" ", "");
        hex += (big ? "00000005" + "00000063" + "00000000" : "05000000" + "63000000" + "00000000");
        hex += "7f000001" + "00000000000000000000ffff0a010203" + (big ? "0000000000000006" : "0600000000000000");
        hex += "fffb" + "0000" + (big ? "00000007" : "07000000") + "01020304".repeat(8);
        Shape shape = shape(types, key);
        assertThat(roundTrip(shape, Key.class, hex)).isEqualTo(hex);
    }

    @Test
    void lists_areReadAndWrittenAsArraysAre() {
        record Point(short x, int y) {}
        record Lists(List<Integer> numbers, List<Point> points) {}
        var types = Types.little();
        int point = types.struct("point", 8, at(0, "x", types.signed(2)), at(4, "y", types.unsigned(4)));
        Shape shape = shape(types, types.struct("lists", 24, at(0, "numbers", types.array(types.unsigned(4), 2)),
                at(8, "points", types.array(point, 2))));
        String hex = "01000000" + "02000000" + "ffff0000" + "03000000" + "04000000" + "05000000";
        Lists value = Binder.reader(shape, Lists.class, "here").read(bytes(hex), 0);
        assertThat(value)
                .isEqualTo(new Lists(List.of(1, 2), List.of(new Point((short) -1, 3), new Point((short) 4, 5))));
        assertThatThrownBy(() -> value.numbers().set(0, 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(write(shape, Lists.class, value)).isEqualTo(hex);
        assertThat(KeyWriter.unwritten(shape, Lists.class)).isEmpty();
        assertThatThrownBy(() -> write(shape, Lists.class, new Lists(List.of(1), value.points())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an array of 1 elements does not fit");
        record Unbound(List<?> numbers) {}
        assertThatThrownBy(() -> Binder.reader(shape, Unbound.class, "here")).isInstanceOf(BindingException.class)
                .hasMessageEndingWith("use an array, or a List<E> with E a class");
    }

    @Test
    void key_ofPackedStruct_isWrittenUnaligned() {
        record Packed(long b, int c, byte a) {}
        var types = Types.little();
        Shape shape = shape(types, types.struct("p", 11, at(0, "a", types.unsigned(1)), at(1, "b", types.unsigned(8)),
                at(9, "c", types.unsigned(2))));
        assertThat(roundTrip(shape, Packed.class, "ff0102030405060708feff")).isEqualTo("ff0102030405060708feff");
    }

    @Test
    void scalarKeys_takeTheBitsOfSignedJavaTypes() {
        var types = Types.little();
        Shape u32 = shape(types, types.unsigned(4));
        assertThat(write(u32, Integer.class, -2)).isEqualTo("feffffff");
        assertThat(write(u32, Long.class, 4294967294L)).isEqualTo("feffffff");
        assertThat(write(shape(types, types.unsigned(8)), Long.class, -1L)).isEqualTo("ffffffffffffffff");
        assertThat(write(shape(types, types.signed(4)), Integer.class, -2)).isEqualTo("feffffff");
        assertThat(write(shape(types, types.unsigned(8)), BigInteger.class, BigInteger.TWO.pow(63)))
                .isEqualTo("0000000000000080");
        Shape u8 = shape(types, types.unsigned(1));
        assertThat(write(u8, Byte.class, (byte) -1)).isEqualTo("ff");
        assertThatThrownBy(() -> write(u8, Short.class, (short) -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-1 does not fit an unsigned field of 8 bits");
    }

    @ParameterizedTest
    @CsvSource({"1, 300", "1, -1", "2, 65536", "4, -1", "4, 4294967296"})
    void number_outsideTheField_throws(int size, long number) {
        var types = Types.little();
        Shape shape = shape(types, types.unsigned(size));
        assertThatThrownBy(() -> write(shape, Long.class, number)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(number + " does not fit an unsigned field of " + 8 * size + " bits");
    }

    @Test
    void javaEnum_isWrittenByNameWhateverItPrints() {
        var types = Types.little();
        Shape shape = shape(types,
                types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5)));
        assertThat(write(shape, Color.class, Color.GREEN)).isEqualTo("05000000");
        assertThat(write(shape, String.class, "GREEN")).isEqualTo("05000000");
        assertThat(write(shape, EnumValue.class, new EnumValue(Optional.empty(), 99))).isEqualTo("63000000");
        assertThatThrownBy(() -> write(shape, String.class, "BLUE")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("BLUE is none of ").hasMessageContainingAll("RED", "GREEN");
    }

    @Test
    void enumText_ofANumberWithoutName_isWrittenBack() {
        var types = Types.little();
        Shape shape = shape(types, types.enumeration("color", 4, true, new Constant("RED", 0)));
        assertThat(roundTrip(shape, String.class, "63000000")).isEqualTo("63000000");
        assertThat(roundTrip(shape, String.class, "feffffff")).isEqualTo("feffffff");
    }

    @Test
    void address_ofTheOtherFamily_throwsAndIsNotCutOrPadded() throws Exception {
        var types = Types.little();
        Shape v4 = shape(types, types.typedef("ipv4_addr", types.unsigned(4)));
        Shape v6 = shape(types, types.typedef("ipv6_addr", types.array(types.unsigned(1), 16)));
        assertThat(write(v4, String.class, "10.1.2.3")).isEqualTo("0a010203");
        assertThat(write(v6, String.class, "::1")).isEqualTo("0".repeat(31) + "1");
        assertThat(roundTrip(v6, InetAddress.class, "00000000000000000000ffff0a010203"))
                .isEqualTo("00000000000000000000ffff0a010203");
        assertThatThrownBy(() -> write(v4, String.class, "::1")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("::1").hasMessageContaining("IPv4");
        assertThatThrownBy(() -> write(v4, InetAddress.class, InetAddress.ofLiteral("::1")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("IPv4");
        assertThatThrownBy(() -> write(v6, InetAddress.class, InetAddress.ofLiteral("10.1.2.3")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("IPv6");
        assertThatThrownBy(() -> write(v4, String.class, "localhost")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'localhost' is no IP address");
    }

    @Test
    void key_withoutAllFields_isRefusedWhenTheViewIsMade() {
        record Half(int saddr) {}
        var types = Types.little();
        int u32 = types.unsigned(4);
        Shape shape = shape(types, types.struct("key", 12, at(0, "saddr", u32), at(4, "daddr", u32), at(8, "x", u32)));
        assertThatThrownBy(() -> KeyWriter.of(shape, Half.class, "x.o: map 'm'")).isInstanceOf(BindingException.class)
                .hasMessage("x.o: map 'm': record " + Half.class.getName()
                        + " has no component for [daddr, x] of the key struct key; a key must be whole to be"
                        + " looked up");
    }

    @Test
    void array_ofAnotherLength_throws() {
        var types = Types.little();
        Shape shape = shape(types, types.array(types.unsigned(2), 3));
        assertThat(write(shape, int[].class, new int[]{1, 2, 65535})).isEqualTo("01000200ffff");
        assertThatThrownBy(() -> write(shape, int[].class, new int[2])).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an array of 2 elements does not fit u16[3]");
    }

    @Test
    void text_tooLong_throws() {
        var types = Types.little();
        Shape shape = shape(types, types.array(types.character(), 4));
        assertThat(write(shape, String.class, "abcd")).isEqualTo("61626364");
        assertThatThrownBy(() -> write(shape, String.class, "abcde")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"abcde\" has 5 bytes of UTF-8, the field has 4");
    }
}
