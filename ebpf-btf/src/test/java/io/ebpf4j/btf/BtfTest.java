package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.VarInfo;
import io.ebpf4j.elf.ElfFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What one asks of the types of an object. */
class BtfTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    private static int id(Btf btf, Class<? extends BtfType> kind, String name) {
        return btf.find(kind, name).orElseThrow().id();
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void section_leftOpenByTheCompiler_isFilledInFromElf(String object) {
        var btf = Kinds.btf(object);
        var data = btf.find(BtfType.DataSec.class, ".data").orElseThrow();
        assertThat(data.size()).isEqualTo(52);
        assertThat(data.variables()).extracting(v -> btf.type(v.type()).name(), VarInfo::offset, VarInfo::size)
                .containsExactly(tuple("global_one", 0L, 8L),
                        tuple("hidden_two", 8L, 4L),
                        tuple("filled", 16L, 16L),
                        tuple("packed", 32L, 14L),
                        tuple("static_two", 46L, 1L),
                        tuple("static_one", 48L, 4L));
        assertThat(btf.find(BtfType.DataSec.class, ".maps").orElseThrow().variables()).extracting(VarInfo::offset)
                .containsExactly(0L, 32L);
        assertThat(btf.sizeOf(data.id())).isEqualTo(52);
        assertThat(btf.find(BtfType.DataSec.class, ".kconfig").orElseThrow().size()).as("made by the loader").isZero();
        assertThat(btf.find(BtfType.Var.class, "hidden_two").orElseThrow().linkage()).isEqualTo(Linkage.STATIC);
        assertThat(btf.find(BtfType.Var.class, "global_one").orElseThrow().linkage()).isEqualTo(Linkage.GLOBAL);
    }

    @Test
    void of_anObjectWithoutBtf_isEmpty() {
        byte[] header = Arrays.copyOf(Kinds.read("clang19-el.bpf.o"), 64);
        Arrays.fill(header, 0x28, 0x30, (byte) 0); // e_shoff
        Arrays.fill(header, 0x3c, 0x40, (byte) 0); // e_shnum, e_shstrndx
        assertThat(Btf.of(ElfFile.parse(header, "x.o"))).isEmpty();
    }

