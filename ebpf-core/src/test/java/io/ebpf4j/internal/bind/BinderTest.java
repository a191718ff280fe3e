package io.ebpf4j.internal.bind;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.Types.at;
import static io.ebpf4j.Types.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.BindingException;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The table in the package's documentation, row by row. */
@SuppressWarnings("ArrayRecordComponent") // arrays of C become arrays
class BinderTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;
    private static final Map<String, Class<?>> JAVA = Map.ofEntries(Map.entry("byte", byte.class),
            Map.entry("Byte", Byte.class), Map.entry("short", short.class), Map.entry("Short", Short.class),
            Map.entry("int", int.class), Map.entry("Integer", Integer.class), Map.entry("long", long.class),
            Map.entry("Long", Long.class), Map.entry("BigInteger", BigInteger.class),
            Map.entry("Number", Number.class), Map.entry("Object", Object.class),
            Map.entry("boolean", boolean.class), Map.entry("Boolean", Boolean.class), Map.entry("float", float.class),
            Map.entry("Float", Float.class), Map.entry("double", double.class), Map.entry("Double", Double.class),
            Map.entry("char", char.class), Map.entry("String", String.class), Map.entry("EnumValue", EnumValue.class),
            Map.entry("Inet4Address", Inet4Address.class), Map.entry("Inet6Address", Inet6Address.class),
            Map.entry("InetAddress", InetAddress.class), Map.entry("Duration", Duration.class),
            Map.entry("byte[]", byte[].class), Map.entry("int[]", int[].class), Map.entry("Long[]", Long[].class),
            Map.entry("String[]", String[].class), Map.entry("Color", Color.class));

    private enum Color {
        GREEN, RED, BLUE
    }

    private enum Incomplete {
        RED, BLUE
    }

    private static int type(Types types, String c) {
        return switch (c) {
            case "u8" -> types.unsigned(1);
            case "u16" -> types.unsigned(2);
            case "u32" -> types.unsigned(4);
            case "u64" -> types.unsigned(8);
            case "u128" -> types.unsigned(16);
            case "s8" -> types.signed(1);
            case "s16" -> types.signed(2);
            case "s32" -> types.signed(4);
            case "s64" -> types.signed(8);
            case "bool" -> types.bool();
            case "float" -> types.floating(4);
            case "double" -> types.floating(8);
            case "char" -> types.character();
            case "char[4]" -> types.array(types.character(), 4);
            case "u8[3]" -> types.array(types.unsigned(1), 3);
            case "u16[2]" -> types.array(types.unsigned(2), 2);
            case "char[2][2]" -> types.array(types.array(types.character(), 2), 2);
            case "enum" -> types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5),
                    new Constant("BLUE", 6));
            case "ipv4_addr" -> types.typedef("ipv4_addr", types.unsigned(4));
            case "ipv6_addr" -> types.typedef("ipv6_addr", types.array(types.unsigned(1), 16));
            case "duration" -> types.typedef("duration", types.unsigned(8));
            case "void *" -> types.pointer(0);
            case "union" -> types.union("u", 2, at(0, "x", types.unsigned(1)));
            default -> throw new IllegalArgumentException(c);
        };
    }

    private static Shape shape(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "x.o: map 'm'");
    }

    private static Object text(Object value) {
        return value.getClass().isArray()
                ? IntStream.range(0, Array.getLength(value)).mapToObj(i -> Array.get(value, i)).toList()
                : value;
    }

    /** Little-endian bytes; the value as Java writes it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u8         | ff                       | byte         | -1
            u8         | ff                       | Byte         | -1
            u8         | ff                       | short        | 255
            u8         | ff                       | int          | 255
            u8         | ff                       | Long         | 255
            u8         | ff                       | BigInteger   | 255
            u8         | ff                       | Number       | 255
            s8         | ff                       | byte         | -1
            s8         | ff                       | Short        | -1
            s8         | ff                       | int          | -1
            s8         | ff                       | BigInteger   | -1
            u16        | feff                     | short        | -2
            u16        | feff                     | int          | 65534
            s16        | feff                     | Integer      | -2
            u32        | feffffff                 | int          | -2
            u32        | feffffff                 | Integer      | -2
            u32        | feffffff                 | long         | 4294967294
            u32        | feffffff                 | BigInteger   | 4294967294
            u32        | feffffff                 | Number       | 4294967294
            s32        | feffffff                 | long         | -2
            s32        | feffffff                 | Object       | -2
            u64        | ffffffffffffffff         | long         | -1
            u64        | ffffffffffffffff         | BigInteger   | 18446744073709551615
            u64        | ffffffffffffffff         | Number       | 18446744073709551615
            s64        | ffffffffffffffff         | BigInteger   | -1
            u128       | ffffffffffffffff0000000000000000 | BigInteger | 18446744073709551615
            u128       | 01000000000000000000000000000000 | Number     | 1
            bool       | 02                       | boolean      | true
            bool       | 00                       | Boolean      | false
            float      | 0000c03f                 | float        | 1.5
            float      | 0000c03f                 | Float        | 1.5
            float      | 0000c03f                 | double       | 1.5
            double     | 000000000000f83f         | double       | 1.5
            double     | 000000000000f83f         | Double       | 1.5
            char[4]    | 61620063                 | String       | ab
            char       | 5a                       | String       | Z
            enum       | 05000000                 | EnumValue    | GREEN
            enum       | 05000000                 | String       | GREEN
            enum       | 63000000                 | String       | 99
            enum       | 06000000                 | Color        | BLUE
            ipv4_addr  | 0a010203                 | Inet4Address | /10.1.2.3
            ipv4_addr  | 0a010203                 | InetAddress  | /10.1.2.3
            ipv4_addr  | 0a010203                 | String       | 10.1.2.3
            ipv6_addr  | 20010db8000000000000000000000001 | String | 2001:db8::1
            ipv6_addr  | 20010db8000000000000000000000001 | Inet6Address | /2001:db8:0:0:0:0:0:1
            ipv6_addr  | 00000000000000000000ffff0a010203 | InetAddress  | /0:0:0:0:0:ffff:a01:203
            duration   | 002f685900000000         | Duration     | PT1.5S
            u8[3]      | 01ff80                   | byte[]       | [1, -1, -128]
            u8[3]      | 01ff80                   | int[]        | [1, 255, 128]
            u16[2]     | 0100ffff                 | Long[]       | [1, 65535]
            char[2][2] | 61626300                 | String[]     | [ab, c]
            void *     | 3412000000000000         | String       | 0x0000000000001234
            union      | 0a0b                     | String       | 0a0b
            """)
    void cType_readAsJavaType_hasItsValue(String c, String hex, String java, String expected) {
        var types = Types.little();
        Object value = Binder.reader(shape(types, type(types, c)), JAVA.get(java), "here").read(bytes("77" + hex), 1);
        assertThat(text(value)).hasToString(expected);
        if (!JAVA.get(java).isPrimitive()) {
            assertThat(value).isInstanceOf(JAVA.get(java));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u16        | byte         | component Byte of Java type Byte cannot take the values of C type u16 (2 bytes); use short, int or long
            u32        | short        | component Short of Java type Short cannot take the values of C type u32 (4 bytes); use int or long
            u64        | int          | component Integer of Java type Integer cannot take the values of C type u64 (8 bytes); use long or BigInteger
            u64        | String       | component String of Java type String cannot take the values of C type u64 (8 bytes); use long or BigInteger
            u8         | boolean      | component Boolean of Java type Boolean cannot take the values of C type u8 (1 bytes); use byte, short, int or long
            u16        | char         | component Character of Java type Character cannot take the values of C type u16 (2 bytes); use short, int or long
            u32        | float        | component Float of Java type Float cannot take the values of C type u32 (4 bytes); use int or long
            bool       | int          | component Integer of Java type Integer cannot take the values of C type _Bool (1 bytes); use Boolean
            double     | float        | component Float of Java type Float cannot take the values of C type float64 (8 bytes); use Double
            char[4]    | byte[]       | component byte[] of Java type byte[] cannot take the values of C type char[4] (4 bytes); use String
            ipv4_addr  | int          | component Integer of Java type Integer cannot take the values of C type ipv4_addr (4 bytes); use Inet4Address or String
            ipv4_addr  | Inet6Address | component Inet6Address of Java type Inet6Address cannot take the values of C type ipv4_addr (4 bytes); use Inet4Address or String
            duration   | long         | component Long of Java type Long cannot take the values of C type duration (8 bytes); use Duration
            u8[3]      | String       | component String of Java type String cannot take the values of C type u8[3] (3 bytes); use an array
            u16[2]     | byte[]       | component byte[][] of Java type byte cannot take the values of C type u16 (2 bytes); use short, int or long
            u128       | long         | component Long of Java type Long cannot take the values of C type u128 (16 bytes); use BigInteger
            """)
    void cType_asUnfittingJavaType_throwsWithBothTypesAndWhatToUse(String c, String java, String message) {
        var types = Types.little();
        Shape shape = shape(types, type(types, c));
        assertThatThrownBy(() -> Binder.reader(shape, JAVA.get(java), "x.o: map 'm'"))
                .isInstanceOf(BindingException.class).hasMessage("x.o: map 'm': " + message);
    }

    @Test
    void javaEnum_lackingAConstant_isRefusedWithTheList() {
        var types = Types.little();
        Shape shape = shape(types, type(types, "enum"));
        assertThatThrownBy(() -> Binder.reader(shape, Incomplete.class, "here")).isInstanceOf(BindingException.class)
                .hasMessageContainingAll("Java type Incomplete", "C type enum color", "use EnumValue, String",
                        "GREEN");
    }

    @Test
    void javaEnum_ofANumberWithoutName_isNull() {
        var types = Types.little();
        var reader = Binder.reader(shape(types, type(types, "enum")), Color.class, "here");
        assertThat(reader.read(bytes("63000000"), 0)).isNull();
        assertThat(reader.read(bytes("05000000"), 0)).isEqualTo(Color.GREEN);
    }

    private record Inner(short x, int y) {}

    private record Outer(Inner second, Inner first, String destPort, long dest_port) {}

    @Test
    void record_takesFieldsByNameInAnyOrderThroughPadding() {
        var types = Types.little();
        int inner = types.struct("inner", 8, at(0, "x", types.signed(2)), at(4, "y", types.unsigned(4)));
        Shape shape = shape(types,
                types.struct("outer", 32, at(0, "first", inner), at(8, "unread", types.unsigned(1)),
                        at(12, "dest_port", types.unsigned(2)), at(16, "destPort", types.character()),
                        at(20, "second", inner)));
        var value = Binder.reader(shape, Outer.class, "here")
                .read(bytes("ff".repeat(3) + "fbffeeee07000000" + "99000000"
                        + "901f0000" + "41000000" + "0200eeee09000000" + "00000000"), 3);
        assertThat(value).isEqualTo(new Outer(new Inner((short) 2, 9), new Inner((short) -5, 7), "A", 8080L));
    }

    @Test
    void record_ofPackedStruct_readsUnaligned() {
        record Packed(long b, int c) {}
        var types = Types.in(ByteOrder.BIG_ENDIAN);
        Shape shape = shape(types, types.struct("p", 11, at(0, "a", types.unsigned(1)), at(1, "b", types.unsigned(8)),
                at(9, "c", types.unsigned(2))));
        assertThat(Binder.reader(shape, Packed.class, "here").read(bytes("ff 0000000000000102 ffff"), 0))
                .isEqualTo(new Packed(258, 65535));
    }

    @Test
    void record_ofBitfields_takesThemAsNumbers() {
        record Bits(byte flags, int count) {}
        var types = Types.little();
        int u32 = types.unsigned(4);
        Shape shape = shape(types, types.struct("b", 4, bits(0, 4, "flags", u32), bits(4, 20, "count", u32)));
        assertThat(Binder.reader(shape, Bits.class, "here").read(bytes("1f325476"), 0))
                .isEqualTo(new Bits((byte) 15, 0x54321));
        record Narrow(short count) {}
        assertThatThrownBy(() -> Binder.reader(shape, Narrow.class, "here")).isInstanceOf(BindingException.class)
                .hasMessage("here: component Narrow.count of Java type short cannot take the values of C type u32:20"
                        + " (3 bytes); use int or long");
    }

    @Test
    void record_withoutComponents_isMadeAllTheSame() {
        record Nothing() {}
        var types = Types.little();
        assertThat(Binder.reader(shape(types, types.struct("s", 4, at(0, "a", types.unsigned(4)))), Nothing.class, "")
                .read(bytes("00000000"), 0)).isEqualTo(new Nothing());
    }

    @Test
    void record_withArraysOfRecordsAndArrays_nests() {
        record Point(int x) {}
        record Grid(Point[] points, int[][] cells) {}
        var types = Types.little();
        int point = types.struct("point", 4, at(0, "x", types.unsigned(4)));
        Shape shape = shape(types, types.struct("grid", 12, at(0, "points", types.array(point, 2)),
                at(8, "cells", types.array(types.array(types.unsigned(1), 2), 2))));
        Grid grid = Binder.reader(shape, Grid.class, "here").read(bytes("01000000 02000000 01020304"), 0);
        assertThat(grid.points()).containsExactly(new Point(1), new Point(2));
        assertThat(Arrays.deepToString(grid.cells())).isEqualTo("[[1, 2], [3, 4]]");
    }

    @Test
    void component_withoutAField_throwsWithTheFieldsThereAre() {
        record Event(int pid, int remotePort) {}
        var types = Types.little();
        int u32 = types.unsigned(4);
        Shape shape = shape(types, types.struct("event", 8, at(0, "pid", u32), at(4, "dest_port", u32)));
        assertThatThrownBy(() -> Binder.reader(shape, Event.class, "x.o: map 'm'"))
                .isInstanceOf(BindingException.class)
                .hasMessage("x.o: map 'm': component Event.remotePort of int has no field 'remote_port' to take its"
                        + " value from: struct event has [pid, dest_port], record " + Event.class.getName()
                        + " takes them by name");
    }

    @Test
    void component_deepInside_isNamedWithItsPath() {
        record In(byte y) {}
        record Out(In[] in) {}
        var types = Types.little();
        int in = types.struct("in", 2, at(0, "y", types.unsigned(2)));
        Shape shape = shape(types, types.struct("out", 4, at(0, "in", types.array(in, 2))));
        assertThatThrownBy(() -> Binder.reader(shape, Out.class, "here"))
                .hasMessage("here: component Out.in[].y of Java type byte cannot take the values of C type u16"
                        + " (2 bytes); use short, int or long");
    }

    @Test
    void struct_asNoRecord_throws() {
        var types = Types.little();
        Shape shape = shape(types, types.struct("s", 4, at(0, "a", types.unsigned(4))));
        for (Class<?> type : List.of(long.class, String.class, Record.class, Map.class)) {
            assertThatThrownBy(() -> Binder.reader(shape, type, "here")).isInstanceOf(BindingException.class)
                    .hasMessageEndingWith("cannot take the values of C type struct s (4 bytes); use a record");
        }
    }

    private record Refusing(int a) {
        Refusing {
            if (a > 0) {
                throw new IllegalArgumentException("a=" + a);
            }
        }
    }

    private record Checked(int a) {
        @SuppressWarnings("UnusedMethod") // by the binder
        Checked {
            sneak(new IOException("a=" + a));
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void sneak(Throwable e) throws E {
            throw (E) e;
        }
    }

    @Test
    void constructorThatThrows_passesItsExceptionOn() {
        var types = Types.little();
        Shape shape = shape(types, types.struct("s", 4, at(0, "a", types.unsigned(4))));
        var refusing = Binder.reader(shape, Refusing.class, "here");
        assertThat(refusing.read(bytes("00000000"), 0)).isEqualTo(new Refusing(0));
        assertThatThrownBy(() -> refusing.read(bytes("07000000"), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a=7");
        assertThatThrownBy(() -> Binder.reader(shape, Checked.class, "here").read(bytes("07000000"), 0))
                .isInstanceOf(IllegalStateException.class).hasCauseInstanceOf(IOException.class);
    }

    private record Many(int a00, int a01, int a02, int a03, int a04, int a05, int a06, int a07, int a08, int a09,
            int a10, int a11, int a12, int a13, int a14, int a15, int a16, int a17, int a18, int a19, int a20, int a21,
            int a22, int a23, int a24, int a25, int a26, int a27, int a28, int a29, int a30, int a31, int a32, int a33,
            int a34, int a35, int a36, int a37, int a38, int a39, int a40, int a41, int a42, int a43, int a44, int a45,
            int a46, int a47, int a48, int a49, int a50, int a51, int a52, int a53, int a54, int a55, int a56, int a57,
            int a58, int a59, int a60, int a61, int a62, int a63, int a64, int a65, int a66, int a67, int a68, int a69,
            int a70, int a71, int a72, int a73, int a74, int a75, int a76, int a77, int a78, int a79, int a80, int a81,
            int a82, int a83, int a84, int a85, int a86, int a87, int a88, int a89) {}

    @Test
    void record_ofNinetyComponents_isRead() {
        var types = Types.little();
        int u8 = types.unsigned(1);
        var members = IntStream.range(0, 90).mapToObj(i -> at(i, "a%02d".formatted(i), u8))
                .toArray(Member[]::new);
        byte[] memory = new byte[90];
        memory[0] = 1;
        memory[89] = 90;
        Many many = Binder.reader(shape(types, types.struct("s", 90, members)), Many.class, "here")
                .read(MemorySegment.ofArray(memory), 0);
        assertThat(List.of(many.a00(), many.a44(), many.a89())).containsExactly(1, 0, 90);
    }

    @ParameterizedTest
    @CsvSource({"destPort, dest_port", "saddrV4, saddr_v4", "pid, pid", "dest_port, dest_port",
            "tcpRTTMax, tcp_rtt_max",
            "a1B2, a1_b2", "HTTPStatus, http_status", "x, x", "__pad, __pad"})
    void camelCase_isSnakeCase(String camel, String snake) {
        assertThat(Names.snake(camel)).isEqualTo(snake);
    }

    private record Deep(byte y) {}

    private record Nested(int x, Deep deep) {}

    private record AllFields(Inet4Address v4, String v4Chain, Inet6Address v6, Duration took, Duration tookUs,
            Duration tookMs, Duration tookS, short dport, String text, String full, String latin1, String letter,
            boolean yes, Color color, EnumValue noColor, byte s8, int u8, short s16, int u16, int s32, long u32,
            long s64, BigInteger u64, byte bits_3, int bits_5, int[] list, Nested nested) {}

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void record_ofCompilersFields_isReadWhole(String folder) {
        ProgramSpec spec = Fixtures.spec(folder, "field_types");
        MapSpec map = spec.map("records").orElseThrow();
        boolean big = folder.equals(Fixtures.BIG);
        // By the offsets of C: what `emit` in the fixture sends.
        String bytes = big
                ? "0a010203 0a010204 20010db8000000000000000000000001 00000000499602d2 0000000000000005"
                        + "0000000000000006 0000000000000007 1f90 01bb 68656c6c6f000000 66756c6c 61e90000 5a 01 0000"
                        + "00000006 00000063 f8 f8 fff0 fff0 0000 ffffffe0 ffffffe0 ffffffffffffffc0 ffffffffffffffc0"
                        + "b7 000000 00000001 00000002 00000003 000b 0c 00 0000 0000"
                : "0a010203 0a010204 20010db8000000000000000000000001 d202964900000000 0500000000000000"
                        + "0600000000000000 0700000000000000 1f90 bb01 68656c6c6f000000 66756c6c 61e90000 5a 01 0000"
                        + "06000000 63000000 f8 f8 f0ff f0ff 0000 e0ffffff e0ffffff c0ffffffffffffff c0ffffffffffffff"
                        + "bd 000000 01000000 02000000 03000000 0b00 0c 00 0000 0000";
        AllFields all = Binder.reader(MapShapes.value(spec, map), AllFields.class, "here").read(bytes(bytes), 0);
        assertThat(all.v4()).hasToString("/10.1.2.3");
        assertThat(all.v4Chain()).isEqualTo("10.1.2.4");
        assertThat(all.v6()).hasToString("/2001:db8:0:0:0:0:0:1");
        assertThat(all.took()).isEqualTo(Duration.ofNanos(1234567890));
        assertThat(all.tookUs()).isEqualTo(Duration.ofNanos(5000));
        assertThat(all.tookMs()).isEqualTo(Duration.ofMillis(6));
        assertThat(all.tookS()).isEqualTo(Duration.ofSeconds(7));
        assertThat(all.dport()).isEqualTo((short) 443);
        assertThat(List.of(all.text(), all.full(), all.latin1(), all.letter())).containsExactly("hello", "full",
                "a\uFFFD", "Z");
        assertThat(all.yes()).isTrue();
        assertThat(all.color()).isEqualTo(Color.BLUE);
        assertThat(all.noColor()).isEqualTo(new EnumValue(Optional.empty(), 99));
        assertThat(List.<Object>of(all.s8(), all.u8(), all.s16(), all.u16(), all.s32(), all.u32(), all.s64()))
                .containsExactly((byte) -8, 248, (short) -16, 65520, -32, 4294967264L, -64L);
        assertThat(all.u64()).isEqualTo(new BigInteger("18446744073709551552"));
        assertThat(List.<Object>of(all.bits_3(), all.bits_5())).containsExactly((byte) 5, -9);
        assertThat(all.list()).containsExactly(1, 2, 3);
        assertThat(all.nested()).isEqualTo(new Nested(11, new Deep((byte) 12)));
    }
}
