package io.ebpf4j.btf;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the dumps of real objects do not show, or not by itself. */
class BtfDumpTest {
    private static final int PTR = 2;
    private static final int ARRAY = 3;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int FWD = 7;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNC = 12;
    private static final int FUNC_PROTO = 13;
    private static final int VAR = 14;
    private static final int TYPE_TAG = 18;
    private static final int ENUM64 = 19;

    private final RawBtf raw = new RawBtf(LITTLE_ENDIAN);
    private final int integer = raw.integer("int", 4, 1);

    private String definitions() {
        var btf = raw.parse();
        return BtfDump.definitions(btf, IntStream.range(1, btf.size()).boxed().toList());
    }

    private int link(int kind, int target) {
        return raw.type("", kind, 0, false, target);
    }

    private int array(int element, int count) {
        return raw.type("", ARRAY, 0, false, 0, element, integer, count);
    }

    private int typedef(String name, int target) {
        return raw.type(name, TYPEDEF, 0, false, target);
    }

    /** A struct of one member at its beginning. */
    private int struct(String name, int size, String member, int type) {
        return raw.type(name, STRUCT, 1, false, size, raw.name(member), type, 0);
    }

    /** A function with parameters that are called p. */
    private int function(int returned, int... params) {
        long[] words = IntStream.of(params).boxed().flatMap(type -> List.of((long) raw.name("p"), (long) type).stream())
                .mapToLong(Long::longValue).toArray();
        return raw.type("", FUNC_PROTO, params.length, false, returned, words);
    }

