package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;
import java.util.List;
import java.util.OptionalLong;

/** Decodes sections of {@code Elf64_Rel} and {@code Elf64_Rela}. */
final class RelocationTable {
    static final int REL_SIZE = 16;
    static final int RELA_SIZE = 24;

    private final ByteReader file;
    private final List<ElfSection> sections;
    private final boolean offsetsAreInSection;

    /**
     * Decodes for one file.
     *
     * @param file the whole file
     * @param header in an object, unlike in an executable, {@code r_offset} counts from the section's start
     * @param sections all sections
     */
    RelocationTable(ByteReader file, ElfHeader header, List<ElfSection> sections) {
        this.file = file;
        this.sections = sections;
        this.offsetsAreInSection = header.type() == ElfConstants.ET_REL;
    }

    /**
     * Adds all relocations of one section.
     *
     * @param table a section of relocations
     * @param target the section that they change
     * @param relocations where to add them
     */
    void decode(ElfSection table, ElfSection target, List<ElfRelocation> relocations) {
        boolean withAddend = table.type() == ElfConstants.SHT_RELA;
        int entrySize = withAddend ? RELA_SIZE : REL_SIZE;
        long count = EntryTable.count(file, table, entrySize);
        long symbols = symbolCount(table);
        for (long i = 0; i < count; i++) {
            long at = table.offset() + i * entrySize;
            long offset = file.u64(at);
            long info = file.u64(at + 8);
            long symbol = info >>> 32;
            if (symbol >= symbols && symbol != 0) {
                throw file.fail(table.label() + ", relocation " + i + ": it refers to symbol " + symbol
                        + ", but there are " + symbols + " symbols");
            }
            if (offsetsAreInSection && (int) info != ElfConstants.R_BPF_NONE
                    && Long.compareUnsigned(offset, target.size()) >= 0) {
                throw file.fail(table.label() + ", relocation " + i + ": it changes offset "
                        + Long.toUnsignedString(offset) + " of " + target.label() + ", which has only "
                        + Long.toUnsignedString(target.size()) + " bytes");
            }
            relocations.add(new ElfRelocation(offset, (int) info, (int) symbol,
                    withAddend ? OptionalLong.of(file.u64(at + 16)) : OptionalLong.empty()));
        }
    }

    private long symbolCount(ElfSection table) {
        if (table.link() == 0) {
            return 0;
        }
        ElfSection symbols = sections.get(table.link());
        if (!symbols.isSymbolTable()) {
            throw file.fail(table.label() + " refers to " + symbols.label()
                    + " (sh_link) as its symbol table, but the type of that is "
                    + Integer.toUnsignedString(symbols.type()));
        }
        return SymbolTable.count(file, symbols);
    }
}
