package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.BtfType.Param;
import io.ebpf4j.btf.BtfType.VarInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind, put together by hand. */
class BtfKindsTest {
    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void type_ofEveryKind_isItsRecord(ByteOrder order) {
        var raw = new RawBtf(order);
        int u32 = raw.type("u32", 1, 0, false, 4, 32);
        int odd = raw.type("odd", 1, 0, false, 8, 0x0507000d);
        int ptr = raw.type("", 2, 0, false, u32);
        int array = raw.type("", 3, 0, false, 0, u32, odd, 0xffff_ffffL);
        int struct = raw.type("s", 4, 2, false, 0xffff_ffffL, raw.name("a"), u32, 0, raw.name("b"), ptr, 0x8000_0040L);
        int bits = raw.type("", 4, 1, true, 4, raw.name("c"), u32, 0x1f00_0003);
        int union = raw.type("u", 5, 1, false, 8, 0, ptr, 0);
        int signed = raw.type("e", 6, 2, true, 4, raw.name("A"), -1, raw.name("B"), 1);
        int unsigned = raw.type("f", 6, 1, false, 4, raw.name("C"), -1);
        int fwd = raw.type("g", 7, 0, false, 0);
        int fwdUnion = raw.type("h", 7, 0, true, 0);
        int typedef = raw.type("t", 8, 0, false, u32);
        int vol = raw.type("", 9, 0, false, typedef);
        int con = raw.type("", 10, 0, false, 0);
        int restrict = raw.type("", 11, 0, false, ptr);
        int proto = raw.type("", 13, 2, false, u32, raw.name("p"), ptr, 0, 0);
        int func = raw.type("fn", 12, 2, false, proto);
        int oddFunc = raw.type("of", 12, 9, false, proto);
        int var = raw.type("v", 14, 0, false, u32, 1);
        int sec = raw.type(".data", 15, 1, false, 16, var, 0xffff_fff0L, 4);
        int dbl = raw.type("double", 16, 0, false, 8);
        int tag = raw.type("tag", 17, 0, false, struct, -1);
        int attribute = raw.type("attr", 17, 0, true, struct, 1);
        int typeTag = raw.type("user", 18, 0, false, u32);
        int wide = raw.type("w", 19, 2, true, 8, raw.name("D"), 0x89abcdefL, 0xf1234567L, raw.name("E"), 1, 0);

        var btf = raw.parse();
        assertThat(btf.order()).isEqualTo(order);
        assertThat(btf.types()).containsExactly(new BtfType.Void(), new BtfType.Int(u32, "u32", 4, 0, 32, 0),
                new BtfType.Int(odd, "odd", 8, 5, 13, 7), new BtfType.Ptr(ptr, u32),
                new BtfType.Array(array, u32, odd, 0xffff_ffffL),
                new BtfType.Struct(struct, "s", 0xffff_ffffL,
                        List.of(new Member("a", u32, 0, 0), new Member("b", ptr, 0x8000_0040L, 0))),
                new BtfType.Struct(bits, "", 4, List.of(new Member("c", u32, 3, 31))),
                new BtfType.Union(union, "u", 8, List.of(new Member("", ptr, 0, 0))),
                new BtfType.Enum(signed, "e", 4, true, List.of(new Constant("A", -1), new Constant("B", 1))),
                new BtfType.Enum(unsigned, "f", 4, false, List.of(new Constant("C", 0xffff_ffffL))),
                new BtfType.Fwd(fwd, "g", false), new BtfType.Fwd(fwdUnion, "h", true),
                new BtfType.Typedef(typedef, "t", u32), new BtfType.Volatile(vol, typedef), new BtfType.Const(con, 0),
                new BtfType.Restrict(restrict, ptr),
                new BtfType.FuncProto(proto, u32, List.of(new Param("p", ptr), new Param("", 0))),
                new BtfType.Func(func, "fn", proto, Linkage.EXTERN),
                new BtfType.Func(oddFunc, "of", proto, Linkage.UNKNOWN),
                new BtfType.Var(var, "v", u32, Linkage.GLOBAL),
                new BtfType.DataSec(sec, ".data", 16, List.of(new VarInfo(var, 0xffff_fff0L, 4))),
                new BtfType.FloatingPoint(dbl, "double", 8), new BtfType.DeclTag(tag, "tag", struct, -1, false),
                new BtfType.DeclTag(attribute, "attr", struct, 1, true),
                new BtfType.TypeTag(typeTag, "user", u32, false),
                new BtfType.Enum64(wide, "w", 8, true,
                        List.of(new Constant("D", 0xf123456789abcdefL), new Constant("E", 1))));
        assertThat(btf.declTags(struct)).containsExactly("tag");
        assertThat(btf.declTags(struct, 1)).as("an attribute is no tag").isEmpty();
        assertThat(((BtfType.FuncProto) btf.type(proto)).isVariadic()).isTrue();
    }

