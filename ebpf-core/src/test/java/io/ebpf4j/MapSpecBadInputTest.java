package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables in map sections that are no maps, and contents that are none: refused when read, as libbpf would at opening. */
class MapSpecBadInputTest {
    private static final int R_BPF_64_ABS64 = 2;

    private final ElfFile elf = ElfFile.parse(Fixtures.path("maps_all"));
    private final Btf btf = Btf.of(elf).orElseThrow();
    private final ElfSection maps = elf.section(".maps").orElseThrow();

    private static void refused(byte[] damaged, String message) {
        assertThatThrownBy(() -> ProgramSpec.read(damaged, "x.o")).isInstanceOf(ObjectFileException.class)
                .hasMessage(message);
    }

    private BtfType.Var variable(String name) {
        return btf.find(BtfType.Var.class, name).orElseThrow();
    }

    private long offset(String map) {
        return elf.symbol(map).orElseThrow().value();
    }

    private byte[] withVariable(BtfType.Var old, String name, int type, BtfType.Linkage linkage) {
        byte[] types = BtfEditor.of(btf).replace(old.id(), new BtfType.Var(old.id(), name, type, linkage)).toBytes();
        return ElfEditor.of(elf).replaceContents(elf.section(".BTF").orElseThrow().index(), types).toBytes();
    }

    private byte[] withRelocation(long offset, String symbol) {
        var relocation = new ElfRelocation(offset, R_BPF_64_ABS64, elf.symbol(symbol).orElseThrow().index());
        return ElfEditor.of(elf).addRelocations(maps.index(), List.of(relocation)).toBytes();
    }

    @Test
    void variable_extern_isRefused() {
        var numa = variable("numa");
        refused(withVariable(numa, "numa", numa.type(), BtfType.Linkage.EXTERN),
                "x.o: map 'numa': is extern, so defined"
                        + " nowhere in the file, and loaders take global maps only; declare it without that, in SEC(\".maps\")");
    }

    @Test
    void variable_static_isRefused() {
        var byType = variable("by_type"); // the first: the compiler leaves the offset of statics alone, here 0
        refused(withVariable(byType, "by_type", byType.type(), BtfType.Linkage.STATIC),
                "x.o: map 'by_type': is static or"
                        + " hidden, and loaders take global maps only; declare it without that, in SEC(\".maps\")");
    }

    @Test
    void variable_hidden_isRefused() {
        ElfSymbol numa = elf.symbol("numa").orElseThrow();
        refused(ElfEditor.of(elf)
                .setSymbol(new ElfSymbol(numa.index(), numa.name(), numa.value(), numa.size(), numa.binding(),
                        numa.type(), ElfConstants.STV_HIDDEN, numa.sectionIndex()))
                .toBytes(),
                "x.o: map 'numa': is static or hidden, and loaders take global maps only; declare it without"
                        + " that, in SEC(\".maps\")");
    }

    @Test
    void variable_largerThanItsPlace_isRefused() {
        var ring = variable("ring");
        var larger = variable("by_both");
        refused(withVariable(ring, "ring", larger.type(), BtfType.Linkage.GLOBAL), "x.o: map 'ring': has a struct of 48"
                + " bytes in a place of 16 at offset " + offset("ring") + " of section .maps, which has " + maps.size()
                + "; the file is damaged");
    }

    @Test
    void bytes_thatAreNotZero_areRefused() {
        byte[] bytes = elf.contents(maps).toArray(ValueLayout.JAVA_BYTE);
        int at = Math.toIntExact(offset("numa") + 3);
        bytes[at] = 1;
        refused(ElfEditor.of(elf).replaceContents(maps.index(), bytes).toBytes(), "x.o: map 'numa': byte " + at
                + " of section .maps is not zero, but loaders look at a map's type alone; initialise nothing but .values");
    }

