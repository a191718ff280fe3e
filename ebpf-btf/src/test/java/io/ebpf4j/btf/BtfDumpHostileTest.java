package io.ebpf4j.btf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are made to hurt: deep, circular, exploding, referring to nothing. */
class BtfDumpHostileTest {
    private static final int DEPTH = 10_000;
    private static final int SMALL_STACK = 256 << 10;
    private static final int ENUM = 6;
    private static final int STRUCT = 4;
    private static final int PTR = 2;
    private static final int ARRAY = 3;
    private static final int TYPEDEF = 8;
    private static final int CONST = 10;
    private static final int FUNC = 12;
    private static final int FUNC_PROTO = 13;
    private static final int TYPE_TAG = 18;

    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    private static <T> T onASmallStack(Callable<T> task) throws Exception {
        var future = new FutureTask<>(task);
        new Thread(null, future, "small stack", SMALL_STACK).start();
        return future.get();
    }

    private static void assertMalformed(ThrowingCallable code, String... parts) {
        assertThatThrownBy(code).isExactlyInstanceOf(MalformedBtfException.class).hasMessageContainingAll(parts);
    }

    /** One link of a chain: a type that consists of another. */
    enum Link {
        PTR, ARRAY, CONST, TYPE_TAG, TYPEDEF, FUNCTION, STRUCT, ANONYMOUS_STRUCT;

        /** How many types it is. */
        int width() {
            return this == FUNCTION ? 2 : 1;
        }

        /** Adds it and returns its outer type, which is the first if the target is yet to come, and else the last. */
        int add(RawBtf btf, int number, int target, boolean outermostFirst) {
            return switch (this) {
                case PTR -> btf.type("", BtfDumpHostileTest.PTR, 0, false, target);
                case ARRAY -> btf.type("", BtfDumpHostileTest.ARRAY, 0, false, 0, target, 1, 1);
                case CONST -> btf.type("", BtfDumpHostileTest.CONST, 0, false, target);
                case TYPE_TAG -> btf.type("x", BtfDumpHostileTest.TYPE_TAG, 0, false, target);
                case TYPEDEF -> btf.type("t" + number, BtfDumpHostileTest.TYPEDEF, 0, false, target);
                case FUNCTION -> {
                    if (outermostFirst) {
                        int pointer = btf.type("", BtfDumpHostileTest.PTR, 0, false, 2 * number + 3);
                        btf.type("", FUNC_PROTO, 0, false, target);
                        yield pointer;
                    }
                    yield btf.type("", BtfDumpHostileTest.PTR, 0, false, btf.type("", FUNC_PROTO, 0, false, target));
                }
                case STRUCT -> btf.type("s" + number, BtfDumpHostileTest.STRUCT, 1, false, 4, btf.name("m"), target, 0);
                case ANONYMOUS_STRUCT ->
                    btf.type("", BtfDumpHostileTest.STRUCT, 1, false, 4, btf.name("m"), target, 0);
            };
        }

        /** What the text has once a link. */
        String text() {
            return switch (this) {
                case PTR -> "*";
                case ARRAY -> "[1]";
                case CONST -> "const ";
                case TYPE_TAG -> "btf_type_tag(\"x\")";
                case TYPEDEF -> "typedef ";
                case FUNCTION -> "(void)";
                case STRUCT, ANONYMOUS_STRUCT -> "{\n";
            };
        }
    }

    /** An int, links each around the one before or the one behind, and a struct around all. */
    private static Btf chain(Link link, boolean outermostFirst) {
        var raw = new RawBtf(LITTLE_ENDIAN);
        int innermost = raw.integer("int", 4, 1);
        int outermost = outermostFirst ? 2 : innermost;
        for (int i = 0; i < DEPTH; i++) {
            int next = i == DEPTH - 1 ? innermost : 2 + (i + 1) * link.width();
            int id = link.add(raw, i, outermostFirst ? next : outermost, outermostFirst);
            outermost = outermostFirst ? outermost : id;
        }
        raw.type("all", STRUCT, 1, false, 8, raw.name("member"), outermost, 0);
        return raw.parse();
    }

    @ParameterizedTest
    @EnumSource(Link.class)
    void c_ofTenThousandLevels_isWrittenOnASmallStack(Link link) throws Exception {
        for (boolean outermostFirst : new boolean[]{true, false}) {
            String c = onASmallStack(() -> BtfDump.c(chain(link, outermostFirst)));
            int times = c.split(Pattern.quote(link.text()), -1).length - 1;
            assertThat(times).as("%s %s", link, outermostFirst).isBetween(DEPTH, DEPTH + 2);
            assertThat(c).contains("struct all {\n", "member");
        }
    }

