package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are wrong in one place each. */
class BtfMalformedTest {
    private static void assertMalformed(ThrowingCallable code, String message) {
        assertThatThrownBy(code).isExactlyInstanceOf(MalformedBtfException.class).hasMessage(message);
    }

    private static Arguments header(String what, Consumer<ByteBuffer> damage, String message) {
        return Arguments.of(what, damage, message);
    }

    /** One int, so 16 bytes of types at 24 and 5 of strings at 40. */
    static Stream<Arguments> headers() {
        return Stream.of(
                header("magic", b -> b.putShort(0, (short) 0x464c),
                        "x.o: BTF: magic at offset 0 is 0x464c, BTF has 0xeb9f in its own byte order"),
                header("version", b -> b.put(2, (byte) 2), "x.o: BTF: version at offset 2 is 2, only 1 is known"),
                header("short header", b -> b.putInt(4, 23),
                        "x.o: BTF: header length at offset 4 is 23, must be from 24 to the number of bytes, 45"),
                header("long header", b -> b.putInt(4, 46),
                        "x.o: BTF: header length at offset 4 is 46, must be from 24 to the number of bytes, 45"),
                header("negative header", b -> b.putInt(4, -1),
                        "x.o: BTF: header length at offset 4 is 4294967295, must be from 24 to the number of bytes, 45"),
                header("types beyond", b -> b.putInt(12, 24),
                        "x.o: BTF: types at offset 24 with 24 bytes go beyond the end at 45"),
                header("types overflow", b -> b.putInt(8, -4).putInt(12, 8),
                        "x.o: BTF: types at offset 4294967316 with 8 bytes go beyond the end at 45"),
                header("strings beyond", b -> b.putInt(20, 6),
                        "x.o: BTF: strings at offset 40 with 6 bytes go beyond the end at 45"),
                header("types not aligned", b -> b.putInt(8, 2).putInt(12, 12),
                        "x.o: BTF: types at offset 26 or layout table at offset 24 with 0 bytes are not aligned to 4"),
                header("overlap", b -> b.putInt(16, 15).putInt(20, 6),
                        "x.o: BTF: types at 24+16, strings at 39+6 and layout table at 24+0 overlap"),
                header("no NUL at the end", b -> b.put(44, (byte) 'x'),
                        "x.o: BTF: strings at offset 40 with 5 bytes do not end in NUL"),
                header("no NUL at the beginning", b -> b.put(40, (byte) 'x'),
                        "x.o: BTF: strings at offset 40 do not begin with NUL: is it split BTF that needs its base?"),
                header("no strings", b -> b.putInt(20, 0),
                        "x.o: BTF: strings at offset 40 with 0 bytes do not end in NUL"),
                header("part of a type", b -> b.putInt(12, 8),
                        "x.o: BTF: type 1 at offset 24: only 8 bytes left, the shortest type has 12"),
                header("type cut", b -> b.putInt(12, 12),
                        "x.o: BTF: type 1 (INT, vlen 0) at offset 24 needs 16 bytes, but the types end after 12"),
                header("vlen beyond", b -> b.putInt(28, 4 << 24 | 0xffffff),
                        "x.o: BTF: type 1 (STRUCT, vlen 16777215) at offset 24 needs 201326592 bytes, but the types end"
                                + " after 16"),
                header("name beyond", b -> b.putInt(24, 5),
                        "x.o: BTF: type 1 (INT) at offset 24 has its name at offset 5 of the strings, which end at 5"),
                header("unknown kind", b -> b.putInt(28, 20 << 24),
                        "x.o: BTF: type 1 at offset 24 is of kind 20, which is not known, and the file has no layout table"
                                + " that tells its size: a newer ebpf4j may know it"),
                header("kind 0", b -> b.putInt(28, 0),
                        "x.o: BTF: type 1 at offset 24 is of kind 0, which is not known, and the file has no layout table"
                                + " that tells its size: a newer ebpf4j may know it"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void parse_withOneWrongNumber_throwsWithIt(String what, Consumer<ByteBuffer> damage, String message) {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        raw.integer("int", 4, 1);
        byte[] bytes = raw.bytes();
        damage.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        assertMalformed(() -> RawBtf.parse(bytes).size(), message);
    }

    @Test
    void layoutTable_wrong_throws() {
        var odd = new RawBtf(ByteOrder.LITTLE_ENDIAN).layout(new int[21][2]);
        odd.type("", 20, 0, false, 0);
        byte[] bytes = odd.bytes();
        bytes[32 + 12 + 20 * 4] = 3;
        assertMalformed(() -> RawBtf.parse(bytes).size(),
                "x.o: BTF: type 1 at offset 32 is of kind 20, which is not known, and the layout table gives it sizes that"
                        + " are no multiple of 4: 3 and 0 an element");
        bytes[32 + 12 + 20 * 4] = 4;
        assertMalformed(() -> RawBtf.parse(bytes).size(),
                "x.o: BTF: type 1 (UNKNOWN, vlen 0) at offset 32 needs 16 bytes, but"
                        + " the types end after 12");
        bytes[28] = 83;
        assertMalformed(() -> RawBtf.parse(bytes).size(),
                "x.o: BTF: types at offset 32 or layout table at offset 44 with 83 bytes are not aligned to 4");
    }

    @Test
    void reference_toNoType_throwsWithBoth() {
        var raw = new RawBtf(ByteOrder.BIG_ENDIAN);
        int ptr = raw.type("", 2, 0, false, 7);
        int struct = raw.type("s", 4, 1, false, 4, 0, 0xffff_ffffL, 0);
        int badName = raw.type("s", 4, 1, false, 4, 1000, ptr, 0);
        var btf = raw.parse();
        assertMalformed(() -> btf.type(ptr),
                "x.o: BTF: type 1 (PTR) at offset 24 refers to type 7, but there are only 0 to 3");
        assertMalformed(() -> btf.type(struct),
                "x.o: BTF: type 2 (STRUCT) at offset 36 refers to type 4294967295, but there are only 0 to 3");
        assertMalformed(() -> btf.alignOf(struct),
                "x.o: BTF: type 2 (STRUCT) at offset 36 refers to type 4294967295, but there are only 0 to 3");
        assertMalformed(() -> btf.type(badName),
                "x.o: BTF: type 3 (STRUCT) at offset 60 has its name at offset 1000 of the strings, which end at 3");
        assertThat(btf.spell(ptr)).isEqualTo("<no type 7> *");
        for (int id : new int[]{-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertMalformed(() -> btf.type(id),
                    "x.o: BTF: there is no type " + Integer.toUnsignedString(id) + ", only 0 to 3");
            assertThatThrownBy(() -> btf.sizeOf(id)).isInstanceOf(MalformedBtfException.class);
            assertThatThrownBy(() -> btf.spell(id)).isInstanceOf(MalformedBtfException.class);
            assertThatThrownBy(() -> btf.declTags(id)).isInstanceOf(MalformedBtfException.class);
        }
    }

    @Test
    void size_ofWhatHasNone_throwsWithTheChain() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int fwd = raw.type("later", 7, 0, false, 0);
        int array = raw.type("", 3, 0, false, 0, fwd, fwd, 2);
        int typedef = raw.type("t", 8, 0, false, array);
        int huge = raw.type("", 3, 0, false, 0, raw.type("big", 4, 0, false, 0xffff_ffffL), fwd, 0xffff_ffffL);
        int hugest = raw.type("", 3, 0, false, 0, huge, fwd, 2);
        var btf = raw.parse();
        assertMalformed(() -> btf.sizeOf(typedef),
                "x.o: BTF: type 3 (TYPEDEF) at offset 60 has no size, for type 1 (FWD)"
                        + " at offset 24 has none: TYPEDEF 3 -> ARRAY 2 -> FWD 1");
        assertMalformed(() -> btf.sizeOf(0), "x.o: BTF: type 0 (void) has no size, for type 0 (void) has none: VOID 0");
        assertMalformed(() -> btf.alignOf(typedef), "x.o: BTF: type 1 (FWD) at offset 24 has no alignment");
        assertMalformed(() -> btf.sizeOf(hugest), "x.o: BTF: type 6 (ARRAY) at offset 108 is larger than 2^63 bytes:"
                + " ARRAY 6 -> ARRAY 5 -> STRUCT 4");
        assertThatThrownBy(() -> btf.sizeOf(huge)).isInstanceOf(MalformedBtfException.class);
    }

    @Test
    void circle_ofAnyKind_endsInAnException() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int first = raw.type("a", 8, 0, false, 2);
        int second = raw.type("", 10, 0, false, 1);
        int array = raw.type("", 3, 0, false, 0, 3, 3, 1);
        int struct = raw.type("s", 4, 1, false, 4, raw.name("self"), 4, 0);
        int anonymous = raw.type("", 5, 2, false, 4, 0, 5, 0, 0, 5, 0);
        int var = raw.type("v", 14, 0, false, 6, 0);
        int toItself = raw.type("", 2, 0, false, 7);
        int proto = raw.type("", 13, 1, false, 7, 0, 9);
        int toProto = raw.type("", 2, 0, false, 8);
        var btf = raw.parse();
        assertMalformed(() -> btf.resolve(first),
                "x.o: BTF: type 1 (TYPEDEF) at offset 24 never ends: TYPEDEF 1 -> CONST 2"
                        + " -> TYPEDEF 1 -> CONST 2 -> TYPEDEF 1 -> CONST 2 -> TYPEDEF 1 -> CONST 2 -> ...");
        for (int id : new int[]{first, second, array, var}) {
            assertThatThrownBy(() -> btf.sizeOf(id)).hasMessageContaining("never ends");
            assertThatThrownBy(() -> btf.alignOf(id)).hasMessageContaining("contains itself");
        }
        assertThatThrownBy(() -> btf.typedefs(second)).hasMessageContaining("never ends");
        assertMalformed(() -> btf.alignOf(struct), "x.o: BTF: type 4 (STRUCT) at offset 72 contains itself, by type 4"
                + " (STRUCT) at offset 72");
        assertMalformed(() -> BtfLayout.of(btf, anonymous),
                "x.o: BTF: type 5 (UNION) at offset 96 contains itself");
        assertThat(btf.spell(toItself)).startsWith("...").hasSizeLessThan(100);
        assertThat(btf.spell(toProto)).hasSizeLessThan(500);
        assertThat(btf.sizeOf(toItself)).isEqualTo(8);
        assertThat(btf.spell(first)).isEqualTo("a");
        assertThat(btf.spell(array)).hasSizeLessThan(200);
        assertThat(btf.type(proto)).isInstanceOf(BtfType.FuncProto.class);
    }

    @Test
    void nesting_of10000Levels_isNoProblem() {
        int levels = 10_000;
        for (int kind : new int[]{2, 3, 4, 5, 8, 9, 13, 14, 18}) {
            var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
            int id = raw.integer("int", 4, 1);
            for (int i = 0; i < levels; i++) {
                id = switch (kind) {
                    case 3 -> raw.type("", 3, 0, false, 0, id, id, 1);
                    case 4, 5 -> raw.type("", kind, 1, false, 4, 0, id, 0);
                    case 13 -> raw.type("", 2, 0, false, raw.type("", 13, 1, false, id, 0, id));
                    case 14 -> raw.type("v", 14, 0, false, id, 0);
                    default -> raw.type("t", kind, 0, false, id);
                };
            }
            var btf = raw.parse();
            assertThat(btf.sizeOf(id)).isEqualTo(kind == 2 || kind == 13 ? 8 : 4);
            assertThat(btf.alignOf(id)).isEqualTo(kind == 2 || kind == 13 ? 8 : 4);
            assertThat(btf.spell(id)).hasSizeLessThan(20_000);
            if (kind == 4 || kind == 5) {
                assertThat(BtfLayout.of(btf, id).fields())
                        .containsExactly(new BtfLayout.Field("", 1, 0, 0, false, 2, 0));
            }
            if (kind == 8) {
                assertThat(btf.typedefs(id)).hasSize(levels);
                assertThat(btf.resolve(id).name()).isEqualTo("int");
            }
        }
    }

    /** Each level holds the one below twice: 2^64 leaves. */
    @Test
    void doubling_of64Levels_takesNoLongerThanItsTypes() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int id = raw.integer("int", 4, 1);
        for (int i = 0; i < 64; i++) {
            id = raw.type("", 4, 2, false, 0xffff_ffffL, 0, id, 0, 0, id, 0);
        }
        int outermost = id;
        var btf = raw.parse();
        assertThat(btf.alignOf(outermost)).isEqualTo(1);
        assertThatThrownBy(() -> BtfLayout.of(btf, outermost)).isInstanceOf(MalformedBtfException.class)
                .hasMessageContaining("has more members than the file has bytes");
    }

    /** 60,000 members with one name of a megabyte: 60 GB, if each were made. */
    @Test
    void names_moreThanTheFile_areRefusedBeforeMemoryEnds() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int name = raw.name("x".repeat(1 << 20));
        long[] words = new long[3 * 60_000];
        for (int i = 0; i < words.length; i += 3) {
            words[i] = name;
        }
        int struct = raw.type("s", 4, 60_000, false, 4, words);
        var btf = raw.parse();
        assertMalformed(() -> btf.type(struct), "x.o: BTF: the names up to that of type 1 (STRUCT) at offset 24 are"
                + " together 16 times as long as the file");
    }

