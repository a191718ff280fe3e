package io.ebpf4j.internal.spec;

import static io.ebpf4j.Types.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapDefinitionTest {
    private static final int HASH = 1;
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
        return MapDefinition.read(btf, (BtfType.Var) btf.type(id), "x.o: map 'm'");
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
    void fieldsOfLibbpfAlone_arePassedOver() {
        assertThat(number("type", HASH).number("numa_node", 1).number("pinning", 1).number("map_extra", 3)
                .member("values", types.array(types.pointer(0), 0)).read().typeId()).isEqualTo(HASH);
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
        refused("x.o: map 'm': " + role + " has 4 bytes by its type, but 8 by its size; keep one");
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