    @Test
    void find_byKindAndName_givesTheFirst() {
        var raw = new RawBtf(ByteOrder.BIG_ENDIAN);
        int typedef = raw.type("x", 8, 0, false, 0);
        int first = raw.type("x", 4, 0, false, 4);
        int second = raw.type("x", 4, 0, false, 8);
        raw.type("xy", 4, 0, false, 8);
        int union = raw.type("y", 5, 0, false, 8);
        var btf = raw.parse();
        assertThat(second).isGreaterThan(first);
        assertThat(btf.find(BtfType.Struct.class, "x").orElseThrow().id()).isEqualTo(first);
        assertThat(btf.find(BtfType.class, "x").orElseThrow().id()).isEqualTo(typedef);
        assertThat(btf.find(BtfType.Composite.class, "y").orElseThrow().id()).isEqualTo(union);
        assertThat(btf.find(BtfType.Struct.class, "y")).isEmpty();
        assertThat(btf.find(BtfType.Struct.class, "xyz")).as("longer than any").isEmpty();
        assertThat(btf.find(BtfType.Struct.class, "")).as("anonymous ones have no name").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Typedef, ipv4_addr, 4, 4", "Struct, event, 176, 8", "Struct, inner, 16, 8", "Union, addr, 16, 4",
            "Struct, packed_bits, 14, 1", "Struct, bits, 16, 8", "Var, events, 24, 8", "Var, _license, 13, 1",
            "Int, _Bool, 1, 1", "FloatingPoint, double, 8, 8", "Enum, color, 4, 4", "Var, filled, 16, 8",
            "Typedef, u64, 8, 8"})
    void size_andAlignment_areThoseOfC(String kind, String name, long size, long alignment) throws Exception {
        var btf = Kinds.btf("clang19-el");
        int id = id(btf, Class.forName("io.ebpf4j.btf.BtfType$" + kind).asSubclass(BtfType.class), name);
        assertThat(btf.sizeOf(id)).isEqualTo(size);
        assertThat(btf.alignOf(id)).isEqualTo(alignment);
    }

    @Test
    void size_ofAnArrayOfArrays_isTheirProduct() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int u16 = raw.integer("u16", 2, 0);
        int inner = raw.type("", 3, 0, false, 0, u16, u16, 3);
        int aliased = raw.type("row", 8, 0, false, inner);
        int outer = raw.type("", 3, 0, false, 0, aliased, u16, 5);
        int pointers = raw.type("", 3, 0, false, 0, raw.type("", 2, 0, false, 0), u16, 7);
        int wide = raw.integer("__int128", 16, 1);
        var btf = raw.parse();
        assertThat(btf.sizeOf(outer)).isEqualTo(30);
        assertThat(btf.alignOf(outer)).isEqualTo(2);
        assertThat(btf.sizeOf(pointers)).isEqualTo(56);
        assertThat(btf.sizeOf(wide)).isEqualTo(16);
        assertThat(btf.alignOf(wide)).isEqualTo(8);
    }

    @Test
    void resolve_throughAliases_givesWhatTheyMean() {
        var btf = Kinds.btf("clang19-el");
        var port = btf.find(BtfType.Struct.class, "event").orElseThrow().members().get(1);
        assertThat(btf.resolve(port.type())).isEqualTo(btf.find(BtfType.Int.class, "unsigned short").orElseThrow());
        assertThat(btf.typedefs(port.type())).containsExactly("u16");
        int saddr = id(btf, BtfType.Typedef.class, "ipv4_addr");
        assertThat(btf.typedefs(saddr)).containsExactly("ipv4_addr", "u32");
        assertThat(btf.resolve(saddr).name()).isEqualTo("unsigned int");
        assertThat(btf.resolve(0)).isEqualTo(new BtfType.Void());
        assertThat(btf.typedefs(btf.resolve(saddr).id())).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void declTags_onTypeMemberAndVariable_areFound(String object) {
        var btf = Kinds.btf(object);
        int event = id(btf, BtfType.Struct.class, "event");
        assertThat(btf.declTags(event)).containsExactly("whole");
        assertThat(btf.declTags(event, 0)).containsExactly("label");
        assertThat(btf.declTags(event, 1)).isEmpty();
        assertThat(btf.declTags(id(btf, BtfType.Var.class, "events"))).containsExactly("bpf.export:print");
        assertThat(btf.declTags(id(btf, BtfType.Struct.class, "inner"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            saddr     | ipv4_addr
            port      | const volatile u16
            in        | struct inner
            addr      | union addr
            comm      | char[16]
            matrix    | int[2][3]
            color     | enum color
            ok        | _Bool
            later     | struct declared_only *
            either    | union declared_union *
            fn        | int (*)(struct event *, int, ...)
            fixed     | char *restrict const
            from_user | int *
            name      | char[0]
            """)
    void spell_ofAMember_isItsDeclaration(String member, String declaration) {
        var btf = Kinds.btf("clang19-el");
        var event = btf.find(BtfType.Struct.class, "event").orElseThrow();
        var type = event.members().stream().filter(m -> m.name().equals(member)).findFirst().orElseThrow().type();
        assertThat(btf.spell(type)).isEqualTo(declaration);
    }

    @Test
    void spell_ofWhatIsNoMember_isReadable() {
        var btf = Kinds.btf("clang19-el");
        var event = btf.find(BtfType.Struct.class, "event").orElseThrow();
        assertThat(btf.spell(0)).isEqualTo("void");
        assertThat(btf.spell(event.id())).isEqualTo("struct event");
        assertThat(btf.spell(event.members().get(2).type())).isEqualTo("struct {...}");
        assertThat(btf.spell(id(btf, BtfType.Func.class, "helper"))).isEqualTo("long helper(struct event *, u32)");
        assertThat(btf.spell(id(btf, BtfType.Var.class, "_license"))).isEqualTo("char _license[13]");
        assertThat(btf.spell(id(btf, BtfType.DataSec.class, ".maps"))).isEqualTo("section .maps");
    }

    @Test
    void spell_pointerAndArray_bindAsInC() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int u8 = raw.integer("u8", 1, 0);
        int array = raw.type("", 3, 0, false, 0, u8, u8, 4);
        int toArray = raw.type("", 2, 0, false, array);
        int pointer = raw.type("", 2, 0, false, raw.type("", 10, 0, false, u8));
        int ofPointers = raw.type("", 3, 0, false, 0, pointer, u8, 2);
        int none = raw.type("", 13, 0, false, 0);
        int takesFunction = raw.type("", 13, 1, false, raw.type("", 2, 0, false, none), 0,
                raw.type("", 2, 0, false, none));
        int evil = raw.type("a\nb\u001b[2J", 4, 0, false, 0);
        var btf = raw.parse();
        assertThat(btf.spell(toArray)).isEqualTo("u8 (*)[4]");
        assertThat(btf.spell(ofPointers)).isEqualTo("const u8 *[2]");
        assertThat(btf.spell(none)).isEqualTo("void (void)");
        assertThat(btf.spell(takesFunction)).isEqualTo("void (*(void (*)(...)))(void)");
        assertThat(btf.spell(evil)).isEqualTo("struct a?b?[2J");
    }

    @Test
    void splitBtf_onItsBase_continuesIdsAndNames() {
        var base = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int number = base.integer("int", 4, 1);
        int shared = base.type("shared", 4, 0, false, 4);
        var split = RawBtf.split(ByteOrder.LITTLE_ENDIAN, 3, base.stringsLength());
        int own = split.type("own", 4, 1, false, 4, base.name("int"), number, 0);
        int again = split.type("shared", 4, 0, false, 8);
        split.type("tag", 17, 0, false, shared, -1);
        var kernel = base.parse();
        var module = Btf.parse(MemorySegment.ofArray(split.bytes()), "m.ko", kernel);
        assertThat(kernel.size()).isEqualTo(3);
        assertThat(module.size()).isEqualTo(6);
        assertThat(own).isEqualTo(3);
        assertThat(module.type(own))
                .isEqualTo(new BtfType.Struct(own, "own", 4, List.of(new BtfType.Member("int", number, 0, 0))));
        assertThat(module.type(number)).isEqualTo(kernel.type(number));
        assertThat(module.find(BtfType.Struct.class, "shared").orElseThrow().id()).isEqualTo(shared)
                .isNotEqualTo(again);
        assertThat(module.find(BtfType.Struct.class, "own")).isPresent();
        assertThat(module.declTags(shared)).containsExactly("tag");
        assertThat(kernel.declTags(shared)).isEmpty();
        assertThatThrownBy(() -> Btf.parse(MemorySegment.ofArray(split.bytes()), "m.ko"))
                .isInstanceOf(MalformedBtfException.class).hasMessageContaining("needs its base");
        var other = new RawBtf(ByteOrder.BIG_ENDIAN).parse();
        assertThatThrownBy(() -> Btf.parse(MemorySegment.ofArray(split.bytes()), "m.ko", other))
                .isInstanceOf(MalformedBtfException.class)
                .hasMessage("m.ko: BTF: is LITTLE_ENDIAN, but its base is BIG_ENDIAN");
    }

    @Test
    void toString_tellsNameSizeAndOrder() {
        assertThat(Kinds.btf("clang19-eb")).hasToString("clang19-eb: BTF of 3599 bytes, BIG_ENDIAN");
    }

    @ParameterizedTest
    @CsvSource({"task_struct, task_struct", "task_struct___v2, task_struct", "a___b___c, a___b", "a____b, a____b",
            "___b, ___b", "a___, a___", "a___b, a", "a__b, a__b", "a___b_, a", "'', ''"})
    void essentialName_ofAFlavour_isWithoutIt(String name, String essential) {
        assertThat(new BtfType.Struct(1, name, 0, List.of()).essentialName()).isEqualTo(essential);
        assertThat(new BtfType.Typedef(1, name, 0).essentialName()).isEqualTo(essential);
    }

    @Test
    void find_nameWithANul_isNotTheTypeWhoseNextTextGoesOnLikeThat() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        raw.integer("int", 4, 1);
        raw.integer("long", 8, 1);
        assertThat(raw.parse().find(BtfType.Int.class, "int\0long")).isEmpty();
        assertThat(raw.parse().find(BtfType.Int.class, "long")).isPresent();
    }

    /** Found by the fuzzer, in a message. */
    @Test
    void spell_ofManyDimensions_isShort() {
        var raw = new RawBtf(ByteOrder.LITTLE_ENDIAN);
        int at = raw.integer("int", 4, 1);
        for (int i = 0; i < 31; i++) {
            at = raw.type("", 3, 0, false, 0, at, 1, 4_000_000_000L);
        }
        assertThat(raw.parse().spell(at)).startsWith("int[4000000000][4000000000]").endsWith("...").hasSize(243);
    }

    @Test
    void kindAndElementCount_tellWithoutARecordWhatItWouldHave() {
        for (String object : Kinds.ALL) {
            var btf = Kinds.btf(object);
            for (var type : btf.types()) {
                assertThat(btf.kind(type.id())).isEqualTo(type.getClass());
                assertThat(btf.elementCount(type.id())).as("%s", type).isEqualTo(switch (type) {
                    case BtfType.Composite composite -> composite.members().size();
                    case BtfType.Enumeration enumeration -> enumeration.constants().size();
                    case BtfType.FuncProto proto -> proto.params().size();
                    case BtfType.DataSec section -> section.variables().size();
                    default -> 0;
                });
            }
        }
    }
}