    /** Codes are read from the name outwards; f is a function without parameters. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            *,      int *x
            **,     int **x
            c,      const int x
            cv,     volatile const int x
            *c,     const int *x
            c*,     int * const x
            r*c,    const int * restrict x
            *c*,    int * const *x
            [,      int x[3]
            [[,     int x[3][3]
            [*,     int *x[3]
            *[,     int (*x)[3]
            *[[,    int (*x)[3][3]
            [*[,    int (*x[3])[3]
            [c,     const int x[3]
            c[,     int x[3]
            *f,     int (*x)(void)
            *f*,    int * (*x)(void)
            c*f,    int (* const x)(void)
            [*f,    int (*x[3])(void)
            *[*f,   int (*(*x)[3])(void)
            *f*f,   int (* (*x)(void))(void)
            *f*[,   int (* (*x)(void))[3]
            *vf,    int (*x)(void)
            *t,     "int __attribute__((btf_type_tag(""tag""))) *x"
            *ct,    "int __attribute__((btf_type_tag(""tag""))) const *x"
            *t*,    "int * __attribute__((btf_type_tag(""tag""))) *x"
            *ct*,   "int * __attribute__((btf_type_tag(""tag""))) const *x"
            *tc,    "const int __attribute__((btf_type_tag(""tag""))) *x"
            *a,     int __attribute__((tag)) *x
            """)
    void declarator_ofEachForm_isAsInC(String codes, String declaration) {
        int type = integer;
        for (int i = codes.length() - 1; i >= 0; i--) {
            type = switch (codes.charAt(i)) {
                case '*' -> link(PTR, type);
                case 'c' -> link(CONST, type);
                case 'v' -> link(VOLATILE, type);
                case 'r' -> link(RESTRICT, type);
                case '[' -> array(type, 3);
                case 'f' -> function(type);
                case 't' -> raw.type("tag", TYPE_TAG, 0, false, type);
                case 'a' -> raw.type("tag", TYPE_TAG, 0, true, type);
                default -> throw new AssertionError(codes);
            };
        }
        typedef("x", type);
        assertThat(definitions()).isEqualTo("typedef " + declaration + ";\n\n");
    }

    @Test
    void function_withParameters_namesThem() {
        int pointer = link(PTR, function(0, integer, link(PTR, 0)));
        typedef("named", pointer);
        typedef("variadic", function(integer, integer, 0));
        assertThat(definitions()).isEqualTo("""
                typedef void (*named)(int p, void *p);

                typedef int variadic(int p, ...);

                """);
    }

    @Test
    void struct_thatIsPointedToBefore_isDeclaredFirst() {
        raw.type("list", STRUCT, 2, false, 16, raw.name("next"), 3, 0, raw.name("owner"), 4, 64);
        link(PTR, 2);
        link(PTR, 5);
        struct("owner", 16, "first", 2);
        assertThat(definitions()).isEqualTo("""
                struct owner;

                struct list {
                	struct list *next;
                	struct owner *owner;
                };

                struct owner {
                	struct list first;
                };

                """);
    }

    @Test
    void struct_thatIsEmbedded_isDefinedFirst() {
        struct("outer", 4, "in", 3);
        typedef("inner_t", 4);
        struct("inner", 4, "x", integer);
        assertThat(definitions()).isEqualTo("""
                struct inner {
                	int x;
                };

                typedef struct inner inner_t;

                struct outer {
                	inner_t in;
                };

                """);
    }

    @Test
    void typedef_thatItsOwnStructPointsTo_isWrittenBeforeIt() {
        struct("node", 8, "next", 3);
        link(PTR, 4);
        typedef("node_t", 2);
        assertThat(definitions()).isEqualTo("""
                struct node;

                typedef struct node node_t;

                struct node {
                	node_t *next;
                };

                """);
    }

    @Test
    void names_ofSeveralTypes_areNumbered() {
        struct("x", 4, "a", integer);
        struct("x", 4, "b", integer);
        typedef("y", 3);
        raw.type("y", ENUM, 1, false, 4, raw.name("x"), 1);
        raw.type("z", ENUM, 2, false, 4, raw.name("y"), 1, raw.name("x"), 2);
        raw.type("x", FWD, 0, false, 0);
        assertThat(definitions()).isEqualTo("""
                struct x {
                	int a;
                };

                struct x___2 {
                	int b;
                };

                typedef struct x___2 y;

                enum y {
                	x = 1,
                };

                enum z {
                	y___2 = 1,
                	x___2 = 2,
                };

                struct x;

                """);
    }

    @Test
    void enums_ofEachSizeAndSign_keepTheirValues() {
        raw.type("byte", ENUM, 1, false, 1, raw.name("A"), 255);
        raw.type("minus", ENUM, 1, true, 4, raw.name("B"), -2);
        raw.type("top", ENUM, 1, false, 4, raw.name("C"), -2);
        raw.type("word", ENUM, 1, false, 8, raw.name("D"), 1);
        raw.type("large", ENUM64, 1, false, 8, raw.name("E"), 1, 0xffff_ffffL);
        raw.type("low", ENUM64, 1, true, 8, raw.name("F"), -1, -1);
        raw.type("narrow", ENUM64, 1, false, 8, raw.name("G"), 1, 0);
        raw.type("declared", ENUM, 0, false, 4);
        raw.type("", ENUM, 1, false, 4, raw.name("H"), 1);
        assertThat(definitions()).isEqualTo("""
                enum byte {
                	A = 255,
                } __attribute__((mode(byte)));

                enum minus {
                	B = -2,
                };

                enum top {
                	C = 4294967294,
                };

                enum word {
                	D = 1,
                } __attribute__((mode(word)));

                enum large {
                	E = 18446744069414584321ULL,
                };

                enum low {
                	F = -1LL,
                };

                enum narrow {
                	G = 1ULL,
                } __attribute__((mode(word)));

                enum declared;

                enum {
                	H = 1,
                };

                """);
    }

    @Test
    void anonymousTypes_areWrittenInPlace() {
        int union = raw.type("", UNION, 2, false, 4, raw.name("a"), integer, 0, raw.name("b"), integer, 0);
        int enumeration = raw.type("", ENUM, 1, false, 4, raw.name("ON"), 1);
        raw.type("all", STRUCT, 3, false, 12, 0, union, 0, raw.name("state"), enumeration, 32, raw.name("more"),
                array(union, 1), 64);
        assertThat(definitions()).isEqualTo("""
                struct all {
                	union {
                		int a;
                		int b;
                	};
                	enum {
                		ON = 1,
                	} state;
                	union {
                		int a;
                		int b;
                	} more[1];
                };

                """);
    }

    @Test
    void gaps_becomeUnnamedBitFields() {
        int character = raw.integer("char", 1, 1);
        raw.type("gaps", STRUCT, 3, false, 32, raw.name("a"), character, 0, raw.name("b"), integer, 96,
                raw.name("c"), character, 128);
        raw.type("bits", STRUCT, 3, true, 8, raw.name("a"), integer, 3 << 24, raw.name("b"), integer, 5 << 24 | 7,
                raw.name("c"), integer, 32);
        raw.type("packed", STRUCT, 2, false, 5, raw.name("a"), character, 0, raw.name("b"), integer, 8);
        raw.type("hole", STRUCT, 0, false, 12);
        raw.type("empty", STRUCT, 0, false, 0);
        assertThat(definitions()).isEqualTo("""
                struct gaps {
                	char a;
                	long: 0;
                	int: 32;
                	int b;
                	char c;
                	long: 64;
                };

                struct bits {
                	int a: 3;
                	char: 4;
                	int b: 5;
                	int c;
                };

                struct packed {
                	char a;
                	int b;
                } __attribute__((packed));

                struct hole {
                	long: 64;
                	int: 32;
                };

                struct empty {};

                """);
    }

    @Test
    void pointers_ofA32BitKernel_haveItsSize() {
        var narrow = new RawBtf(BIG_ENDIAN);
        narrow.integer("long int", 4, 1);
        int pointer = narrow.type("", PTR, 0, false, 0);
        narrow.type("s", STRUCT, 2, false, 8, narrow.name("a"), pointer, 0, narrow.name("b"), pointer, 32);
        assertThat(BtfDump.definitions(narrow.parse(), List.of(3))).isEqualTo("""
                struct s {
                	void *a;
                	void *b;
                };

                """);
    }

    @Test
    void builtinTypes_areTakenFromTheCompiler() {
        typedef("__builtin_va_list", struct("va", 4, "x", integer));
        typedef("__gnuc_va_list", 0);
        typedef("mine", 3);
        int poly = raw.integer("__Poly8_t", 1, 0);
        struct("s", 1, "p", poly);
        assertThat(definitions()).isEqualTo("""
                struct va {
                	int x;
                };

                typedef __builtin_va_list __gnuc_va_list;

                typedef __builtin_va_list mine;

                typedef unsigned char __Poly8_t;

                struct s {
                	__Poly8_t p;
                };

                """);
    }

    @Test
    void forwardDeclarations_ofStructAndUnion_areWritten() {
        raw.type("s", FWD, 0, false, 0);
        raw.type("u", FWD, 0, true, 0);
        assertThat(definitions()).isEqualTo("struct s;\n\nunion u;\n\n");
    }

    @Test
    void kinds_thatAreNotKnown_areLeftOutOrAComment() {
        raw.layout(new int[][]{{0, 0}, {4, 0}, {0, 0}, {12, 0}, {0, 12}, {0, 12}, {0, 8}, {0, 0}, {0, 0}, {0, 0},
                {0, 0}, {0, 0}, {0, 0}, {0, 8}, {4, 0}, {0, 12}, {0, 0}, {4, 0}, {0, 0}, {0, 12}, {4, 0}});
        int strange = raw.type("strange", 20, 0, false, 7, 8);
        struct("s", 8, "m", link(PTR, strange));
        assertThat(definitions()).isEqualTo("""
                struct s {
                	/* type 2, of unknown kind */ *m;
                };

                """);
        assertThat(BtfDump.raw(raw.parse())).contains("[2] UNKNOWN 'strange'\n[3] PTR '(anon)' type_id=2\n");
    }

    @Test
    void definitions_ofARoot_holdWhatItNeedsAndNoMore() {
        struct("a", 4, "x", integer);
        struct("b", 4, "a", 2);
        struct("c", 4, "b", 3);
        String text = BtfDump.definitions(raw.parse(), List.of(3, 1, 3));
        assertThat(text).contains("struct a {", "struct b {").doesNotContain("struct c");
    }

    @Test
    void c_isAHeaderWithGuardAndPragma() throws IOException {
        struct("a", 4, "x", integer);
        raw.type("f", FUNC, 1, false, function(integer));
        var text = new StringBuilder();
        BtfDump.c(raw.parse(), List.of(2, 4), text);
        assertThat(text.toString()).isEqualTo("""
                #ifndef __VMLINUX_H__
                #define __VMLINUX_H__

                #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
                #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
                #endif

                struct a {
                	int x;
                };

                #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
                #pragma clang attribute pop
                #endif

                #endif /* __VMLINUX_H__ */
                """).isEqualTo(BtfDump.c(raw.parse()));
    }

    @Test
    void split_dumpsItsOwnTypesAndWhatTheyNeedOfTheBase() {
        struct("used", 4, "x", integer);
        struct("unused", 4, "x", integer);
        var base = raw.parse();
        var module = RawBtf.split(LITTLE_ENDIAN, base.size(), raw.stringsLength());
        module.type("own", STRUCT, 1, false, 4, module.name("m"), 2, 0);
        module.type("used", VAR, 0, false, 4, 1);
        var btf = Btf.parse(MemorySegment.ofArray(module.bytes()), "module.ko", base);
        assertThat(BtfDump.c(btf)).contains("struct used {\n\tint x;\n};\n\nstruct own {\n\tstruct used m;\n};\n\n")
                .doesNotContain("unused");
        assertThat(BtfDump.raw(btf)).isEqualTo("""
                [4] STRUCT 'own' size=4 vlen=1
                	'm' type_id=2 bits_offset=0
                [5] VAR 'used' type_id=4, linkage=global
                """);
    }

    @Test
    void raw_ofValuesNoCompilerMakes_printsThem() {
        raw.type("odd", 1, 0, false, 8, 0x0708_0920);
        raw.type("linkage", VAR, 0, false, 1, 9);
        raw.type("linkage", FUNC, 7, false, 1);
        assertThat(BtfDump.raw(raw.parse())).isEqualTo("""
                [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
                [2] INT 'odd' size=8 bits_offset=8 nr_bits=32 encoding=UNKN
                [3] VAR 'linkage' type_id=1, linkage=(unknown)
                [4] FUNC 'linkage' type_id=1 linkage=(unknown)
                """);
    }

    @Test
    void names_thatAreNoIdentifiers_areWrittenAsTheyAre() {
        struct("Option<ü>", 4, "a b\n", integer);
        assertThat(definitions()).isEqualTo("struct Option<ü> {\n\tint a b\n;\n};\n\n");
    }

    @Test
    void dump_toAWriterThatFails_throwsWhatItThrew() {
        var broken = new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> BtfDump.raw(raw.parse(), broken)).isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> BtfDump.c(raw.parse(), broken)).isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void dump_ofMoreThanOnePiece_isTheSameInPieces() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            struct("ü" + i, 4, "x", integer);
        }
        var btf = raw.parse();
        var writer = new StringWriter();
        BtfDump.c(btf, writer);
        assertThat(writer.toString()).isEqualTo(BtfDump.c(btf)).contains("struct ü19999 {\n\tint x;\n};\n\n#ifndef")
                .doesNotContain("\ufffd");
    }
}
