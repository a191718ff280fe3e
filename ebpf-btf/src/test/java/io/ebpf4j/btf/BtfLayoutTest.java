package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.btf.BtfLayout.Field;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Where fields lie, checked against bytes that clang put there itself. */
class BtfLayoutTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    private static BtfLayout layout(Btf btf, String struct) {
        return BtfLayout.of(btf, btf.find(BtfType.Struct.class, struct).orElseThrow().id());
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void fields_ofAnonymousMembers_lieAmongTheOthers(String object) {
        var btf = Kinds.btf(object);
        var layout = layout(btf, "event");
        assertThat(layout.size()).isEqualTo(176);
        assertThat(layout.fields()).allMatch(field -> !field.isBitfield())
                .extracting(Field::name, Field::byteOffset, Field::shared).startsWith(tuple("saddr", 0L, false),
                        tuple("port", 4L, false), tuple("x", 8L, false), tuple("y", 16L, true), tuple("z", 16L, true),
                        tuple("in", 24L, false), tuple("addr", 40L, false), tuple("comm", 56L, false),
                        tuple("matrix", 72L, false))
                .endsWith(tuple("name", 176L, false));
        assertThat(layout.fields()).hasSize(21);
        var deep = layout.field("z").orElseThrow();
        assertThat(btf.declTags(deep.owner(), deep.component())).containsExactly("deep");
        var saddr = layout.field("saddr").orElseThrow();
        assertThat(btf.declTags(saddr.owner(), saddr.component())).containsExactly("label");
        assertThat(layout.field("nosuch")).isEmpty();
    }