    @Test
    void contents_ofAMapWithoutValues_areRefused() {
        refused(withRelocation(offset("numa") + 8, "inner_a"), "x.o: map 'numa': is initialised at offset 8, but has no"
                + " field values; initialise nothing but .values");
    }

    @ParameterizedTest
    @CsvSource({"0", "16", "28"})
    void contents_besideTheValues_areRefused(int at) {
        refused(withRelocation(offset("array_of_maps") + at, "inner_a"), "x.o: map 'array_of_maps': is initialised at"
                + " offset " + at + ", where none of its values is: they follow each other every 8 bytes from 24 on;"
                + " initialise nothing but .values");
    }

    @Test
    void contents_acrossTheEndOfAMap_areRefused() {
        long offset = offset("ring") + 12;
        refused(withRelocation(offset, "inner_a"), "x.o: section .maps has a relocation at offset " + offset
                + ", where no map is; the file is damaged");
    }

    @ParameterizedTest
    @CsvSource({"called", "LICENSE"})
    void value_thatIsNoMap_isRefused(String symbol) {
        refused(withRelocation(offset("array_of_maps") + 24 + 8, symbol), "x.o: map 'array_of_maps': value 1 is symbol "
                + elf.symbol(symbol).orElseThrow().index() + " '" + symbol
                + "', which is no map of this file; put the address of a global map there");
    }

    @Test
    void value_thatIsNoFunction_isRefused() {
        refused(withRelocation(offset("functions") + 24, "inner_a"), "x.o: map 'functions': value 0 is symbol "
                + elf.symbol("inner_a").orElseThrow().index()
                + " 'inner_a', which is no function with a SEC(..); put the address of such a one there");
    }

    @Test
    void contents_ofAHashWithLongKeys_areRefused() {
        var array = variable("array_of_maps");
        refused(withVariable(array, "array_of_maps", variable("hash_of_maps").type(), BtfType.Linkage.GLOBAL),
                "x.o: map 'array_of_maps': has values from the start, whose keys are numbers of 4 bytes, but its keys have"
                        + " 8; use __type(key, __u32), or fill it later");
    }

    /** A tag is 16 bytes of the file, and may name a text of a megabyte that others name as well. */
    @Test
    void tags_allNamingOneLongText_areRefusedBeforeTheyFillTheMemory() {
        var editor = BtfEditor.of(btf);
        String text = "x".repeat(100_000);
        for (BtfType type : btf.types()) {
            if (type instanceof BtfType.Var variable) {
                for (int i = 0; i < 10; i++) {
                    editor.append(new BtfType.DeclTag(0, text, variable.id(), BtfType.DeclTag.WHOLE, false));
                }
            }
        }
        byte[] file = ElfEditor.of(elf).replaceContents(elf.section(".BTF").orElseThrow().index(), editor.toBytes())
                .toBytes();
        assertThat(file).hasSizeLessThan(150_000);
        refused(file, "x.o: the names around its maps are together more than 16 times as long as the file; the file is"
                + " damaged");
    }

    /** libbpf takes the types for whole, so that their ids, and what was checked before loading, would be others. */
    @Test
    void types_onABaseOfTheirOwn_areRefused() {
        byte[] empty = BtfEditor.create(elf.order(), "base").toBytes();
        var editor = ElfEditor.of(elf);
        editor.addSection(".BTF.base", ElfConstants.SHT_PROGBITS, 0, 4, empty);
        refused(editor.toBytes(),
                "x.o: has a section .BTF.base, as kernel modules have; libbpf would read its types without that, and so"
                        + " others; remove the section");
    }

    @Test
    void sections_twoOfOneName_areRefused() {
        var editor = ElfEditor.of(elf);
        editor.addSection(".maps", ElfConstants.SHT_PROGBITS, ElfConstants.SHF_ALLOC, 8, new byte[8]);
        refused(editor.toBytes(), "x.o: two sections are called .maps; the file is damaged");
    }
}
