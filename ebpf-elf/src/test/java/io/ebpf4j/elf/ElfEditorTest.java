package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.ElfBytes.Field;
import io.ebpf4j.elf.internal.ByteWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfEditorTest {
    static final Iterable<String> FIXTURES = Fixtures.ALL;

    private static ElfFile edited(ElfEditor editor) {
        return ElfFile.parse(editor.toBytes(), "edited.o");
    }

    private static byte[] contents(ElfFile file, int section) {
        return file.contents(file.section(section)).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isExactlyInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void file_notEdited_isByteIdentical(String fixture) {
        assertThat(ElfEditor.of(Fixtures.parse(fixture)).toBytes()).isEqualTo(Fixtures.bytes(fixture));
    }

    @Test
    void file_afterARefusedEdit_isByteIdentical() {
        ElfEditor editor = ElfEditor.of(Fixtures.parse(Fixtures.COUNTER_EL));
        assertThatThrownBy(() -> editor.renameSection(5, "a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> editor.setSymbol(3, 99, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> editor.addRelocations(5, List.of(new ElfRelocation(32, 1, 3))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> editor.setSymbol(new ElfSymbol(3, "a\0b", 0, 0, 1, 1, 0, 5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> editor.addSection("a\0b", 1, 0, 1, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(editor.toBytes()).isEqualTo(Fixtures.bytes(Fixtures.COUNTER_EL));
    }

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void contents_grownOrShrunk_leaveAllElseAsItWas(String fixture) {
        ElfFile before = Fixtures.parse(fixture);
        int target = before.section(".text").orElseThrow().index();
        int data = before.symbol(fixture.equals(Fixtures.ANSWER) ? "third" : "limit").orElseThrow().sectionIndex();
        ElfFile after = edited(ElfEditor.of(before).replaceContents(target, new byte[]{1, 2, 3, 4, 5})
                .replaceContents(data, new byte[]{9}));
        assertThat(contents(after, target)).containsExactly(1, 2, 3, 4, 5);
        assertThat(contents(after, data)).containsExactly(9);
        assertThat(after.symbols()).isEqualTo(before.symbols());
        assertThat(after.sections()).hasSameSizeAs(before.sections());
        for (ElfSection section : before.sections()) {
            if (section.index() != target && section.index() != data) {
                assertThat(after.section(section.index())).isEqualTo(section);
                assertThat(contents(after, section.index())).isEqualTo(contents(before, section.index()));
                assertThat(after.relocations(after.section(section.index()))).isEqualTo(before.relocations(section));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Fixtures.COUNTER_EL, Fixtures.COUNTER_EB})
    void maps_mergedIntoOneSection_keepTheirSymbolsAndRelocations(String fixture) {
        ElfFile before = Fixtures.parse(fixture);
        ElfFile after = edited(mergeMaps(before));
        assertThat(after.section(5).size()).isEqualTo(0x20 + 0x48);
        assertThat(after.section(6).size()).isZero();
        assertThat(after.relocations(after.section(6))).isEmpty();
        ElfSymbol outer = after.symbol("outer").orElseThrow();
        ElfSymbol old = before.symbol("outer").orElseThrow();
        assertThat(outer).isEqualTo(new ElfSymbol(old.index(), "outer", 0x20, 40, 1, 1, 0, 5));
        assertThat(after.symbol("calls").orElseThrow().value()).isEqualTo(0x20 + 40);
        assertThat(after.symbol("first")).isEqualTo(before.symbol("first"));
        assertThat(after.relocations(after.section(3))).isEqualTo(before.relocations(before.section(3)));
        assertThat(after.relocations(after.section(5)))
                .containsExactly(new ElfRelocation(0x40, 2, before.symbol("first").orElseThrow().index()));
        assertThat(after.sections()).hasSize(18);
        ElfSection relocations = after.section(17);
        assertThat(relocations.name()).isEqualTo(".rel.maps");
        assertThat(relocations)
                .isEqualTo(new ElfSection(17, ".rel.maps", 9, 0x40, 0, relocations.offset(), 16, 16, 5, 8, 16));
    }

    /** What the loader will do with {@code .maps.counter}, the BTF apart. */
    static ElfEditor mergeMaps(ElfFile file) {
        ElfSection maps = file.section(".maps").orElseThrow();
        ElfSection counter = file.section(".maps.counter").orElseThrow();
        ElfEditor editor = ElfEditor.of(file);
        editor.replaceContents(maps.index(), new byte[(int) (maps.size() + counter.size())]);
        for (ElfSymbol symbol : file.symbols()) {
            if (symbol.sectionIndex() == counter.index()) {
                editor.setSymbol(symbol.index(), maps.index(), maps.size() + symbol.value());
            }
        }
        editor.addRelocations(maps.index(),
                file.relocations(counter).stream().map(r -> r.atOffset(maps.size() + r.offset())).toList());
        return editor.emptySection(counter.index());
    }

    @Test
    void relocations_addedTwice_growOneSection() {
        ElfFile file = ElfFile.parse(ElfBytes.small(ByteOrder.BIG_ENDIAN), "x.o");
        ElfEditor editor = ElfEditor.of(file);
        editor.addRelocations(1, List.of(new ElfRelocation(0, -1, 1)));
        int added = editor.addSection(".data", 1, 3, 8, new byte[8]);
        editor.addRelocations(added, List.of(new ElfRelocation(0, 2, 1)));
        editor.addRelocations(added, List.of(new ElfRelocation(7, 3, 0)));
        ElfFile after = edited(editor);
        assertThat(after.relocations(after.section(1))).containsExactly(new ElfRelocation(8, 10, 1),
                new ElfRelocation(0, -1, 1));
        assertThat(after.relocations(after.section(added))).containsExactly(new ElfRelocation(0, 2, 1),
                new ElfRelocation(7, 3, 0));
        assertThat(after.sections()).extracting(ElfSection::name).endsWith(".shstrtab", ".data", ".rel.data");
    }

    @Test
    void relocations_withAddend_getASectionOfTheirOwn() {
        ElfFile file = ElfFile.parse(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), "x.o");
        var relocation = new ElfRelocation(4, 10, 1, OptionalLong.of(-5));
        ElfFile after = edited(ElfEditor.of(file).addRelocations(1, List.of(relocation)));
        assertThat(after.section(".rela.text")).hasValueSatisfying(s -> assertThat(s.entrySize()).isEqualTo(24));
        assertThat(after.relocations(after.section(1))).containsExactly(new ElfRelocation(8, 10, 1), relocation);
    }

    @Test
    void relocations_afterTheirSectionWasEmptied_startAnew() {
        ElfFile file = ElfFile.parse(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), "x.o");
        ElfFile after = edited(ElfEditor.of(file).emptySection(1).replaceContents(1, new byte[4]).addRelocations(1,
                List.of(new ElfRelocation(3, 1, 1))));
        assertThat(after.relocations(after.section(1))).containsExactly(new ElfRelocation(3, 1, 1));
        assertThat(after.sections()).hasSize(6);
    }

    @Test
    void relocations_thatCannotBe_areRefused() {
        ElfEditor editor = ElfEditor.of(ElfFile.parse(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), "x.o"));
        assertIllegal(() -> editor.addRelocations(1, List.of(new ElfRelocation(16, 1, 1))),
                "a relocation changes offset 16 of section 1 '.text', which has only 16 bytes");
        assertIllegal(() -> editor.addRelocations(1, List.of(new ElfRelocation(0, 1, 2))),
                "a relocation refers to symbol 2, but there are 2");
        assertIllegal(
                () -> editor.addRelocations(1,
                        List.of(new ElfRelocation(0, 1, 1), new ElfRelocation(0, 1, 1, OptionalLong.of(0)))),
                "relocations with an addend and without one cannot stand in one section");
    }

    @Test
    void section_renamedAndAdded_isFoundByItsName() {
        ElfFile before = Fixtures.parse(Fixtures.COUNTER_EB);
        ElfEditor editor = ElfEditor.of(before).renameSection(6, ".maps.zähler");
        int added = editor.addSection(".note", 7, 2, 4, new byte[]{1, 2, 3});
        assertThat(added).isEqualTo(17);
        ElfFile after = edited(editor);
        assertThat(after.section(".maps.counter")).isEmpty();
        assertThat(after.section(".maps.zähler")).map(ElfSection::index).contains(6);
        assertThat(after.section(6).offset()).as("its bytes stay where they are").isEqualTo(0x1f8);
        ElfSection note = after.section(".note").orElseThrow();
        assertThat(note).isEqualTo(new ElfSection(17, ".note", 7, 2, 0, note.offset(), 3, 0, 0, 4, 0));
        assertThat(note.offset() % 4).isZero();
        assertThat(contents(after, 17)).containsExactly(1, 2, 3);
        assertThat(after.symbols()).isEqualTo(before.symbols());
    }

    @Test
    void section_withoutBits_getsBytesWhenTheyAreGiven() {
        ElfFile before = Fixtures.parse(Fixtures.COUNTER_EL);
        ElfFile after = edited(ElfEditor.of(before).replaceContents(9, new byte[]{5}));
        assertThat(after.section(9).type()).isEqualTo(ElfConstants.SHT_PROGBITS);
        assertThat(contents(after, 9)).containsExactly(5);
        ElfFile emptied = edited(ElfEditor.of(before).emptySection(9));
        assertThat(emptied.section(9).isNoBits()).isTrue();
        assertThat(emptied.section(9).size()).isZero();
    }

    @Test
    void section_compressed_canBeReplacedByPlainBytes() {
        byte[] bytes = ElfBytes.patch(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), 1, Field.FLAGS, 0x806);
        ElfFile after = edited(ElfEditor.of(ElfFile.parse(bytes, "x.o")).replaceContents(1, new byte[]{4}));
        assertThat(after.section(1).flags()).isEqualTo(6);
        assertThat(contents(after, 1)).containsExactly(4);
    }

    @Test
    void symbol_rewritten_hasEveryNewValue() {
        ElfFile before = Fixtures.parse(Fixtures.ANSWER);
        ElfSymbol unseen = before.symbol("unseen").orElseThrow();
        var seen = new ElfSymbol(unseen.index(), "seen", 1, 2, 2, 0, ElfConstants.STV_PROTECTED, ElfSymbol.ABSOLUTE);
        ElfEditor editor = ElfEditor.of(before).setSymbol(seen);
        ElfFile after = edited(editor);
        assertThat(after.symbols().get(unseen.index())).isEqualTo(seen);
        assertThat(after.symbol("unseen")).isEmpty();
        for (ElfSymbol symbol : before.symbols()) {
            if (symbol.index() != unseen.index()) {
                assertThat(after.symbols().get(symbol.index())).isEqualTo(symbol);
            }
        }
        assertThat(edited(editor.setSymbol(unseen)).symbols()).isEqualTo(before.symbols());
    }

    @Test
    void symbol_upperBitsOfOther_areKept() {
        byte[] bytes = ElfBytes.small(ByteOrder.LITTLE_ENDIAN);
        int other = (int) ElfBytes.field(bytes, 2, Field.OFFSET) + 24 + 5;
        bytes[other] = (byte) 0xa1;
        ElfFile file = ElfFile.parse(bytes, "x.o");
        ElfFile after = edited(ElfEditor.of(file).setSymbol(new ElfSymbol(1, "f", 4, 12, 1, 2, 2, 1)));
        assertThat(contents(after, 2)[24 + 5]).isEqualTo((byte) 0xa2);
    }

    @Test
    void symbol_thatCannotBe_isRefused() {
        ElfEditor editor = ElfEditor.of(Fixtures.parse(Fixtures.COUNTER_EL));
        assertIllegal(() -> editor.setSymbol(3, 17, 0), "symbol 3 'calls' cannot lie in section 17: there are 17");
        assertIllegal(() -> editor.setSymbol(3, -1, 0), "symbol 3 'calls' cannot lie in section -1: there are 17");
        assertIllegal(() -> editor.setSymbol(3, -257, 0), "symbol 3 'calls' cannot lie in section -257: there are 17");
        assertIllegal(() -> editor.setSymbol(0, 1, 0), "symbol 0 is no symbol and cannot be edited");
        assertIllegal(() -> editor.setSymbol(new ElfSymbol(3, "calls", 0, 0, 0, 1, 0, 5)),
                "symbol 3 'calls' cannot change its binding from 1 to 0: local symbols (0) come before all others");
        assertThatThrownBy(() -> editor.setSymbol(9, 1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void section_thatCannotBeEdited_isRefused() {
        ElfEditor editor = ElfEditor.of(Fixtures.parse(Fixtures.COUNTER_EL));
        assertIllegal(() -> editor.emptySection(0), "section 0 is no section and cannot be edited");
        assertThatThrownBy(() -> editor.replaceContents(17, new byte[0])).isInstanceOf(IndexOutOfBoundsException.class);
        ElfFile nameless = ElfFile.parse(ElfBytes.put(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), 0x3e, 2, 0), "x.o");
        assertIllegal(() -> ElfEditor.of(nameless).addSection("a", 1, 0, 1, new byte[0]),
                "x.o has no names of sections, so none can be named");
        byte[] executable = ElfBytes.put(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), 0x38, 2, 1);
        assertIllegal(() -> ElfEditor.of(ElfFile.parse(executable, "a.out")),
                "a.out has program headers: only object files "
                        + "can be edited, for in an executable the segments would no longer fit the sections");
    }

    @Test
    void sections_addedPast16Bits_moveTheCountToSection0() {
        var indexes = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        var symbols = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 2; i++) {
            ElfBytes.symbol(symbols, 0, i << 4, i * 4, i, 0);
            indexes.u32(0);
        }
        var builder = new ElfBytes(ByteOrder.LITTLE_ENDIAN).section(".symtab", 2, symbols.toByteArray(), 2, 1, 24)
                .section(".strtab", 3, new byte[1]).section(".symtab_shndx", 18, indexes.toByteArray(), 1, 0, 4);
        for (int i = 0; i < 0xff00 - 6; i++) {
            builder.section("", 1, new byte[0]);
        }
        ElfFile before = ElfFile.parse(builder.build(), "x.o");
        assertThat(before.sections()).hasSize(0xfeff);
        ElfEditor editor = ElfEditor.of(before);
        assertThat(editor.addSection("one", 1, 0, 1, new byte[]{1})).isEqualTo(0xfeff);
        assertThat(editor.addSection("two", 1, 0, 1, new byte[]{2})).isEqualTo(0xff00);
        ElfFile after = edited(editor.setSymbol(1, 0xff00, 0));
        assertThat(after.header().sectionCount()).isEqualTo(0xff01);
        assertThat(after.section("two")).map(ElfSection::index).contains(0xff00);
        assertThat(after.symbols().get(1).sectionIndex()).isEqualTo(0xff00);
        ElfFile back = edited(ElfEditor.of(after).setSymbol(1, 4, 0));
        assertThat(back.symbols().get(1).sectionIndex()).isEqualTo(4);
        assertThat(contents(back, 3)).as("the wide index is unused").containsOnly(0);
        assertThat(ElfEditor.of(after).toBytes()).isEqualTo(editor.toBytes());
    }

    @Test
    void symbol_inAWideSectionWithoutATable_isRefused() {
        var symbols = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        ElfBytes.symbol(symbols, 0, 0, 0, 0, 0);
        ElfBytes.symbol(symbols, 0, 1 << 4, 1, 0, 0);
        var builder = new ElfBytes(ByteOrder.LITTLE_ENDIAN).section(".symtab", 2, symbols.toByteArray(), 2, 1, 24)
                .section(".strtab", 3, new byte[1]);
        for (int i = 0; i < 0xff00; i++) {
            builder.section("", 1, new byte[0]);
        }
        ElfEditor editor = ElfEditor.of(ElfFile.parse(builder.build(), "x.o"));
        assertIllegal(() -> editor.setSymbol(1, 0xff00, 0),
                "symbol 1 cannot lie in section 65280: without an entry in an SHT_SYMTAB_SHNDX section the highest is "
                        + "65279");
    }

    @Test
    void symbol_beyondATooShortTableOfWideIndexes_isStillSet() {
        var symbols = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        ElfBytes.symbol(symbols, 0, 0, 0, 0, 0);
        ElfBytes.symbol(symbols, 0, 1 << 4, 1, 0, 0);
        ElfFile file = ElfFile.parse(new ElfBytes(ByteOrder.LITTLE_ENDIAN)
                .section(".symtab", 2, symbols.toByteArray(), 2, 1, 24).section(".strtab", 3, new byte[1])
                .section(".symtab_shndx", 18, new byte[7], 1, 0, 4).build(), "x.o");
        assertThat(edited(ElfEditor.of(file).setSymbol(1, 2, 9)).symbols().get(1))
                .isEqualTo(new ElfSymbol(1, "", 9, 0, 1, 0, 0, 2));
    }

    @Test
    void alignment_absurd_doesNotGrowTheFile() {
        ElfEditor editor = ElfEditor.of(ElfFile.parse(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), "x.o"));
        int huge = editor.addSection("huge", 1, 0, Long.MIN_VALUE, new byte[]{1});
        int odd = editor.addSection("odd", 1, 0, 12, new byte[]{1});
        byte[] bytes = editor.toBytes();
        assertThat(bytes.length).isLessThan(3 * 4096);
        ElfFile after = ElfFile.parse(bytes, "x.o");
        assertThat(after.section(huge).alignment()).isEqualTo(Long.MIN_VALUE);
        assertThat(after.section(huge).offset() % 4096).isZero();
        assertThat(after.section(odd).offset() % 8).isZero();
    }

    @Test
    void file_written_isReadBack(@TempDir Path folder) {
        Path path = folder.resolve("merged.o");
        mergeMaps(Fixtures.parse(Fixtures.COUNTER_EL)).writeTo(path);
        assertThat(ElfFile.parse(path).section(".rel.maps")).isPresent();
        assertThatThrownBy(() -> mergeMaps(Fixtures.parse(Fixtures.COUNTER_EL)).writeTo(folder))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining("cannot be written");
    }
}
