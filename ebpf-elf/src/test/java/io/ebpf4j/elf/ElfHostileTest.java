package io.ebpf4j.elf;

import static io.ebpf4j.elf.ElfBytes.patch;
import static io.ebpf4j.elf.ElfBytes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.ElfBytes.Field;
import io.ebpf4j.elf.internal.ByteWriter;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to be wrong, in both byte orders where numbers are read, with the message a user sees. */
class ElfHostileTest {
    private static final int TEXT = 1;
    private static final int SYMTAB = 2;
    private static final int STRTAB = 3;
    private static final int REL = 4;
    private static final int SHSTRTAB = 5;

    private static byte[] small(ByteOrder order) {
        return ElfBytes.small(order);
    }

    private static byte[] small() {
        return small(ByteOrder.LITTLE_ENDIAN);
    }

    private static ElfFile parse(byte[] bytes) {
        return ElfFile.parse(bytes, "x.o");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isExactlyInstanceOf(MalformedElfException.class).hasMessage(message);
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertRefused(() -> parse(bytes), message);
    }

    @Test
    void file_empty_saysSo() {
        assertRefused(new byte[0], "x.o: the file is empty; expected an object file of clang -target bpf");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            #!/bin/bash | 23 21 2f 62 69 6e 2f 62 |
            \u007fEL    | 7f 45 4c                |
            !<arch>     | 21 3c 61 72 63 68 3e    | ; this is an archive: give one of its members
            BC          | 42 43                   |
            """)
    void file_ofAnotherKind_showsItsFirstBytes(String text, String hex, String hint) {
        assertRefused(text.getBytes(StandardCharsets.ISO_8859_1), "x.o: not an ELF file: it begins with " + hex
                + ", an ELF file with 7f 45 4c 46" + (hint == null ? "" : hint));
    }

    @Test
    void file_bitcodeOrBtf_isRecognised() {
        assertRefused(new byte[]{'B', 'C', (byte) 0xc0, (byte) 0xde},
                "x.o: not an ELF file: it begins with 42 43 c0 de, "
                        + "an ELF file with 7f 45 4c 46; this is LLVM bitcode: compile without -emit-llvm and -flto");
        assertRefused(new byte[]{(byte) 0x9f, (byte) 0xeb, 1}, "x.o: not an ELF file: it begins with 9f eb 01, "
                + "an ELF file with 7f 45 4c 46; this is raw BTF, as in /sys/kernel/btf");
    }

    @Test
    void header_cutOff_saysHowMuchIsThere() {
        assertRefused(Arrays.copyOf(small(), 40), "x.o: cut off in the ELF header: it has 64 bytes, the file only 40");
        assertRefused(Arrays.copyOf(small(), 4), "x.o: cut off in the ELF header: it has 64 bytes, the file only 4");
    }

    @Test
    void class32_evenWithItsShorterHeader_isRefusedWithTheWayOut() {
        byte[] bytes = Arrays.copyOf(small(), 52);
        bytes[4] = 1;
        assertRefused(bytes, "x.o: a 32-bit ELF file (EI_CLASS, at offset 4, is 1); BPF objects are 64-bit: "
                + "compile with clang -target bpf");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4 | 3   | EI_CLASS, at offset 4, is 3; expected 2 (64-bit)
            5 | 0   | EI_DATA, at offset 5, is 0; expected 1 (little endian) or 2 (big endian)
            5 | 255 | EI_DATA, at offset 5, is 255; expected 1 (little endian) or 2 (big endian)
            6 | 0   | EI_VERSION, at offset 6, is 0; expected 1
            """)
    void ident_unknownValue_isRefused(int offset, int value, String message) {
        byte[] bytes = small();
        bytes[offset] = (byte) value;
        assertRefused(bytes, "x.o: " + message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sectionTable_wrong_saysWhich(boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int size = small(order).length;
        assertRefused(put(small(order), 0x3a, 2, 40),
                "x.o: e_shentsize says that a section header has 40 bytes; in 64-bit ELF it has 64");
        assertRefused(put(small(order), 0x28, 8, 0),
                "x.o: e_shnum announces 6 sections, but e_shoff, where their table begins, is 0");
        assertRefused(put(small(order), 0x28, 8, size - 63), "x.o: the section header table begins at offset "
                + (size - 63) + " (e_shoff), but the file has only " + size + " bytes: it is cut off, or no ELF file");
        assertRefused(put(small(order), 0x28, 8, -64),
                "x.o: the section header table begins at offset 18446744073709551552 (e_shoff), but the file has only "
                        + size + " bytes: it is cut off, or no ELF file");
        assertRefused(put(small(order), 0x3c, 2, 7), "x.o: the section header table at offset " + (size - 6 * 64)
                + " should have 7 entries of 64 bytes, but the file ends at " + size + ": it is cut off");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, 1L << 58, 1L << 32})
    void sectionTable_hugeCountInSection0_allocatesNothing(long count) {
        byte[] bytes = put(patch(small(), 0, Field.SIZE, count), 0x3c, 2, 0);
        assertRefused(bytes, "x.o: the section header table at offset " + (bytes.length - 6 * 64) + " should have "
                + Long.toUnsignedString(count) + " entries of 64 bytes, but the file ends at " + bytes.length
                + ": it is cut off");
    }

    @Test
    void namesIndex_outOfRange_isRefused() {
        assertRefused(put(small(), 0x3e, 2, 6),
                "x.o: e_shstrndx says that section 6 has the names of the sections, but there are 6 sections");
        assertRefused(put(small(), 0x3e, 2, 0xff01),
                "x.o: e_shstrndx says that section 65281 has the names of the sections, but there are 6 sections");
        assertRefused(put(patch(small(), 0, Field.LINK, 0xffff_fff0L), 0x3e, 2, 0xffff),
                "x.o: e_shstrndx says that section 4294967280 has the names of the sections, but there are 6 sections");
    }

    @Test
    void names_notAStringTable_isRefused() {
        assertRefused(put(small(), 0x3e, 2, TEXT),
                "x.o: section 1 '' should be the string table (SHT_STRTAB, 3) of the sections' names, but its type is 1");
    }

    @Test
    void names_offsetOutOfRange_isRefusedWithTheSection() {
        int size = (int) ElfBytes.field(small(), SHSTRTAB, Field.SIZE);
        assertRefused(patch(small(), TEXT, Field.NAME, size),
                "x.o: section 1: its name is at offset " + size + " of section 5 '', which has only " + size
                        + " bytes");
        assertRefused(patch(small(), TEXT, Field.NAME, 0xffff_ffffL),
                "x.o: section 1: its name is at offset 4294967295 of section 5 '', which has only " + size + " bytes");
    }

    @Test
    void strings_withoutFinalNul_areRefused() {
        byte[] bytes = small();
        long size = ElfBytes.field(bytes, SHSTRTAB, Field.SIZE);
        long last = ElfBytes.field(bytes, SHSTRTAB, Field.OFFSET) + size - 1;
        assertRefused(put(bytes, (int) last, 1, 'x'), "x.o: section 5 '', a string table, must end with a NUL, but its "
                + "last byte, at offset " + last + ", is 120");
    }

    @ParameterizedTest
    @CsvSource({"64, -1, 18446744073709551615", "64, 9223372036854775807, 9223372036854775807",
            "-8, 16, 16", "9223372036854775807, 1, 1", "4294967232, 4294967296, 4294967296", "600, 1, 1"})
    void section_outsideTheFile_isRefusedWithoutOverflow(long offset, long size, String unsignedSize) {
        byte[] bytes = patch(patch(Arrays.copyOf(small(), 600), TEXT, Field.OFFSET, offset), TEXT, Field.SIZE, size);
        assertRefused(bytes, "x.o: section 1 '.text' should have " + unsignedSize + " bytes at offset "
                + Long.toUnsignedString(offset) + ", but the file has only " + bytes.length
                + ": it is cut off, or the section's header is wrong");
    }

    @Test
    void section_withoutBytesInTheFile_mayLieAnywhere() {
        byte[] empty = patch(patch(small(), TEXT, Field.OFFSET, 1 << 20), TEXT, Field.SIZE, 0);
        assertThat(parse(empty).contents(parse(empty).section(TEXT)).byteSize()).isZero();
        byte[] noBits = patch(patch(small(), TEXT, Field.SIZE, 1L << 60), TEXT, Field.TYPE, 8);
        assertThat(parse(noBits).section(TEXT).isNoBits()).isTrue();
        assertThat(parse(noBits).section(TEXT).size()).isEqualTo(1L << 60);
        assertThat(parse(noBits).contents(parse(noBits).section(TEXT)).byteSize()).isZero();
        byte[] unused = patch(patch(small(), TEXT, Field.SIZE, -1), TEXT, Field.TYPE, 0);
        assertThat(parse(unused).contents(parse(unused).section(TEXT)).byteSize()).isZero();
    }

    @Test
    void section_ofUnknownType_isAValue() {
        ElfSection section = parse(patch(small(), TEXT, Field.TYPE, 0xfedc_ba98L)).section(TEXT);
        assertThat(section.type()).isEqualTo(0xfedcba98);
        assertThat(section.name()).isEqualTo(".text");
    }

    @Test
    void reference_toNoSection_isRefused() {
        assertRefused(patch(small(), REL, Field.INFO, 6),
                "x.o: section 4 '.rel.text' refers to section 6 (sh_info), but there are 6 sections");
        assertRefused(patch(small(), REL, Field.LINK, -1),
                "x.o: section 4 '.rel.text' refers to section 4294967295 (sh_link), but there are 6 sections");
        assertRefused(patch(small(), SYMTAB, Field.LINK, 9),
                "x.o: section 2 '.symtab' refers to section 9 (sh_link), but there are 6 sections");
    }

    @Test
    void tables_overlapping_areRefused_butOtherSectionsMay() {
        long symbols = ElfBytes.field(small(), SYMTAB, Field.OFFSET);
        assertRefused(patch(small(), REL, Field.OFFSET, symbols + 8),
                "x.o: section 2 '.symtab' and section 4 '.rel.text' "
                        + "overlap: 48 bytes at offset " + symbols + " and 16 at " + (symbols + 8));
        ElfFile shared = parse(patch(small(), TEXT, Field.OFFSET, symbols + 8));
        assertThat(shared.contents(shared.section(TEXT)).byteSize()).isEqualTo(16);
    }

    @Test
    void symbolTables_two_areRefused() {
        byte[] bytes = patch(patch(small(), TEXT, Field.TYPE, 2), TEXT, Field.LINK, STRTAB);
        assertRefused(bytes, "x.o: section 1 '.text' and section 2 '.symtab' are both symbol tables (SHT_SYMTAB); "
                + "a file has at most one");
    }

    @Test
    void symbols_ofWrongShape_areRefusedWhenAskedFor() {
        assertRefused(() -> parse(patch(small(), SYMTAB, Field.ENTRY_SIZE, 16)).symbols(),
                "x.o: section 2 '.symtab': sh_entsize says that an entry has 16 bytes; expected 24");
        assertRefused(() -> parse(patch(small(), SYMTAB, Field.ENTRY_SIZE, 0)).symbols(),
                "x.o: section 2 '.symtab': sh_entsize says that an entry has 0 bytes; expected 24");
        assertRefused(() -> parse(patch(small(), SYMTAB, Field.SIZE, 47)).symbols(),
                "x.o: section 2 '.symtab': its 47 bytes are no multiple of an entry's 24");
        assertRefused(() -> parse(patch(small(), SYMTAB, Field.LINK, TEXT)).symbols(),
                "x.o: section 1 '.text' should be "
                        + "the string table (SHT_STRTAB, 3) of section 2 '.symtab', but its type is 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void symbol_withWrongNumbers_isRefused(boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int symbol = (int) ElfBytes.field(small(order), SYMTAB, Field.OFFSET) + 24;
        assertRefused(() -> parse(put(small(order), symbol, 4, 3)).symbols(),
                "x.o: symbol 1: its name is at offset 3 of section 3 '.strtab', which has only 3 bytes");
        assertRefused(() -> parse(put(small(order), symbol + 6, 2, 6)).symbols(),
                "x.o: section 2 '.symtab', symbol 1: it lies in section 6, but there are 6 sections");
        assertRefused(() -> parse(put(small(order), symbol + 6, 2, 0xffff)).symbols(),
                "x.o: section 2 '.symtab', symbol 1: its section index is SHN_XINDEX (0xffff), but there is no "
                        + "SHT_SYMTAB_SHNDX section to look it up");
    }

    @Test
    void symbol_ofWideIndex_isLookedUpAndChecked() {
        var indexes = new ByteWriter(ByteOrder.BIG_ENDIAN);
        var symbols = new ByteWriter(ByteOrder.BIG_ENDIAN);
        for (int i = 0; i < 3; i++) {
            ElfBytes.symbol(symbols, 0, 0, i == 0 ? 0 : 0xffff, 0, 0);
            indexes.u32(i);
        }
        byte[] bytes = new ElfBytes(ByteOrder.BIG_ENDIAN).section(".symtab", 2, symbols.toByteArray(), 3, 0, 24)
                .section(".symtab_shndx", 18, indexes.toByteArray(), 1, 0, 4).section(".strtab", 3, new byte[0])
                .build();
        assertThat(parse(bytes).symbols()).extracting(ElfSymbol::sectionIndex).containsExactly(0, 1, 2);
        int entry = (int) ElfBytes.field(bytes, 2, Field.OFFSET) + 8;
        assertRefused(() -> parse(put(bytes.clone(), entry, 4, 0xffff_ffffL)).symbols(),
                "x.o: section 1 '.symtab', symbol 2: it lies in section 4294967295, but there are 5 sections");
        assertRefused(() -> parse(patch(bytes.clone(), 2, Field.SIZE, 11)).symbols(),
                "x.o: section 2 '.symtab_shndx' has "
                        + "section indexes for 2 symbols, but symbol 2 of section 1 '.symtab' needs one");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void relocation_wrong_isRefusedWhenAskedFor(boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int relocation = (int) ElfBytes.field(small(order), REL, Field.OFFSET);
        assertRefused(() -> relocations(put(small(order), relocation, 8, 16)),
                "x.o: section 4 '.rel.text', relocation 0: it changes offset 16 of section 1 '.text', which has only 16 bytes");
        assertRefused(() -> relocations(put(small(order), relocation, 8, -8)),
                "x.o: section 4 '.rel.text', relocation 0: "
                        + "it changes offset 18446744073709551608 of section 1 '.text', which has only 16 bytes");
        assertRefused(() -> relocations(put(small(order), relocation + 8, 8, 2L << 32 | 1)),
                "x.o: section 4 '.rel.text', relocation 0: it refers to symbol 2, but there are 2 symbols");
        assertRefused(() -> relocations(put(small(order), relocation + 8, 8, -1)),
                "x.o: section 4 '.rel.text', relocation 0: it refers to symbol 4294967295, but there are 2 symbols");
        assertRefused(() -> relocations(patch(small(order), REL, Field.ENTRY_SIZE, 8)),
                "x.o: section 4 '.rel.text': sh_entsize says that an entry has 8 bytes; expected 16");
        assertRefused(() -> relocations(patch(small(order), REL, Field.ENTRY_SIZE, 24)),
                "x.o: section 4 '.rel.text': sh_entsize says that an entry has 24 bytes; expected 16");
        assertRefused(() -> relocations(patch(small(order), REL, Field.TYPE, 4)),
                "x.o: section 4 '.rel.text': sh_entsize says that an entry has 16 bytes; expected 24");
        assertRefused(() -> relocations(patch(small(order), REL, Field.LINK, TEXT)),
                "x.o: section 4 '.rel.text' refers to "
                        + "section 1 '.text' (sh_link) as its symbol table, but the type of that is 1");
    }

    private static void relocations(byte[] bytes) {
        ElfFile file = parse(bytes);
        file.relocations(file.section(TEXT));
    }

    @Test
    void contents_compressed_areRefusedWithTheWayOut() {
        ElfFile file = parse(patch(small(), TEXT, Field.FLAGS, 0x800));
        assertThat(file.section(TEXT).isCompressed()).isTrue();
        assertRefused(() -> file.contents(file.section(TEXT)),
                "x.o: section 1 '.text' is compressed (SHF_COMPRESSED), and "
                        + "is not read; expand it with: llvm-objcopy --decompress-debug-sections FILE");
        assertRefused(() -> parse(patch(small(), SYMTAB, Field.FLAGS, 0x800)).symbols(), "x.o: section 2 '.symtab' is "
                + "compressed (SHF_COMPRESSED), and is not read; expand it with: "
                + "llvm-objcopy --decompress-debug-sections FILE");
    }

    @Test
    void names_sharingOneLongText_cannotTakeMoreMemoryThanAFewTimesTheFile() {
        int count = 2000;
        int length = 30_000;
        var symbols = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            ElfBytes.symbol(symbols, i + 1, 0, 0, 0, 0);
        }
        byte[] bytes = new ElfBytes(ByteOrder.LITTLE_ENDIAN).section(".symtab", 2, symbols.toByteArray(), 2, 0, 24)
                .section(".strtab", 3, ElfBytes.strings("a".repeat(length))).build();
        ElfFile file = parse(bytes);
        assertThatThrownBy(file::symbols).isExactlyInstanceOf(MalformedElfException.class).hasMessageMatching(
                "x\\.o: symbol \\d+: the names in section 2 '\\.strtab' overlap so much that together they have over "
                        + "64 times the size of the file, " + bytes.length + " bytes");
    }

    @Test
    void message_withAHostileName_staysOneShortLine() {
        byte[] bytes = new ElfBytes(ByteOrder.LITTLE_ENDIAN)
                .section("a\n\u001b[2J\u202e" + "b".repeat(500), 1, new byte[8])
                .build();
        assertRefused(patch(bytes, 1, Field.SIZE, 1L << 40),
                "x.o: section 1 'a??[2J?" + "b".repeat(73) + "...' should have "
                        + "1099511627776 bytes at offset 64, but the file has only " + bytes.length
                        + ": it is cut off, or the section's header is wrong");
    }
}
