package io.ebpf4j.internal.spec;

import static io.ebpf4j.Types.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapSpec.Pinning;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapDefinitionTest {
    private static final int HASH = 1;
    private static final int PROG_ARRAY = 3;
    private static final int PERF_EVENT_ARRAY = 4;
    private static final int ARRAY_OF_MAPS = 12;
    private static final int HASH_OF_MAPS = 13;
    private static final int RINGBUF = 27;

    private final Types types = Types.little();
    private final int u32 = types.unsigned(4);
    private final List<Member> members = new ArrayList<>();

    /** What {@code __uint(name, value)} expands to. */
    private MapDefinitionTest number(String name, long value) {
        return member(name, types.pointer(types.array(u32, value)));
    }

    /** What {@code __type(name, type)} expands to. */
    private MapDefinitionTest type(String name, int type) {
        return member(name, types.pointer(type));
    }

    private MapDefinitionTest member(String name, int type) {
        members.add(at(8 * members.size(), name, type));
        return this;
    }

    private MapDefinition read() {
        return read(types.add(new BtfType.Struct(0, "", 8L * members.size(), members)));
    }

    private MapDefinition read(int type) {
        int id = types.add(new BtfType.Var(0, "m", type, BtfType.Linkage.GLOBAL));
        Btf btf = types.btf();
        return MapDefinition.read(new MapTypes(btf, "x.o", 1000), (BtfType.Var) btf.type(id), "x.o: map 'm'");
    }

    @Test
    void numbers_areTheLengthsOfArraysUpTo32Bits() {
        MapDefinition read = number("type", HASH).number("max_entries", 0xffff_ffffL).number("map_flags", 0x8000_0001L)
                .number("key_size", 3).number("value_size", 5).read();
        assertThat(read.typeId()).isEqualTo(HASH);
        assertThat(read.maxEntries()).isEqualTo(0xffff_ffffL);
        assertThat(read.flags()).isEqualTo(0x8000_0001);
        assertThat(List.of(read.keySize(), read.valueSize())).containsExactly(3, 5);
        assertThat(read.key()).isEmpty();
        assertThat(read.value()).isEmpty();
    }

    @Test
    void types_throughTypedefsAndQualifiers_areKeptAsNamed() {
        int key = types.typedef("key_t", types.add(new BtfType.Const(0, types.unsigned(2))));
        MapDefinition read = number("type", HASH).type("key", key).type("value", types.array(u32, 3)).read();
        assertThat(read.key()).get().isInstanceOf(BtfType.Typedef.class);
        assertThat(List.of(read.keySize(), read.valueSize())).containsExactly(2, 12);
    }

    @Test
    void ring_hasNeitherKeyNorValueSizes() {
        MapDefinition read = number("type", RINGBUF).type("value", types.array(u32, 3)).read();
        assertThat(List.of(read.keySize(), read.valueSize())).containsExactly(0, 0);
        assertThat(read.value()).isPresent();
    }

    @Test
    void perfBuffer_hasTheKernelsSizes_whateverItsRecordsAre() {
        MapDefinition read = number("type", PERF_EVENT_ARRAY).type("value", types.array(u32, 3)).read();
        assertThat(List.of(read.keySize(), read.valueSize())).containsExactly(4, 4);
        assertThat(RecordTypes.of(types.btf(), read.type(), read.value())).hasValue(read.value().orElseThrow());
    }

    /** Those who write the descriptors' type have none of records in mind. */
    @Test
    void perfBuffer_ofIntegersOf4Bytes_namesNoRecordType() {
        int u64 = types.unsigned(8);
        int descriptor = types.typedef("descriptor_t", types.add(new BtfType.Const(0, u32)));
        MapDefinition read = number("type", PERF_EVENT_ARRAY).type("key", u32).type("value", descriptor).read();
        assertThat(RecordTypes.of(types.btf(), read.type(), read.value())).isEmpty();
        assertThat(RecordTypes.of(types.btf(), MapType.RINGBUF, read.value())).isEqualTo(read.value());
        assertThat(RecordTypes.of(types.btf(), read.type(), Optional.empty())).isEmpty();
        Optional<BtfType> longs = Optional.of(types.btf().type(u64));
        assertThat(RecordTypes.of(types.btf(), read.type(), longs)).isEqualTo(longs);
    }

    private void refused(String message) {
        assertThatThrownBy(this::read).isInstanceOf(ObjectFileException.class).hasMessage(message);
    }

    @Test
    void unknownField_throwsWithSuggestionAndTheKnown() {
        number("type", HASH).number("max_entires", 4);
        refused("x.o: map 'm': field max_entires is none that a map definition has (did you mean 'max_entries'?);"
                + " there are type, max_entries, map_flags, numa_node, key_size, key, value_size, value, values,"
                + " pinning, map_extra");
    }

    @Test
    void numaNodeExtraAndPinning_areRead() {
        MapDefinition read = number("type", HASH).number("numa_node", 7).number("pinning", 1)
                .number("map_extra", 0xffff_fffeL).read();
        assertThat(read.numaNode()).isEqualTo(7);
        assertThat(read.pinning()).isEqualTo(Pinning.BY_NAME);
        assertThat(read.extra()).isEqualTo(0xffff_fffeL);
    }

    @Test
    void without_numaNodeExtraAndPinning_areNone() {
        MapDefinition read = number("type", HASH).number("pinning", 0).read();
        assertThat(read.numaNode()).isZero();
        assertThat(read.pinning()).isEqualTo(Pinning.NONE);
        assertThat(read.extra()).isZero();
        assertThat(read.inner()).isEmpty();
        assertThat(read.contentsOffset()).isEmpty();
    }

    @Test
    void pinningByAnotherNumber_throws() {
        number("type", HASH).number("pinning", 2);
        refused("x.o: map 'm': field pinning is 2, which says nothing; there are LIBBPF_PIN_NONE (0) and"
                + " LIBBPF_PIN_BY_NAME (1)");
    }

    @Test
    void extraOf64Bits_isTheConstantOfAnEnum() {
        int holder = types.enumeration64("", false, new BtfType.Constant("__unique_value3", -4L));
        assertThat(number("type", HASH).member("map_extra", types.typedef("t", holder)).read().extra()).isEqualTo(-4);
    }

    /** clang marks it unsigned, and libbpf takes it for an int all the same. */
    @Test
    void extraOf32Bits_isAnInt() {
        int holder = types.enumeration("", 4, false, new BtfType.Constant("__unique_value3", 0xffff_ffffL));
        assertThat(number("type", HASH).member("map_extra", holder).read().extra()).isEqualTo(-1);
    }

    @Test
    void extraOfSeveralConstants_throws() {
        number("type", HASH).member("map_extra", types.enumeration("", 4, false, new BtfType.Constant("a", 1),
                new BtfType.Constant("b", 2)));
        refused("x.o: map 'm': field map_extra is an enum of 2 constants instead of one; write it with"
                + " __ulong(map_extra, number)");
    }

    @Test
    void extraThatIsNoNumber_throws() {
        number("type", HASH).member("map_extra", u32);
        refused("x.o: map 'm': field map_extra is a u32; write it with __ulong(map_extra, number)");
    }

    /** What {@code __array(values, T)} expands to. */
    private MapDefinitionTest values(int element) {
        return member("values", types.array(types.pointer(element), 0));
    }

    private int inner(Member... fields) {
        return types.struct("inner", 8L * fields.length, fields);
    }

    private Member field(String name, long value) {
        return at(0, name, types.pointer(types.array(u32, value)));
    }

    @Test
    void valuesOfMaps_areTheInnerMap() {
        MapDefinition read = number("type", ARRAY_OF_MAPS).number("max_entries", 3).type("key", u32)
                .values(inner(field("type", HASH), field("max_entries", 9), field("key_size", 6),
                        field("value_size", 10), field("map_extra", 5), field("numa_node", 2), field("map_flags", 1)))
                .read();
        assertThat(read.valueSize()).as("a map's handle").isEqualTo(4);
        assertThat(read.contentsOffset()).as("behind three pointers").contains(24L);
        assertThat(read.inner()).get().satisfies(inner -> {
            assertThat(List.of(inner.typeId(), inner.keySize(), inner.valueSize(), inner.numaNode(), inner.flags()))
                    .containsExactly(HASH, 6, 10, 2, 1);
            assertThat(List.of(inner.maxEntries(), inner.extra())).containsExactly(9L, 5L);
            assertThat(inner.inner()).isEmpty();
        });
    }

    @Test
    void valuesOfFunctions_haveNoInnerMap() {
        MapDefinition read = number("type", PROG_ARRAY).number("value_size", 4)
                .values(types.add(new BtfType.FuncProto(0, u32, List.of()))).read();
        assertThat(read.inner()).isEmpty();
        assertThat(read.valueSize()).isEqualTo(4);
        assertThat(read.contentsOffset()).contains(16L);
    }

    @Test
    void valuesOfAnotherKind_throw() {
        number("type", HASH).values(inner(field("type", HASH)));
        refused("x.o: map 'm': field values is in a map of type 1 (HASH), but only ARRAY_OF_MAPS (12),"
                + " HASH_OF_MAPS (13) and PROG_ARRAY (3) have it");
    }

    @Test
    void valuesBeforeTheType_throw() {
        values(inner(field("type", HASH)));
        refused("x.o: map 'm': field values is in a map of type 0 (UNKNOWN), but only ARRAY_OF_MAPS (12),"
                + " HASH_OF_MAPS (13) and PROG_ARRAY (3) have it");
    }

    @Test
    void valuesBeforeAnotherField_throw() {
        number("type", ARRAY_OF_MAPS).values(inner(field("type", HASH))).number("max_entries", 1);
        refused("x.o: map 'm': field values is not the last one, but its contents follow it in memory; move it to the"
                + " end");
    }

    @Test
    void valuesOfOtherThanFunctions_throw() {
        number("type", PROG_ARRAY).values(u32);
        refused("x.o: map 'm': field values is a u32 *[0], not an array of functions; write it with"
                + " __array(values, int (void *))");
    }

    @Test
    void valuesOfOtherThanMaps_throw() {
        number("type", HASH_OF_MAPS).values(u32);
        refused("x.o: map 'm': field values is a u32 *[0], not an array of maps; write it with"
                + " __array(values, struct {..})");
    }

    @Test
    void valuesWithALength_throw() {
        number("type", ARRAY_OF_MAPS).member("values", types.array(types.pointer(inner(field("type", HASH))), 2));
        refused("x.o: map 'm': field values is a struct inner *[2], not an array of pointers without a length; write it"
                + " with __array(values, ..)");
    }

    @Test
    void valuesOfAnotherSize_throw() {
        number("type", ARRAY_OF_MAPS).number("value_size", 8).values(inner(field("type", HASH)));
        refused("x.o: map 'm': value has 8 bytes by field value_size, but 4 by field values; keep one");
    }

    @Test
    void innerMap_pinned_throws() {
        number("type", ARRAY_OF_MAPS).values(inner(field("type", HASH), field("pinning", 0)));
        refused("x.o: map 'm': inner map: field pinning cannot be: only the outer map can be pinned; remove it");
    }

    @Test
    void innerMap_withValuesOfItsOwn_throws() {
        Member values = at(8, "values", types.array(types.pointer(inner(field("type", HASH))), 0));
        number("type", ARRAY_OF_MAPS).values(inner(field("type", ARRAY_OF_MAPS), values));
        refused("x.o: map 'm': inner map: field values cannot be: maps inside a map hold no maps or functions"
                + " themselves; remove it");
    }

    @Test
    void innerMap_withoutType_throws() {
        number("type", ARRAY_OF_MAPS).values(inner(field("max_entries", 1)));
        refused("x.o: map 'm': inner map: has no type; add __uint(type, BPF_MAP_TYPE_..)");
    }

    @Test
    void fieldWithoutAName_throws() {
        number("type", HASH).number("", 1);
        assertThatThrownBy(this::read).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("x.o: map 'm': field  is none that a map definition has");
    }

    @Test
    void typeBehindATypedef_isNoPointerToLibbpf() {
        number("type", HASH).member("key", types.typedef("p", types.pointer(u32)));
        refused("x.o: map 'm': field key is a p; write it with __type(key, type)");
    }

    @Test
    void missingType_throws() {
        number("max_entries", 4);
        refused("x.o: map 'm': has no type; add __uint(type, BPF_MAP_TYPE_..)");
    }

    @Test
    void numberWithoutTheMacro_throws() {
        member("type", u32);
        refused("x.o: map 'm': field type is a u32; write it with __uint(type, number)");
    }

    @Test
    void numberOfAPointerToNoArray_throws() {
        number("type", HASH).type("max_entries", u32);
        refused("x.o: map 'm': field max_entries is a u32 *; write it with __uint(max_entries, number)");
    }

    @Test
    void typeWithoutTheMacro_throws() {
        number("type", HASH).member("key", u32);
        refused("x.o: map 'm': field key is a u32; write it with __type(key, type)");
    }

    @ParameterizedTest
    @CsvSource({"key_size, key", "value_size, value"})
    void sizeThatIsNotTheTypes_throws(String field, String role) {
        number("type", HASH).number(field, 8).type(role, u32);
        refused("x.o: map 'm': " + role + " has 8 bytes by field " + field + ", but 4 by field " + role + "; keep one");
    }

    @Test
    void sizeOfNothing_behindAType_throws() {
        number("type", HASH).type("key", u32).number("key_size", 0);
        refused("x.o: map 'm': key has 4 bytes by field key, but 0 by field key_size; keep one");
    }

    @Test
    void sizeOver2Gigabytes_throws() {
        number("type", HASH).number("key_size", 0x8000_0000L);
        refused("x.o: map 'm': key has 2147483648 bytes, more than any map holds");
    }

    @Test
    void typeWithoutASize_namesTheMapAndTheRole() {
        number("type", HASH).type("key", types.add(new BtfType.Fwd(0, "gone", false)));
        assertThatThrownBy(this::read).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("x.o: map 'm': key").hasMessageContaining("has no size");
    }

    @Test
    void variableThatIsNoStruct_throws() {
        assertThatThrownBy(() -> read(u32)).isInstanceOf(ObjectFileException.class).hasMessage(
                "x.o: map 'm': is a u32, not the struct of __uint(..) and __type(..) that defines a map");
    }
}