    /** A type of one member that refers to itself by way of another. */
    static Stream<Arguments> circles() {
        return Stream.of(
                Arguments.of("const", circle(CONST, CONST)),
                Arguments.of("pointers", circle(PTR, PTR)),
                Arguments.of("pointer and qualifier", circle(PTR, CONST)),
                Arguments.of("typedefs", circle(TYPEDEF, TYPEDEF)),
                Arguments.of("typedef of a pointer to it", circle(TYPEDEF, PTR)),
                Arguments.of("functions", circle(FUNC_PROTO, FUNC_PROTO)),
                Arguments.of("function that returns a pointer to it", circle(FUNC_PROTO, PTR)),
                Arguments.of("tags", circle(TYPE_TAG, TYPE_TAG)));
    }

    private static RawBtf circle(int one, int other) {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("a", one, 0, false, 2);
        raw.type("b", other, 0, false, 1);
        return raw;
    }

    @ParameterizedTest
    @MethodSource("circles")
    void c_ofACircle_isRefused(@SuppressWarnings("unused") String what, RawBtf raw) {
        assertMalformed(() -> BtfDump.c(raw.parse()), "x.o: BTF: type ");
    }

    @Test
    void c_ofArraysOfEachOther_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("", ARRAY, 0, false, 0, 2, 0, 1);
        raw.type("", ARRAY, 0, false, 0, 1, 0, 1);
        assertMalformed(() -> BtfDump.c(raw.parse()),
                "type 1 (ARRAY) at offset 24 leads through qualifiers and arrays to itself");
    }

    @Test
    void c_ofAStructThatContainsItself_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("s", STRUCT, 1, false, 8, raw.name("m"), 2, 0);
        raw.type("", ARRAY, 0, false, 0, 1, 1, 1);
        assertMalformed(() -> BtfDump.c(raw.parse()),
                "type 1 (STRUCT) at offset 24 needs its own definition first: C has no such type");
    }

    @Test
    void c_ofAnAnonymousStructWithAPointerToItself_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("", STRUCT, 1, false, 8, raw.name("m"), 2, 0);
        raw.type("", PTR, 0, false, 1);
        assertMalformed(() -> BtfDump.c(raw.parse()), "needs its own definition first");
    }

    /** Each level has the one before it twice, so that n levels are 2^n lines. */
    static Stream<Arguments> explosions() {
        var structs = new RawBtf(LITTLE_ENDIAN);
        int struct = structs.integer("int", 4, 1);
        var functions = new RawBtf(LITTLE_ENDIAN);
        int function = functions.type("", FUNC_PROTO, 0, false, 0);
        for (int i = 0; i < 60; i++) {
            struct = structs.type("", STRUCT, 2, false, 8, 0, struct, 0, 0, struct, 0);
            function = functions.type("", FUNC_PROTO, 2, false, 0, 0, function, 0, function);
        }
        structs.type("all", STRUCT, 1, false, 8, structs.name("m"), struct, 0);
        functions.type("all", TYPEDEF, 0, false, function);

        var pointers = new RawBtf(LITTLE_ENDIAN);
        int pointer = pointers.type("", PTR, 0, false, 0);
        for (int i = 0; i < 60; i++) {
            pointers.type("", FUNC_PROTO, 2, false, 0, 0, pointer, 0, pointer);
            pointer = pointers.type("", PTR, 0, false, pointer + 1);
        }
        pointers.type("all", TYPEDEF, 0, false, pointer);

        var gap = new RawBtf(LITTLE_ENDIAN);
        gap.type("all", STRUCT, 0, false, 0xffff_ffffL);

        var names = new RawBtf(LITTLE_ENDIAN);
        long[] enumerators = new long[20_000];
        Arrays.fill(enumerators, names.name("x".repeat(100_000)));
        names.type("all", ENUM, enumerators.length / 2, false, 4, enumerators);

        // Every name is another one, and a part of one text: looking at them is a square of its length.
        var suffixes = new RawBtf(LITTLE_ENDIAN);
        int text = suffixes.name("y".repeat(100_000));
        long[] members = new long[3 * 50_000];
        for (int i = 0; i < members.length / 3; i++) {
            members[3 * i + 1] = suffixes.type(text + i, 1 << 24, 4, 32);
        }
        suffixes.type("all", STRUCT, members.length / 3, false, 4, members);

        return Stream.of(Arguments.of("anonymous structs", structs), Arguments.of("functions", functions),
                Arguments.of("pointers to functions", pointers), Arguments.of("gap of 4 GiB", gap),
                Arguments.of("long names", names), Arguments.of("suffixes", suffixes));
    }

    @ParameterizedTest
    @MethodSource("explosions")
    void c_ofMoreThanIsReasonable_isRefused(@SuppressWarnings("unused") String what, RawBtf raw) {
        assertMalformed(() -> BtfDump.c(raw.parse()), "x.o: BTF: its dump would have more than ");
    }

    @Test
    void c_thatIsRefused_hasNotWrittenMoreThanItsLimit() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("all", STRUCT, 0, false, 0xffff_ffffL);
        var text = new StringBuilder();
        assertMalformed(() -> BtfDump.c(raw.parse(), text), "more than 4195616 bytes", "a file of 41 bytes");
        assertThat(text.length()).isLessThan(4_195_616);
    }

    @Test
    void raw_ofOneLongNameManyTimes_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        long[] enumerators = new long[20_000];
        Arrays.fill(enumerators, raw.name("x".repeat(100_000)));
        raw.type("all", ENUM, enumerators.length / 2, false, 4, enumerators);
        assertMalformed(() -> BtfDump.raw(raw.parse()), "its dump would have more than ");
    }

    @Test
    void dump_ofAReferenceToNothing_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("s", STRUCT, 1, false, 8, raw.name("m"), 2, 0);
        String message = "type 1 (STRUCT) at offset 24 refers to type 2, but there are only 0 to 1";
        assertMalformed(() -> BtfDump.c(raw.parse()), message);
        assertMalformed(() -> BtfDump.raw(raw.parse()), message);

        var negative = new RawBtf(LITTLE_ENDIAN);
        negative.type("", PTR, 0, false, 0xffff_ffffL);
        assertMalformed(() -> BtfDump.c(negative.parse()), "refers to type 4294967295");
    }

    @Test
    void dump_ofANameOutOfRange_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("e", ENUM, 1, false, 4, 3, 0);
        String message = "type 1 (ENUM) at offset 24 has a name at offset 3 of the strings, which end at 3";
        assertMalformed(() -> BtfDump.c(raw.parse()), message);
        assertMalformed(() -> BtfDump.raw(raw.parse()), message);
    }

    @Test
    void c_ofAMemberThatIsAFunction_isRefused() {
        var raw = new RawBtf(LITTLE_ENDIAN);
        raw.type("f", FUNC, 0, false, 0);
        raw.type("s", STRUCT, 1, false, 8, raw.name("m"), 1, 0);
        assertMalformed(() -> BtfDump.c(raw.parse()),
                "type 1 (FUNC) at offset 24 is used as the type of a member, parameter or typedef, but cannot be one");
    }

    @Test
    void c_ofARootThatDoesNotExist_isRefused() {
        var btf = new RawBtf(LITTLE_ENDIAN).parse();
        assertMalformed(() -> BtfDump.definitions(btf, List.of(1)), "there is no type 1, only 0 to 0");
        assertMalformed(() -> BtfDump.definitions(btf, List.of(-1)), "there is no type 4294967295, only 0 to 0");
        assertThat(BtfDump.definitions(btf, List.of(0))).isEmpty();
    }

    /** One byte or one word is another: the answer is a text or a refusal, and comes soon. */
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void dump_ofDamagedBytes_isATextOrARefusal(String object) {
        long seed = System.nanoTime();
        System.out.println("BtfDumpHostileTest " + object + ": seed " + seed);
        var random = new Random(seed);
        var elf = Kinds.elf(object);
        byte[] bytes = elf.contents(elf.section(".BTF").orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        int texts = 0;
        int refusals = 0;
        while (System.nanoTime() < end) {
            byte[] damaged = bytes.clone();
            int at = RawBtf.HEADER + random.nextInt(bytes.length - RawBtf.HEADER - 4);
            if (random.nextBoolean()) {
                damaged[at] = (byte) random.nextInt(256);
            } else {
                System.arraycopy(bytes, RawBtf.HEADER + random.nextInt(bytes.length - RawBtf.HEADER - 4), damaged,
                        at & ~3, 4);
            }
            try {
                var btf = RawBtf.parse(damaged);
                assertThat(BtfDump.raw(btf)).startsWith("[1] ");
                assertThat(BtfDump.c(btf)).startsWith("#ifndef");
                texts++;
            } catch (MalformedBtfException e) {
                refusals++;
            }
        }
        System.out.println("BtfDumpHostileTest " + object + ": " + texts + " texts, " + refusals + " refusals");
        assertThat(texts).isPositive();
        assertThat(refusals).isPositive();
    }
}