    /** The rule of {@link Field}, word by word. */
    private static long read(MemorySegment data, Field field, ByteOrder order, boolean signed) {
        long number = 0;
        for (int i = 0; i < field.byteLength(); i++) {
            int at = order == ByteOrder.BIG_ENDIAN ? i : field.byteLength() - 1 - i;
            number = number << 8 | Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, field.byteOffset() + at));
        }
        int left = 64 - field.bitfieldSize();
        long shifted = number >>> field.shift(order) << left;
        return signed ? shifted >> left : shifted >>> left;
    }

    /** {@code struct bits filled = {5, -7, 0x1234, 0x9876543210ULL, 0xab, RED};} */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void bitfields_inBothByteOrders_holdWhatTheCompilerPutThere(String object) {
        var elf = Kinds.elf(object);
        var btf = Btf.of(elf).orElseThrow();
        var section = btf.find(BtfType.DataSec.class, ".data").orElseThrow();
        var data = elf.contents(elf.section(".data").orElseThrow());
        var order = btf.order();

        var bits = layout(btf, "bits");
        var filled = data.asSlice(offset(btf, section, "filled"), bits.size());
        assertThat(read(filled, bits.field("a").orElseThrow(), order, false)).isEqualTo(5);
        assertThat(read(filled, bits.field("b").orElseThrow(), order, true)).isEqualTo(-7);
        assertThat(read(filled, bits.field("c").orElseThrow(), order, false)).isEqualTo(0x1234);
        assertThat(read(filled, bits.field("d").orElseThrow(), order, false)).isEqualTo(0x9876543210L);
        assertThat(read(filled, bits.field("f").orElseThrow(), order, true)).isEqualTo(-2);
        var e = bits.field("e").orElseThrow();
        assertThat(e.isBitfield()).isFalse();
        assertThat(Byte.toUnsignedInt(filled.get(ValueLayout.JAVA_BYTE, e.byteOffset()))).isEqualTo(0xab);

        var packed = layout(btf, "packed_bits");
        var packedData = data.asSlice(offset(btf, section, "packed"), packed.size());
        assertThat(read(packedData, packed.field("wide").orElseThrow(), order, false)).isEqualTo(0x1234567890L);
        assertThat(read(packedData, packed.field("tail").orElseThrow(), order, false)).isEqualTo(5);
        assertThat(read(packedData, packed.field("across").orElseThrow(), order, false))
                .isEqualTo(0x123456789abcdefL);
    }

    private static long offset(Btf btf, BtfType.DataSec section, String variable) {
        return section.variables().stream().filter(v -> btf.type(v.type()).name().equals(variable)).findFirst()
                .orElseThrow().offset();
    }

    @Test
    void bitfield_overNineBytes_isTold() {
        var field = new Field("x", 1, 7, 64, false, 1, 0);
        assertThat(field.byteLength()).isEqualTo(9);
        assertThat(field.shift(ByteOrder.LITTLE_ENDIAN)).isEqualTo(7);
        assertThat(field.shift(ByteOrder.BIG_ENDIAN)).isEqualTo(1);
    }

    /** Before kind_flag, an integer type of its own told width and place of a bit field. */
    @Test
    void bitfield_ofAnOldCompiler_isToldByItsIntegerType() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int whole = raw.integer("unsigned int", 4, 0);
        int three = raw.type("unsigned int", 1, 0, false, 4, 3);
        int shifted = raw.type("unsigned int", 1, 0, false, 4, 2 << 16 | 5);
        int aliased = raw.type("u5", 8, 0, false, shifted);
        int struct = raw.type("s", 4, 3, false, 8, raw.name("a"), three, 0, raw.name("b"), aliased, 3, raw.name("c"),
                whole, 32);
        assertThat(BtfLayout.of(raw.parse(), struct).fields()).containsExactly(
                new Field("a", three, 0, 3, false, struct, 0), new Field("b", aliased, 5, 5, false, struct, 1),
                new Field("c", whole, 32, 0, false, struct, 2));
    }

    @Test
    void layout_ofAUnionOrAnAlias_isThatOfTheUnion() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int number = raw.integer("int", 4, 1);
        int union = raw.type("u", 5, 2, false, 4, raw.name("a"), number, 0, raw.name("b"), number, 0);
        int single = raw.type("v", 5, 1, false, 4, raw.name("a"), number, 0);
        int alias = raw.type("t", 8, 0, false, union);
        var btf = raw.parse();
        assertThat(BtfLayout.of(btf, alias)).isEqualTo(BtfLayout.of(btf, union));
        assertThat(BtfLayout.of(btf, union).fields()).extracting(Field::shared).containsExactly(true, true);
        assertThat(BtfLayout.of(btf, single).fields()).extracting(Field::shared).containsExactly(false);
    }

    @Test
    void member_outsideItsStruct_throws() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int number = raw.integer("int", 4, 1);
        int late = raw.type("late", 4, 1, false, 4, raw.name("m"), number, 8);
        int far = raw.type("far", 4, 1, false, 4, raw.name("m"), number, 0xffff_fff8L);
        int wide = raw.type("wide", 4, 1, true, 1, raw.name("m"), number, 9 << 24);
        int inner = raw.type("", 4, 1, false, 8, raw.name("m"), number, 32);
        int outer = raw.type("outer", 4, 1, false, 4, 0, inner, 0);
        var btf = raw.parse();
        assertThatThrownBy(() -> BtfLayout.of(btf, late)).isInstanceOf(MalformedBtfException.class)
                .hasMessage("x.o: BTF: type 2 (STRUCT) at offset 40 has 4 bytes, but its member int 'm' at bit 8 goes"
                        + " beyond them or begins within a byte");
        for (int id : new int[]{far, wide, outer}) {
            assertThatThrownBy(() -> BtfLayout.of(btf, id)).isInstanceOf(MalformedBtfException.class)
                    .hasMessageContaining("goes beyond them");
        }
        assertThatThrownBy(() -> BtfLayout.of(btf, number)).isInstanceOf(MalformedBtfException.class)
                .hasMessage("x.o: BTF: type 1 (INT) at offset 24 is no struct or union, so it has no fields");
    }

    /** An outer struct of 40 bytes: {@code int n; struct { u8 :3, low:5; u32 grid[2][3]; } in[1]; u32 rest[];}, nested. */
    private static Btf nested() {
        var editor = BtfEditor.create(ByteOrder.LITTLE_ENDIAN, "made");
        int u32 = editor.append(new BtfType.Int(0, "u32", 4, 0, 32, 0));
        int row = editor.append(new BtfType.Array(0, u32, u32, 3));
        int grid = editor.append(new BtfType.Array(0, row, u32, 2));
        int anonymous = editor.append(new BtfType.Union(0, "", 24, List.of(new BtfType.Member("grid", grid, 0, 0))));
        int inner = editor.append(new BtfType.Struct(0, "inner", 28,
                List.of(new BtfType.Member("low", u32, 3, 5), new BtfType.Member("", anonymous, 32, 0))));
        int alias = editor.append(new BtfType.Typedef(0, "inner_t", inner));
        int array = editor.append(new BtfType.Array(0, alias, u32, 2));
        int flexible = editor.append(new BtfType.Array(0, u32, u32, 0));
        int pointer = editor.append(new BtfType.Ptr(0, inner));
        editor.append(new BtfType.Struct(0, "outer", 72,
                List.of(new BtfType.Member("next", pointer, 0, 0), new BtfType.Member("in", array, 64, 0),
                        new BtfType.Member("rest", flexible, 576, 0))));
        return editor.toBtf();
    }

    @Test
    void find_byPath_countsFromTheOutermost() {
        var btf = nested();
        var outer = btf.find(BtfType.Struct.class, "outer").orElseThrow();
        var inner = btf.find(BtfType.Struct.class, "inner").orElseThrow();
        int u32 = btf.find(BtfType.Int.class, "u32").orElseThrow().id();

        var element = BtfLayout.find(btf, outer.id(), "in[1].grid[1][2]").orElseThrow();
        assertThat(element).extracting(Field::name, Field::type, Field::byteOffset, Field::isBitfield, Field::shared)
                .containsExactly("in[1].grid[1][2]", u32, 8L + 28 + 4 + 12 + 8, false, false);
        var low = BtfLayout.find(btf, outer.id(), "in[1].low").orElseThrow();
        assertThat(low).isEqualTo(new Field("in[1].low", u32, 8 * (8 + 28) + 3, 5, false, inner.id(), 0));
        assertThat(BtfLayout.find(btf, outer.id(), "rest[7]").orElseThrow().byteOffset()).isEqualTo(72 + 28);
        assertThat(btf.spell(BtfLayout.find(btf, outer.id(), "in[0].grid[1]").orElseThrow().type()))
                .isEqualTo("u32[3]");
        for (String absent : List.of("in[2].low", "nosuch", "in[0].nosuch", "next.low", "in.low", "next[0]",
                "in[0].low[0]",
                "in[0].low.x", "in[999999999999999999]")) {
            assertThat(BtfLayout.find(btf, outer.id(), absent)).as(absent).isEmpty();
        }
    }

    @Test
    void find_byWhatIsNoPath_throws() {
        var btf = nested();
        var outer = btf.find(BtfType.Struct.class, "outer").orElseThrow();
        for (String wrong : List.of("", ".in", "in.", "in..low", "[0]", "in[", "in[]", "in[-1]", "in[x]", "in[0]low",
                "in]0[",
                "in[9999999999999999999]", "a.[0]")) {
            assertThatThrownBy(() -> BtfLayout.find(btf, outer.id(), wrong)).as(wrong)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'" + wrong + "' is no path to a member; write names and indexes, as in a.b[2].c");
        }
        assertThatThrownBy(() -> BtfLayout.find(btf, outer.id(), "rest[999999999999999999]"))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessageContaining("more than 2^63 bits");
    }

    @Test
    void find_tenThousandDeep_needsNoStackForEach() {
        var editor = BtfEditor.create(ByteOrder.LITTLE_ENDIAN, "deep");
        int inside = editor.append(new BtfType.Int(0, "u32", 4, 0, 32, 0));
        int u32 = inside;
        for (int level = 0; level < 10_000; level++) {
            int array = editor.append(new BtfType.Array(0, inside, u32, 1));
            inside = editor.append(new BtfType.Struct(0, "s", 4, List.of(new BtfType.Member("m", array, 0, 0))));
        }
        String path = "m[0]" + ".m[0]".repeat(9_999);
        assertThat(BtfLayout.find(editor.toBtf(), inside, path).orElseThrow().type()).isEqualTo(u32);
    }
}
