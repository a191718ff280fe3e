package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.Types.at;
import static io.ebpf4j.Types.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.FieldDecoderFactory;
import io.ebpf4j.decode.FieldType;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeCompilerTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    private static Shape compile(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.with()).compile(btf.type(id), "x.o: map 'm'");
    }

    private static Shape variable(String folder, String name) {
        Btf btf = Fixtures.spec(folder, "types").btf();
        int type = btf.find(BtfType.Var.class, name).orElseThrow().type();
        return new ShapeCompiler(btf, FieldDecoders.with()).compile(btf.type(type), "types.o");
    }

    private static Field field(Shape shape, String name) {
        return ((Struct) shape).fields().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    }

    private static Object value(Shape shape, String name, MemorySegment memory) {
        Field field = field(shape, name);
        return decode(field.shape(), memory, field.offset());
    }

    private static Object decode(Shape shape, MemorySegment memory, long offset) {
        return switch (shape) {
            case Scalar scalar -> scalar.decoder().decode(memory, offset);
            case Sequence sequence -> {
                List<Object> elements = new ArrayList<>();
                for (int i = 0; i < sequence.count(); i++) {
                    elements.add(decode(sequence.element(), memory, offset + i * sequence.element().size()));
                }
                yield elements;
            }
            case Struct struct -> struct.fields().stream()
                    .map(f -> f.name() + "=" + decode(f.shape(), memory, offset + f.offset())).toList();
        };
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void nestedStruct_ofCompiler_hasTrueOffsetsAndAnonymousMembersAmongItsOwn(String folder) {
        Struct nested = (Struct) variable(folder, "struct_nested");
        assertThat(nested.size()).isEqualTo(80);
        assertThat(nested.fields()).extracting(f -> f.name() + "@" + f.offset()).containsExactly("first@0", "named@24",
                "inner@32", "as_int@36", "as_bytes@36", "list@40");
        assertThat(((Struct) field(nested, "first").shape()).fields()).extracting(f -> f.name() + "@" + f.offset())
                .containsExactly("a@0", "b@8", "c@16", "d@18", "e@20");
        Sequence list = (Sequence) field(nested, "list").shape();
        assertThat(list.count()).isEqualTo(3);
        assertThat(list.element().size()).as("struct packed").isEqualTo(11);
        assertThat(((Struct) list.element()).fields()).extracting(Field::offset).containsExactly(0L, 1L, 9L);
    }

    /** a=1 b=9 c=-3 d=0xbeef | e=0x123456789a f=0xabcdef | g=BLUE(6) h=1 | i=0xfffffffe | j=200. */
    @ParameterizedTest
    @FieldSource("FOLDERS")
    void bitfields_ofCompiler_areTakenApartAsItPutThemTogether(String folder) {
        Shape bits = variable(folder, "struct_bits");
        MemorySegment memory = folder.equals(Fixtures.BIG)
                // MSB first: 1 1001 11101 000000, then d; e and f make one 64-bit unit
                ? bytes("cf40beef 00000000 123456789a abcdef d0000000 fffffffe c8 00000000000000")
                // LSB first: a | b<<1 | c<<5 = 1 + 18 + 928 = 0x03b3
                : bytes("b303efbe 00000000 9a78563412 efcdab 0e000000 feffffff c8 00000000000000");
        assertThat(value(bits, "a", memory)).isEqualTo(1L);
        assertThat(value(bits, "b", memory)).isEqualTo(9L);
        assertThat(value(bits, "c", memory)).isEqualTo(-3L);
        assertThat(value(bits, "d", memory)).isEqualTo(0xbeefL);
        assertThat(value(bits, "e", memory)).isEqualTo(0x12_3456_789aL);
        assertThat(value(bits, "f", memory)).isEqualTo(0xabcdefL);
        assertThat(value(bits, "g", memory)).hasToString("BLUE");
        assertThat(value(bits, "i", memory)).isEqualTo(0xffff_fffeL);
        assertThat(value(bits, "j", memory)).isEqualTo(200L);
        assertThat(((Struct) bits).fields()).as("those without a name are padding").hasSize(10);
        assertThat(field(bits, "e").shape().spelling()).isEqualTo("unsigned long long:40");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void packedBitfield_ofCompiler_crossesItsUnit(String folder) {
        Shape bits = variable(folder, "struct_bits_packed");
        MemorySegment memory = bytes(folder.equals(Fixtures.BIG) ? "b6969696aa" : "d5d2d2d2aa");
        assertThat(value(bits, "a", memory)).isEqualTo(5L);
        assertThat(value(bits, "b", memory)).isEqualTo(0x5a5a5a5aL);
        assertThat(value(bits, "c", memory)).isEqualTo(0x2aL);
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void scalars_ofCompiler_decodeByTheirKind(String folder) {
        boolean big = folder.equals(Fixtures.BIG);
        assertThat(decode(variable(folder, "int_char"), bytes("41"), 0)).isEqualTo("A");
        assertThat(decode(variable(folder, "int_s8"), bytes("ff"), 0)).as("signed char is a number").isEqualTo(-1L);
        assertThat(decode(variable(folder, "int_u8"), bytes("ff"), 0)).isEqualTo(255L);
        assertThat(decode(variable(folder, "int_s16"), bytes(big ? "fffe" : "feff"), 0)).isEqualTo(-2L);
        assertThat(decode(variable(folder, "int_u64"), bytes("ff".repeat(8)), 0)).hasToString("18446744073709551615");
        assertThat(decode(variable(folder, "int_s128"), bytes("ff".repeat(16)), 0)).hasToString("-1");
        assertThat(decode(variable(folder, "int_u128"), bytes("ff".repeat(16)), 0))
                .hasToString("340282366920938463463374607431768211455");
        assertThat(decode(variable(folder, "int_bool"), bytes("02"), 0)).isEqualTo(true);
        assertThat(decode(variable(folder, "float_32"), bytes(big ? "3fc00000" : "0000c03f"), 0)).isEqualTo(1.5);
        assertThat(decode(variable(folder, "enum_signed"), bytes(big ? "80000000" : "00000080"), 0))
                .hasToString("LOWEST");
        assertThat(decode(variable(folder, "enum_8bit"), bytes("00"), 0)).hasToString("TINY");
        assertThat(decode(variable(folder, "typedef_chain"), bytes(big ? "00000007" : "07000000"), 0)).isEqualTo(7L);
        assertThat(decode(variable(folder, "mod_const_volatile"), bytes("ffffffff"), 0)).isEqualTo(-1L);
        assertThat(decode(variable(folder, "ptr_ptr"), bytes("00".repeat(8)), 0)).isEqualTo("0x0000000000000000");
        assertThat(decode(variable(folder, "fwd_struct"), bytes("ff".repeat(8)), 0))
                .as("to what is not defined").isEqualTo("0xffffffffffffffff");
        assertThat(decode(variable(folder, "proto_variadic"), bytes("00".repeat(8)), 0))
                .isEqualTo("0x0000000000000000");
        assertThat(decode(variable(folder, "union_either"), bytes("0102030405060708"), 0))
                .isEqualTo("0102030405060708");
        assertThat(decode(variable(folder, "struct_anonymous"), bytes(big ? "00000009" : "09000000"), 0))
                .isEqualTo(List.of("a=9"));
        assertThat(((Struct) variable(folder, "struct_empty")).fields()).isEmpty();
        assertThat(variable(folder, "struct_aligned").size()).isEqualTo(64);
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void arrays_ofCompiler_nestAndTextsAreTheirInnermostRow(String folder) {
        boolean big = folder.equals(Fixtures.BIG);
        assertThat(decode(variable(folder, "array_2"), bytes((big ? "00000001" : "01000000").repeat(6)), 0))
                .isEqualTo(List.of(List.of(1L, 1L, 1L), List.of(1L, 1L, 1L)));
        MemorySegment texts = bytes("6162636465 6600000000 0000000000 6700000000 6800000000 6900000000");
        assertThat(decode(variable(folder, "array_3"), texts, 0))
                .isEqualTo(List.of(List.of("abcde", "f", ""), List.of("g", "h", "i")));
        assertThat(decode(variable(folder, "array_of_none"), bytes(""), 0)).isEqualTo(List.of());
        assertThat(decode(variable(folder, "typedef_array"), bytes((big ? "00000002" : "02000000").repeat(4)), 0))
                .isEqualTo(List.of(2L, 2L, 2L, 2L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"typedef", "const", "volatile", "restrict", "tag"})
    void claim_isFoundAnywhereAlongTheChain(String link) {
        var types = Types.little();
        int address = types.typedef("ipv4_addr", types.unsigned(4));
        int linked = switch (link) {
            case "const" -> types.add(new BtfType.Const(0, address));
            case "volatile" -> types.add(new BtfType.Volatile(0, address));
            case "restrict" -> types.add(new BtfType.Restrict(0, address));
            case "tag" -> types.add(new BtfType.TypeTag(0, "user", address, false));
            default -> types.typedef("gateway", types.typedef("router", address));
        };
        Shape shape = compile(types, types.typedef("outermost", linked));
        assertThat(decode(shape, bytes("0a010203"), 0)).hasToString("/10.1.2.3");
    }

    @Test
    void claim_outermostOfTwo_wins() {
        var types = Types.little();
        int inner = types.typedef("duration", types.unsigned(8));
        Shape shape = compile(types, types.typedef("duration_ms", inner));
        assertThat(decode(shape, bytes("0100000000000000"), 0)).hasToString("PT0.001S");
    }

    @Test
    void claim_ofStructName_winsOverItsMembers() {
        var types = Types.little();
        int in6 = types.struct("in6_addr", 16, at(0, "bytes", types.array(types.unsigned(1), 16)));
        Shape shape = compile(types, types.struct("s", 17, at(1, "to", in6)));
        assertThat(((Scalar) field(shape, "to").shape()).decoder()).isInstanceOf(Ipv6Decoder.class);
        assertThat(field(shape, "to").shape().spelling()).isEqualTo("struct in6_addr");
    }

    @Test
    void claim_ofArrayElement_makesAListOfValues() {
        var types = Types.little();
        Shape shape = compile(types, types.array(types.typedef("ipv4_addr", types.unsigned(4)), 2));
        assertThat(decode(shape, bytes("0a010203 7f000001"), 0).toString()).isEqualTo("[/10.1.2.3, /127.0.0.1]");
    }

    @Test
    void claim_ofApplication_replacesOursAndCharArrays() {
        record Upper(int size) implements FieldDecoder<String> {
            @Override
            public Class<String> type() {
                return String.class;
            }

            @Override
            public String decode(MemorySegment memory, long offset) {
                return "mine";
            }
        }
        FieldDecoderFactory mine = new FieldDecoderFactory() {
            @Override
            public Set<String> names() {
                return Set.of("ipv4_addr", "letter");
            }

            @Override
            public FieldDecoder<?> create(FieldType type) {
                assertThat(type.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
                return new Upper((int) type.size());
            }
        };
        var types = Types.in(ByteOrder.BIG_ENDIAN);
        int struct = types.struct("s", 6, at(0, "a", types.typedef("ipv4_addr", types.unsigned(4))),
                at(4, "b", types.array(types.typedef("letter", types.character()), 2)));
        Btf btf = types.btf();
        Shape shape = new ShapeCompiler(btf, FieldDecoders.with(mine)).compile(btf.type(struct), "x");
        assertThat(value(shape, "a", bytes("000000000000"))).isEqualTo("mine");
        assertThat(value(shape, "b", bytes("000000000000"))).isEqualTo(List.of("mine", "mine"));
    }

    @Test
    void hiddenMembers_areInTheShapeAndSayThatTheyAreHidden() {
        var types = Types.little();
        int u32 = types.unsigned(4);
        Struct shape = (Struct) compile(types,
                types.struct("s", 12, at(0, "__pad", u32), at(4, "_one", u32), at(8, "x__", u32)));
        assertThat(shape.fields()).extracting(Field::hidden).containsExactly(true, false, false);
    }

    @Test
    void oldStyleInteger_ofFewerBitsThanItsBytes_takesItsBitsOnly() {
        var types = Types.little();
        Shape shape = compile(types, types.add(new BtfType.Int(0, "int", 4, BtfType.Int.SIGNED, 5, 2)));
        assertThat(decode(shape, bytes("7c000000"), 0)).isEqualTo(-1L);
        assertThat(decode(shape, bytes("bc000000"), 0)).as("bits 2 to 6 of 10111100").isEqualTo(15L);
    }

    @Test
    void boolOfFourBytes_isANumber() {
        var types = Types.little();
        Shape shape = compile(types, types.add(new BtfType.Int(0, "flag", 4, BtfType.Int.BOOL, 32, 0)));
        assertThat(decode(shape, bytes("00010000"), 0)).isEqualTo(256L);
    }

    @Test
    void shape_ofTheSameTypeTwice_isTheSame() {
        var types = Types.little();
        int inner = types.struct("inner", 4, at(0, "x", types.unsigned(4)));
        Shape shape = compile(types, types.struct("s", 8, at(0, "a", inner), at(4, "b", inner)));
        assertThat(field(shape, "a").shape()).isSameAs(field(shape, "b").shape());
    }

    private static void refused(Types types, int id, String message) {
        assertThatThrownBy(() -> compile(types, id)).isInstanceOf(ObjectFileException.class).hasMessage(message);
    }

    @Test
    void memberThatCannotBeDecoded_throwsWithMapPathAndType() {
        var types = Types.little();
        int fwd = types.add(new BtfType.Fwd(0, "gone", false));
        int inner = types.struct("inner", 8, at(4, "lost", types.array(types.typedef("gone_t", fwd), 0)));
        assertThatThrownBy(() -> compile(types, types.struct("event", 8, at(0, "in", inner))))
                .isInstanceOf(ObjectFileException.class)
                .hasMessageContainingAll("x.o: map 'm'", "struct event.in.lost", "gone");
    }

    @Test
    void unsupportedKinds_throwWithAReason() {
        var types = Types.little();
        int nothing = types.struct("event", 4, at(0, "nothing", 0));
        refused(types, nothing, "x.o: map 'm': field struct event.nothing of type void has no size");
        int fwd = types.struct("event", 4, at(0, "gone", types.add(new BtfType.Fwd(0, "gone", true))));
        refused(types, fwd,
                "x.o: map 'm': field struct event.gone of type union gone is declared but not defined in this file");
        int proto = types.add(new BtfType.FuncProto(0, 0, List.of()));
        refused(types, types.struct("event", 4, at(0, "call", proto)),
                "x.o: map 'm': field struct event.call of type void (void) is no type of a value");
        refused(types, types.struct("event", 16, at(0, "ld", types.floating(16))),
                "x.o: map 'm': field struct event.ld of type float128 is a floating-point number of 16 bytes");
        refused(types, types.struct("event", 4, at(0, "odd", types.unsigned(3))),
                "x.o: map 'm': field struct event.odd of type u24 is an integer of 3 bytes");
        refused(types, types.struct("event", 4, at(0, "odd", types.enumeration("e", 3, false))),
                "x.o: map 'm': field struct event.odd of type enum e is an enum of 3 bytes");
        int wide = types.typedef("peer_t", types.typedef("ipv4_addr", types.unsigned(8)));
        refused(types, types.struct("event", 8, at(0, "peer", wide)),
                "x.o: map 'm': field struct event.peer of type peer_t cannot be decoded:"
                        + " an ipv4_addr has 4 bytes, this one has 8");
        refused(types, types.struct("event", 4, bits(3, 5, "p", types.pointer(0))),
                "x.o: map 'm': field struct event.p of type void * is a bitfield, but no integer");
    }
}