    @Test
    void int_itsEncodings_areTold() {
        var all = new BtfType.Int(1, "x", 1, 7, 8, 0);
        assertThat(all.isSigned() && all.isChar() && all.isBool()).isTrue();
        var none = new BtfType.Int(1, "x", 1, 8, 8, 0);
        assertThat(none.isSigned() || none.isChar() || none.isBool()).isFalse();
    }

    /** Linux 7.1 made vlen 24 bits wide; with 16, this would read as 1 and the rest as garbage. */
    @Test
    void vlen_ofMoreThan16Bits_isRead() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        long[] words = new long[2 * 0x10001];
        for (int i = 0; i < words.length; i += 2) {
            words[i] = raw.name("c");
            words[i + 1] = i / 2;
        }
        raw.type("large", 6, 0x10001, false, 4, words);
        int after = raw.integer("int", 4, 1);
        var btf = raw.parse();
        assertThat(((BtfType.Enum) btf.type(1)).constants()).hasSize(0x10001).last()
                .isEqualTo(new Constant("c", 0x10000));
        assertThat(btf.type(after)).isEqualTo(new BtfType.Int(after, "int", 4, 1, 32, 0));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void kind_notKnown_withALayoutTable_isSkippedBySize(ByteOrder order) {
        int[][] table = new int[100][2];
        table[99] = new int[]{4, 8};
        var raw = new RawBtf(order).layout(table);
        int odd = raw.type("odd", 99, 2, true, 7, 0x11223344, 1, 2, 3, 4);
        int after = raw.integer("int", 4, 0);
        var btf = raw.parse();
        assertThat(btf.type(odd)).isInstanceOfSatisfying(BtfType.Unknown.class, unknown -> {
            assertThat(unknown.kind()).isEqualTo(99);
            assertThat(unknown.name()).isEqualTo("odd");
            assertThat(unknown.bytes().byteSize()).isEqualTo(12 + 4 + 2 * 8);
            assertThat(unknown.bytes().isReadOnly()).isTrue();
            assertThat(unknown.bytes().get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 12)).isEqualTo(0x11223344);
        });
        assertThat(btf.type(after).name()).isEqualTo("int");
        assertThat(btf.find(BtfType.Unknown.class, "odd")).contains((BtfType.Unknown) btf.type(odd));
        assertThat(btf.spell(odd)).isEqualTo("kind 99 odd");
    }

    /** A kind that is known keeps its size, whatever a table says. */
    @Test
    void kind_known_isNotSizedByTheLayoutTable() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN).layout(new int[]{0, 0}, new int[]{8, 0});
        raw.integer("a", 4, 0);
        raw.integer("b", 4, 0);
        assertThat(raw.parse().types()).extracting(BtfType::name).containsExactly("", "a", "b");
    }

    @Test
    void kind_notKnown_ofSplitBtf_isSizedByTheTableOfItsBase() {
        int[][] table = new int[21][2];
        table[20] = new int[]{12, 0};
        var base = new RawBtf(ByteOrder.LITTLE_ENDIAN).layout(table);
        base.integer("int", 4, 0);
        var split = RawBtf.split(ByteOrder.LITTLE_ENDIAN, 2, base.stringsLength());
        split.type("k", 20, 0, false, 0, 1, 2, 3);
        split.integer("long", 8, 0);
        var btf = Btf.parse(MemorySegment.ofArray(split.bytes()), "m.ko", base.parse());
        assertThat(btf.types()).extracting(BtfType::name).containsExactly("", "int", "k", "long");
    }
}
