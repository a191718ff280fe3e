package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.DataSec;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.BtfType.VarInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class BtfEditorTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    private static Btf parse(byte[] bytes) {
        return Btf.parse(MemorySegment.ofArray(bytes), "edited");
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void toBytes_withoutAnEdit_areTheBytesThatWereRead(String object) {
        var elf = Kinds.elf(object);
        byte[] section = elf.contents(elf.section(".BTF").orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
        assertThat(BtfEditor.of(Btf.of(elf).orElseThrow()).toBytes()).isEqualTo(section);
    }

    /** The writer of every kind, against the compiler's bytes: each type replaced by itself must change nothing. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void replace_ofEachTypeByItself_changesNoByte(String object) {
        var btf = Kinds.raw(object);
        var editor = BtfEditor.of(btf);
        btf.types().stream().skip(1).forEach(type -> editor.replace(type.id(), type));
        assertThat(editor.toBytes()).isEqualTo(BtfEditor.of(btf).toBytes());
    }

    /** What turns {@code .maps.print} into a map that libbpf knows. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void merge_ofTwoSections_keepsEveryOtherTypeAndId(String object) {
        var btf = Kinds.btf(object);
        var maps = btf.find(DataSec.class, ".maps").orElseThrow();
        var print = btf.find(DataSec.class, ".maps.print").orElseThrow();
        var variables = new ArrayList<>(maps.variables());
        print.variables().forEach(v -> variables.add(new VarInfo(v.type(), maps.size() + v.offset(), v.size())));
        var merged = new DataSec(maps.id(), ".maps", maps.size() + print.size(), variables);
        var editor = BtfEditor.of(btf).replace(maps.id(), merged).replace(print.id(), new BtfType.Const(print.id(), 0));
        int added = editor.append(new DataSec(0, ".maps.more", 0, List.of()));
        assertThat(added).isEqualTo(btf.size());

        var edited = parse(editor.toBytes());
        assertThat(edited.order()).isEqualTo(btf.order());
        assertThat(edited.size()).isEqualTo(btf.size() + 1);
        assertThat(edited.find(DataSec.class, ".maps")).contains(merged);
        assertThat(edited.type(print.id())).isEqualTo(new BtfType.Const(print.id(), 0));
        assertThat(edited.type(added)).isEqualTo(new DataSec(added, ".maps.more", 0, List.of()));
        var raw = Kinds.raw(object);
        for (int id = 1; id < btf.size(); id++) {
            if (id != maps.id() && id != print.id()) {
                assertThat(edited.type(id)).isEqualTo(raw.type(id));
            }
        }
    }

    enum Order {
        LITTLE(ByteOrder.LITTLE_ENDIAN), BIG(ByteOrder.BIG_ENDIAN);

        private final ByteOrder order;

        Order(ByteOrder order) {
            this.order = order;
        }
    }

    @ParameterizedTest
    @EnumSource
    void append_ofEveryKind_isReadBack(Order order) {
        var raw = new RawBtf(order.order);
        int number = raw.integer("int", 4, 1);
        var types = List.of(new BtfType.Int(2, "odd", 8, 5, 13, 7), new BtfType.Ptr(3, number),
                new BtfType.Array(4, number, number, 0xffff_ffffL),
                new BtfType.Struct(5, "s", 16, List.of(new Member("a", number, 0xffff_fff8L, 0))),
                new BtfType.Struct(6, "", 16,
                        List.of(new Member("b", number, 0xff_ffff, 31), new Member("int", 3, 64, 0))),
                new BtfType.Union(7, "u", 8, List.of(new Member("", number, 0, 0))),
                new BtfType.Enum(8, "e", 4, true, List.of(new Constant("A", -1))),
                new BtfType.Enum(9, "f", 4, false, List.of(new Constant("B", 0xffff_ffffL))),
                new BtfType.Fwd(10, "g", true), new BtfType.Typedef(11, "t", number), new BtfType.Volatile(12, number),
                new BtfType.Const(13, 0), new BtfType.Restrict(14, 3),
                new BtfType.FuncProto(15, number, List.of(new BtfType.Param("p", 3), new BtfType.Param("", 0))),
                new BtfType.Func(16, "fn", 15, Linkage.EXTERN), new BtfType.Var(17, "v", number, Linkage.STATIC),
                new DataSec(18, ".data", 0xffff_ffffL, List.of(new VarInfo(17, 0xffff_fff0L, 4))),
                new BtfType.FloatingPoint(19, "double", 8), new BtfType.DeclTag(20, "tag", 5, -1, false),
                new BtfType.DeclTag(21, "attr", 5, 0, true), new BtfType.TypeTag(22, "user", number, true),
                new BtfType.Enum64(23, "w", 8, false, List.of(new Constant("é", Long.MIN_VALUE))));
        var editor = BtfEditor.of(raw.parse());
        types.forEach(type -> assertThat(editor.append(type)).isEqualTo(type.id()));
        var edited = parse(editor.toBytes());
        assertThat(edited.types().subList(2, edited.size())).containsExactlyElementsOf(types);
        assertThat(edited.type(number)).isEqualTo(new BtfType.Int(number, "int", 4, 1, 32, 0));
    }

    @Test
    void names_thatAreThere_areUsedAgain() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        raw.integer("int", 4, 1);
        raw.integer("long", 8, 1);
        byte[] before = raw.bytes();
        var editor = BtfEditor.of(raw.parse());
        editor.append(new BtfType.Typedef(0, "int", 1));
        editor.append(new BtfType.Typedef(0, "long", 2));
        assertThat(editor.toBytes()).hasSize(before.length + 24);
        editor.append(new BtfType.Typedef(0, "ong", 2));
        editor.append(new BtfType.Typedef(0, "ong", 1));
        assertThat(editor.toBytes()).as("a text of its own, once").hasSize(before.length + 48 + 4);
    }

    @Test
    void layoutTable_ofANewKernel_movesWithTheTypes() {
        int[][] table = new int[21][2];
        table[20] = new int[]{4, 4};
        var raw = new RawBtf(ByteOrder.BIG_ENDIAN).layout(table);
        int odd = raw.type("odd", 20, 1, false, 7, 1, 2);
        var btf = raw.parse();
        var editor = BtfEditor.of(btf);
        int more = editor.append(btf.type(odd));
        editor.append(new BtfType.Typedef(0, "t", odd));
        var edited = parse(editor.toBytes());
        assertThat(edited.types()).extracting(BtfType::name).containsExactly("", "odd", "odd", "t");
        assertThat(edited.type(more)).isInstanceOf(BtfType.Unknown.class);
    }

    @Test
    void edit_ofSplitBtf_leavesTheBaseAlone() {
        var base = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int number = base.integer("int", 4, 1);
        var kernel = base.parse();
        var split = RawBtf.split(ByteOrder.LITTLE_ENDIAN, 2, base.stringsLength());
        int own = split.type("own", 8, 0, false, number);
        var editor = BtfEditor.of(Btf.parse(MemorySegment.ofArray(split.bytes()), "m.ko", kernel));
        editor.replace(own, new BtfType.Typedef(own, "other", number));
        assertThatThrownBy(() -> editor.replace(number, new BtfType.Const(0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("m.ko: type 1 cannot be replaced, only 2 to 2");
        var edited = Btf.parse(MemorySegment.ofArray(editor.toBytes()), "m.ko", kernel);
        assertThat(edited.types()).extracting(BtfType::name).containsExactly("", "int", "other");
    }

    @Test
    void edit_thatCannotBeInAFile_isRefused() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        raw.integer("int", 4, 1);
        var btf = raw.parse();
        var editor = BtfEditor.of(btf);
        assertThat(List.<BtfType>of(new BtfType.Void(), new BtfType.Int(0, "x", -1, 0, 0, 0),
                new BtfType.Int(0, "x", 4, 16, 0, 0), new BtfType.Int(0, "x", 4, 0, 256, 0),
                new BtfType.Array(0, 1, 1, 1L << 32),
                new BtfType.Struct(0, "x", 4, List.of(new Member("a", 1, 1 << 24, 0), new Member("b", 1, 0, 1))),
                new BtfType.Struct(0, "x", 4, List.of(new Member("a", 1, 0, 256))),
                new BtfType.Enum(0, "x", 4, true, List.of(new Constant("a", 0x8000_0000L))),
                new BtfType.Enum(0, "x", 4, false, List.of(new Constant("a", -1))),
                new BtfType.Var(0, "x", 1, Linkage.UNKNOWN), new BtfType.FloatingPoint(0, "x", 1L << 32),
                new DataSec(0, "x", 4, List.of(new VarInfo(1, -1, 4))),
                new BtfType.Unknown(0, "x", 20, MemorySegment.ofArray(new byte[11]))))
                .allSatisfy(type -> assertThatThrownBy(() -> editor.append(type)).as("%s", type)
                        .isInstanceOf(IllegalArgumentException.class));
        assertThatThrownBy(() -> editor.replace(0, new BtfType.Ptr(0, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> editor.replace(2, new BtfType.Ptr(0, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(editor.toBytes()).as("nothing was changed").isEqualTo(raw.bytes());

        var dangling = BtfEditor.of(btf).replace(1, new BtfType.Ptr(0, 2));
        assertThatThrownBy(dangling::toBytes).isInstanceOf(IllegalStateException.class)
                .hasMessage("x.o: edited BTF: type 1 (PTR) at offset 24 refers to type 2, but there are only 0 to 1");
        var nul = BtfEditor.of(btf).replace(1, new BtfType.Typedef(0, "a\0b", 0));
        assertThatThrownBy(nul::toBytes).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a name has a NUL inside: a?b");
    }

    @Test
    void header_withUnknownFields_isKeptUnlessItMatters() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN).headerLength(40);
        raw.integer("int", 4, 1);
        byte[] bytes = raw.bytes();
        var zero = BtfEditor.of(RawBtf.parse(bytes));
        zero.append(new BtfType.Ptr(0, 1));
        assertThat(parse(zero.toBytes()).size()).isEqualTo(3);
        bytes[36] = 1;
        var editor = BtfEditor.of(RawBtf.parse(bytes));
        assertThat(editor.toBytes()).isEqualTo(bytes);
        editor.append(new BtfType.Ptr(0, 1));
        assertThatThrownBy(editor::toBytes).isInstanceOf(IllegalStateException.class)
                .hasMessage("x.o: BTF: header has an unknown field at offset 36, so it can be read but not changed");
    }

    @Test
    void create_fromNothing_isReadInItsByteOrderAndContinuedByAnother() {
        for (var order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            var editor = BtfEditor.create(order, "made");
            assertThat(editor.toBtf().size()).isEqualTo(1);
            int u32 = editor.append(new BtfType.Int(0, "unsigned int", 4, 0, 32, 0));
            var made = editor.toBtf();
            assertThat(made.order()).isEqualTo(order);
            assertThat(made.base()).isEmpty();
            assertThat(made.type(u32)).isEqualTo(new BtfType.Int(1, "unsigned int", 4, 0, 32, 0));

            var split = BtfEditor.create(made, "split");
            assertThat(split.toBtf().size()).isEqualTo(2);
            int own = split.append(new BtfType.Typedef(0, "ipv4_addr", u32));
            int again = split.append(new BtfType.Typedef(0, "unsigned int", own));
            var continued = split.toBtf();
            assertThat(continued.base()).containsSame(made);
            assertThat(continued.firstId()).isEqualTo(2).isEqualTo(own);
            assertThat(continued.type(own)).isEqualTo(new BtfType.Typedef(2, "ipv4_addr", u32));
            assertThat(continued.type(again).name()).isEqualTo("unsigned int");
            assertThat(continued.find(BtfType.class, "unsigned int").orElseThrow().id()).isEqualTo(u32);
            assertThat(split.toBytes()).hasSize(24 + 2 * 12 + "ipv4_addr".length() + 1);
        }
    }

    /** Found by the fuzzer: an empty layout table whose offset stayed what it was while the file grew shorter. */
    @Test
    void edit_ofAFileWithAnEmptyLayoutTable_movesThatToo() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN).headerLength(32);
        for (int i = 0; i < 20; i++) {
            raw.integer("int", 4, 1);
        }
        int last = raw.type("s", 4, 1, false, 4, raw.name("m"), 1, 0);
        byte[] bytes = raw.bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(24, (bytes.length - 32) & -4);
        var editor = BtfEditor.of(RawBtf.parse(bytes)).replace(last, new BtfType.Const(0, 0));
        assertThat(editor.toBytes()).hasSize(bytes.length - 12);
        assertThat(editor.toBtf().type(last)).isEqualTo(new BtfType.Const(last, 0));
    }
}