    /** The pass goes on in steps, which nobody asked for. */
    @Test
    void type_beforeABrokenOne_isThereFromTheFirstCallOn() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 200; i++) {
            raw.integer("i" + i, 4, 0);
        }
        raw.type("broken", 4, 1000, false, 4);
        assertThat(raw.parse().type(150).name()).isEqualTo("i150");
        assertThat(raw.parse().find(BtfType.Int.class, "i200")).isPresent();

        Btf btf = raw.parse();
        for (int round = 0; round < 2; round++) {
            assertMalformed(() -> btf.type(201), "x.o: BTF: type 201 (STRUCT, vlen 1000) at offset 3224 needs 12012"
                    + " bytes, but the types end after 12");
            assertMalformed(() -> btf.find(BtfType.Int.class, "i201"),
                    "x.o: BTF: type 201 (STRUCT, vlen 1000) at offset"
                            + " 3224 needs 12012 bytes, but the types end after 12");
            assertThat(btf.type(200).name()).isEqualTo("i200");
        }
    }

    /** To follow types takes a look at those on the way, not at all of a kernel's. */
    @Test
    void typesBeforeABrokenOne_areFollowedWithoutALookAtIt() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int number = raw.integer("int", 4, 1);
        int alias = raw.type("pid_t", 8, 0, false, number);
        int struct = raw.type("task", 4, 1, false, 4, raw.name("pid"), alias, 0);
        for (int i = 0; i < 300; i++) {
            raw.integer("other" + i, 4, 0);
        }
        raw.type("broken", 4, 1000, false, 4);
        Btf btf = raw.parse();
        assertThat(BtfLayout.find(btf, struct, "pid")).map(BtfLayout.Field::type).contains(alias);
        assertThat(btf.resolve(alias).id()).isEqualTo(number);
        assertThat(btf.sizeOf(struct)).isEqualTo(4);
        assertThat(btf.spell(alias)).isEqualTo("pid_t");
        assertThatThrownBy(btf::size).isInstanceOf(MalformedBtfException.class);
    }

    /** One chain that long is fine, but not once for each of as many members. */
    @Test
    @Timeout(30)
    void layout_ofManyMembersAtTheEndOfALongChain_isRefused() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int type = raw.integer("int", 4, 1);
        for (int i = 0; i < 30_000; i++) {
            type = raw.type("t", 8, 0, false, type);
        }
        int one = raw.type("one", 4, 1, false, 4, raw.name("m"), type, 0);
        long[] members = new long[3 * 30_000];
        for (int i = 0; i < members.length; i += 3) {
            members[i] = raw.name("m");
            members[i + 1] = type;
        }
        int many = raw.type("many", 4, 30_000, false, 4, members);
        Btf btf = raw.parse();
        assertThat(BtfLayout.of(btf, one).fields()).singleElement().extracting(BtfLayout.Field::type).isEqualTo(type);
        assertMalformed(() -> BtfLayout.of(btf, many), "x.o: BTF: the aliases and arrays up to those of type 30001"
                + " (TYPEDEF) at offset 360028 are together 64 times as many as the file has bytes");
    }
}
