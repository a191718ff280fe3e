package io.ebpf4j.internal.decode;

import static io.ebpf4j.Types.at;
import static io.ebpf4j.Types.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that no compiler makes: each is refused with a message, in little time and memory. */
@Timeout(10)
class ShapeCompilerHostileTest {
    private static Shape compile(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.with()).compile(btf.type(id), "x.o: map 'm'");
    }

    private static AbstractThrowableAssert<?, ?> refused(Types types, int id) {
        return assertThatThrownBy(() -> compile(types, id)).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("x.o: map 'm': ");
    }

    private static int nested(Types types, int innermost, int levels) {
        int id = innermost;
        for (int i = 0; i < levels; i++) {
            id = types.struct("s" + i, 4, at(0, "m", id));
        }
        return id;
    }

    @Test
    void nesting_of32Levels_works() {
        var types = Types.little();
        assertThatCode(() -> compile(types, nested(types, types.unsigned(4), 32))).doesNotThrowAnyException();
    }

    @Test
    void nesting_of33Levels_isRefused() {
        var types = Types.little();
        refused(types, nested(types, types.unsigned(4), 33)).hasMessageEndingWith("is nested over 32 levels deep");
    }

    @Test
    void nesting_aroundATypeCompiledBefore_countsItsLevels() {
        var types = Types.little();
        int inner = nested(types, types.unsigned(4), 30);
        int fits = nested(types, inner, 2);
        int outer = nested(types, inner, 3);
        Btf btf = types.btf();
        var compiler = new ShapeCompiler(btf, FieldDecoders.with());
        compiler.compile(btf.type(inner), "a");
        assertThatCode(() -> compiler.compile(btf.type(fits), "b")).doesNotThrowAnyException();
        assertThatThrownBy(() -> compiler.compile(btf.type(outer), "c")).isInstanceOf(ObjectFileException.class)
                .hasMessageEndingWith("is nested over 32 levels deep");
    }

    @Test
    void nesting_throughArraysAndAnonymousStructs_counts() {
        var types = Types.little();
        int id = types.unsigned(4);
        for (int i = 0; i < 33; i++) {
            id = types.array(id, 1);
        }
        refused(types, id).hasMessageEndingWith("is nested over 32 levels deep");
        int anonymous = types.unsigned(4);
        for (int i = 0; i < 40; i++) {
            anonymous = types.struct("", 4, at(0, i == 0 ? "x" : "", anonymous));
        }
        refused(types, anonymous).hasMessageEndingWith("is nested over 32 levels deep");
    }

    @Test
    void structThatContainsItself_isRefused() {
        var types = Types.little();
        // ids are given in order, so the struct can name itself
        int self = types.unsigned(4) + 1;
        assertThat(types.struct("self", 8, at(0, "a", self), at(4, "b", self))).isEqualTo(self);
        refused(types, self).hasMessageEndingWith("is nested over 32 levels deep");
        int anonymous = self + 1;
        assertThat(types.struct("", 8, at(0, "", anonymous), at(4, "", anonymous))).isEqualTo(anonymous);
        refused(types, anonymous);
    }

    @Test
    void typedefThatNamesItself_isRefused() {
        var types = Types.little();
        int self = types.unsigned(4) + 1;
        types.typedef("loop", self);
        refused(types, types.struct("s", 4, at(0, "x", self)));
    }

    @Test
    void sharingThatDoublesAtEachLevel_isRefused() {
        var types = Types.little();
        int id = types.unsigned(1);
        for (int i = 0; i < 30; i++) {
            id = types.struct("s" + i, 1, at(0, "a", id), at(0, "b", id));
        }
        refused(types, id).hasMessageContaining("would be over 65536 values");
    }

    @Test
    void sharingThatDoublesThroughAnonymousMembers_isRefused() {
        var types = Types.little();
        int id = types.struct("", 1, at(0, "x", types.unsigned(1)));
        for (int i = 0; i < 30; i++) {
            id = types.struct("", 1, at(0, "", id), at(0, "", id));
        }
        refused(types, id).hasMessageContaining("is one of over 65536 members");
    }

    @Test
    void arraysOfArrays_withTooManyValues_areRefused() {
        var types = Types.little();
        int id = types.array(types.array(types.unsigned(1), 300), 300);
        refused(types, id).hasMessageContaining("would be over 65536 values");
        int products = types.unsigned(1);
        for (int i = 0; i < 8; i++) {
            products = types.array(products, 65536);
        }
        refused(types, products);
    }

    @ParameterizedTest
    @ValueSource(longs = {65537, Integer.MAX_VALUE, 0xffff_ffffL})
    void array_tooLong_isRefused(long count) {
        var types = Types.little();
        refused(types, types.array(types.unsigned(1), count)).hasMessageContaining("too many");
        refused(types, types.array(types.character(), count)).hasMessageContaining("too many");
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE + 1L, 0xffff_ffffL})
    void type_ofOver2Gigabytes_isRefused(long size) {
        var types = Types.little();
        refused(types, types.union("u", size));
        refused(types, types.add(new BtfType.Int(0, "huge", size, 0, 0, 0)));
        refused(types, types.add(new BtfType.Enum(0, "e", size, false, List.of())));
        refused(types, types.add(new BtfType.FloatingPoint(0, "f", size)));
        refused(types, types.struct("s", size, at(0, "x", types.unsigned(1))));
    }

    @Test
    void memberBehindTheEndOfItsStruct_isRefused() {
        var types = Types.little();
        int u32 = types.unsigned(4);
        String behind = "ends behind the 8 bytes of its struct: the file is damaged";
        refused(types, types.struct("s", 8, at(5, "x", u32))).hasMessageEndingWith(behind).hasMessageContaining("s.x");
        refused(types, types.struct("s", 8, new Member("x", u32, 0xffff_fff8L, 0))).hasMessageEndingWith(behind);
        refused(types, types.struct("s", 8, bits(60, 5, "x", u32))).hasMessageEndingWith(behind);
        int anonymous = types.struct("", 4, at(2, "x", u32));
        refused(types, types.struct("s", 8, at(4, "", anonymous))).hasMessageEndingWith(behind);
        assertThatCode(() -> compile(types, types.struct("s", 8, bits(60, 4, "x", u32)))).doesNotThrowAnyException();
    }

    @Test
    void bitfieldOfNoOrTooManyBits_isRefused() {
        var types = Types.little();
        int u64 = types.unsigned(8);
        int color = types.enumeration("color", 4, false, new Constant("RED", 0));
        refused(types, types.struct("s", 64, bits(0, 65, "x", u64))).hasMessageContaining("a bitfield of 65 bits");
        refused(types, types.struct("s", 64, bits(0, 255, "x", color))).hasMessageContaining("a bitfield of 255 bits");
        refused(types, types.struct("s", 64, bits(3, 0, "x", color))).hasMessageContaining("a bitfield of 0 bits");
        refused(types, types.struct("s", 64, bits(3, 0, "x", u64))).hasMessageContaining("a bitfield of 0 bits");
        refused(types, types.add(new BtfType.Int(0, "i", 4, 0, 0, 0))).hasMessageContaining("a bitfield of 0 bits");
        refused(types, types.add(new BtfType.Int(0, "i", 4, 0, 4, 200))).hasMessageContaining("from bit 200");
        refused(types, types.add(new BtfType.Int(0, "i", 1, 0, 4, 7))).hasMessageContaining("from bit 7 on");
    }

    @Test
    void manyMembers_areRefusedOnceForTheWholeFile() {
        var types = Types.little();
        int u8 = types.unsigned(1);
        Member[] members = IntStream.range(0, 40_000).mapToObj(i -> at(i, "m", u8)).toArray(Member[]::new);
        int first = types.struct("first", 40_000, members);
        int second = types.struct("second", 40_000, members);
        Btf btf = types.btf();
        var compiler = new ShapeCompiler(btf, FieldDecoders.with());
        assertThatCode(() -> compiler.compile(btf.type(first), "a")).doesNotThrowAnyException();
        assertThatThrownBy(() -> compiler.compile(btf.type(second), "b")).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining("second.m").hasMessageContaining("is one of over 65536 members");
    }

    /** Each alias has a shape of its own, with a spelling of its own, but no copy of the constants. */
    @Test
    void enum_ofManyConstantsByManyAliases_isKeptOnce() {
        var types = Types.little();
        var constants = IntStream.range(0, 8000).mapToObj(i -> new Constant("c", i)).toList();
        int wide = types.add(new BtfType.Enum(0, "wide", 4, false, constants));
        var members = new Member[8000];
        for (int i = 0; i < members.length; i++) {
            members[i] = at(4 * i, "m", types.add(new BtfType.Typedef(0, "t" + i, wide)));
        }
        var shape = (Shape.Struct) compile(types, types.struct("s", 4L * members.length, members));
        assertThat(shape.fields().getFirst().shape().spelling()).isEqualTo("t0");
        assertThat(shape.fields().getLast().shape().spelling()).isEqualTo("t7999");
        assertThat(constants(shape.fields().getLast().shape())).hasSize(8000)
                .isSameAs(constants(shape.fields().getFirst().shape()));
    }

    private static Map<Long, EnumValue> constants(Shape shape) {
        return ((EnumDecoder) ((Shape.Scalar) shape).decoder()).constants();
    }
}
