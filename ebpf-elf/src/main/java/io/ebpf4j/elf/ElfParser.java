package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From bytes to header and sections. What concerns the file as a whole is checked here, once: that every section lies in
 * the file and that tables refer to sections that exist. What is inside a table is checked when it is decoded.
 */
final class ElfParser {
    static final int HEADER_SIZE = 64;
    static final int SECTION_HEADER_SIZE = 64;
    static final int SHN_LORESERVE = 0xff00;
    static final int SHN_XINDEX = 0xffff;

    private final ByteReader file;
    private final long tableOffset;

    private ElfParser(ByteReader file) {
        this.file = file;
        this.tableOffset = file.u64(0x28);
    }

    static ElfFile parse(MemorySegment bytes, String name) {
        ByteOrder order = ElfIdent.check(bytes, name);
        var parser = new ElfParser(new ByteReader(bytes, order, name, MalformedElfException::new));
        int count = parser.sectionCount();
        ElfHeader header = parser.header(count, parser.sectionNamesIndex(count));
        return new ElfFile(name, parser.file, header, parser.sections(header));
    }

    private ElfHeader header(int sectionCount, int sectionNamesIndex) {
        return new ElfHeader(file.order(), file.u8(7), file.u8(8), file.u16(0x10), file.u16(0x12), file.u32(0x14),
                file.u64(0x18), file.u64(0x20), tableOffset, file.s32(0x30), file.u16(0x34), file.u16(0x36),
                file.u16(0x38), file.u16(0x3a), sectionCount, sectionNamesIndex);
    }

    /** From 0xff00 sections on, {@code e_shnum} is 0 and {@code sh_size} of section 0 has the number. */
    private int sectionCount() {
        int inHeader = file.u16(0x3c);
        if (tableOffset == 0) {
            if (inHeader != 0) {
                throw file.fail(
                        "e_shnum announces " + inHeader + " sections, but e_shoff, where their table begins, is 0");
            }
            return 0;
        }
        int entrySize = file.u16(0x3a);
        if (entrySize != SECTION_HEADER_SIZE) {
            throw file.fail("e_shentsize says that a section header has " + entrySize + " bytes; in 64-bit ELF it has "
                    + SECTION_HEADER_SIZE);
        }
        if (tableOffset < 0 || tableOffset > file.size() - SECTION_HEADER_SIZE) {
            throw file.fail("the section header table begins at offset " + Long.toUnsignedString(tableOffset)
                    + " (e_shoff), but the file has only " + file.size() + " bytes: it is cut off, or no ELF file");
        }
        long count = inHeader != 0 ? inHeader : file.u64(tableOffset + 0x20);
        if (count < 0 || count > (file.size() - tableOffset) / SECTION_HEADER_SIZE || count > Integer.MAX_VALUE) {
            throw file.fail("the section header table at offset " + tableOffset + " should have "
                    + Long.toUnsignedString(count) + " entries of " + SECTION_HEADER_SIZE
                    + " bytes, but the file ends at "
                    + file.size() + ": it is cut off");
        }
        return (int) count;
    }

    private int sectionNamesIndex(int count) {
        int inHeader = file.u16(0x3e);
        if (count == 0) {
            return 0;
        }
        long index = inHeader == SHN_XINDEX ? file.u32(tableOffset + 0x28) : inHeader;
        if (index >= count || (inHeader >= SHN_LORESERVE && inHeader != SHN_XINDEX)) {
            throw file.fail("e_shstrndx says that section " + index + " has the names of the sections, but there are "
                    + count + " sections");
        }
        return (int) index;
    }

    private List<ElfSection> sections(ElfHeader header) {
        int count = header.sectionCount();
        StringTable names = null;
        if (header.sectionNamesIndex() != 0) {
            names = StringTable.of(file, section(header.sectionNamesIndex(), ""), "the sections' names");
        }
        var sections = new ArrayList<ElfSection>(count);
        for (int i = 0; i < count; i++) {
            String name = names == null ? "" : names.name(file.u32(at(i)), "section", i);
            ElfSection section = section(i, name);
            checkBounds(file, section);
            sections.add(section);
        }
        for (ElfSection section : sections) {
            checkReferences(section, count);
        }
        checkTablesApart(sections);
        return List.copyOf(sections);
    }

    private long at(int index) {
        return tableOffset + (long) index * SECTION_HEADER_SIZE;
    }

    private ElfSection section(int index, String name) {
        long at = at(index);
        return new ElfSection(index, name, file.s32(at + 4), file.u64(at + 0x8), file.u64(at + 0x10),
                file.u64(at + 0x18), file.u64(at + 0x20), file.s32(at + 0x28), file.s32(at + 0x2c), file.u64(at + 0x30),
                file.u64(at + 0x38));
    }

    static void checkBounds(ByteReader file, ElfSection section) {
        long offset = section.offset();
        long size = section.size();
        if (section.occupiesFile() && (offset < 0 || size < 0 || offset > file.size() || size > file.size() - offset)) {
            throw file.fail(section.label() + " should have " + Long.toUnsignedString(size) + " bytes at offset "
                    + Long.toUnsignedString(offset) + ", but the file has only " + file.size()
                    + ": it is cut off, or the section's header is wrong");
        }
    }

    private void checkReferences(ElfSection section, int count) {
        if (section.isSymbolTable() || section.isRelocations() || section.type() == ElfConstants.SHT_SYMTAB_SHNDX) {
            checkReference(section, "sh_link", section.link(), count);
        }
        if (section.isRelocations()) {
            checkReference(section, "sh_info", section.info(), count);
        }
    }

    private void checkReference(ElfSection section, String field, int value, int count) {
        if (Integer.compareUnsigned(value, count) >= 0) {
            throw file.fail(section.label() + " refers to section " + Integer.toUnsignedString(value) + " (" + field
                    + "), but there are " + count + " sections");
        }
    }

    /**
     * Sections may overlap: two views of the same bytes harm nobody, since nothing is ever written in place. Not so those
     * that are decoded to objects: a thousand of them over the same bytes would take a thousand times the memory.
     */
    private void checkTablesApart(List<ElfSection> sections) {
        List<ElfSection> tables = sections.stream().filter(s -> s.isSymbolTable() || s.isRelocations())
                .filter(ElfSection::occupiesFile).sorted(Comparator.comparingLong(ElfSection::offset)).toList();
        for (int i = 1; i < tables.size(); i++) {
            ElfSection first = tables.get(i - 1);
            ElfSection second = tables.get(i);
            if (second.offset() - first.offset() < first.size()) {
                throw file.fail(first.label() + " and " + second.label() + " overlap: " + first.size()
                        + " bytes at offset " + first.offset() + " and " + second.size() + " at " + second.offset());
            }
        }
    }
}
