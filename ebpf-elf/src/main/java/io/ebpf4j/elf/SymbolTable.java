package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes a section of {@code Elf64_Sym}. */
final class SymbolTable {
    static final int ENTRY_SIZE = 24;

    private SymbolTable() {}

    /**
     * {@return how many symbols the table has}
     *
     * @param file the whole file
     * @param table a symbol table
     */
    static long count(ByteReader file, ElfSection table) {
        return EntryTable.count(file, table, ENTRY_SIZE);
    }

    /**
     * {@return all symbols of the table}
     *
     * @param file the whole file
     * @param sections all sections
     * @param table a symbol table
     */
    static List<ElfSymbol> decode(ByteReader file, List<ElfSection> sections, ElfSection table) {
        int count = Math.toIntExact(count(file, table));
        if (count == 0) {
            return List.of();
        }
        StringTable names = StringTable.of(file, sections.get(table.link()), table.label());
        Optional<ElfSection> wideIndexes = sections.stream()
                .filter(s -> s.type() == ElfConstants.SHT_SYMTAB_SHNDX && s.link() == table.index()).findFirst();
        ByteReader entries = file.part(table.offset(), table.size(), table.label());
        var symbols = new ArrayList<ElfSymbol>(count);
        for (int i = 0; i < count; i++) {
            long at = (long) i * ENTRY_SIZE;
            int info = entries.u8(at + 4);
            int section = entries.u16(at + 6);
            symbols.add(new ElfSymbol(i, names.name(entries.u32(at), "symbol", i), entries.u64(at + 8),
                    entries.u64(at + 16), info >> 4, info & 0xf, entries.u8(at + 5) & 3,
                    section < ElfParser.SHN_LORESERVE
                            ? checked(file, table, i, section, sections.size())
                            : section == ElfParser.SHN_XINDEX
                                    ? checked(file, table, i, wide(file, table, i, wideIndexes), sections.size())
                                    : (short) section));
        }
        return List.copyOf(symbols);
    }

    private static long wide(ByteReader file, ElfSection table, int symbol, Optional<ElfSection> wideIndexes) {
        ElfSection indexes = wideIndexes.orElseThrow(() -> file.fail(table.label() + ", symbol " + symbol
                + ": its section index is SHN_XINDEX (0xffff), but there is no SHT_SYMTAB_SHNDX section to look it up"));
        if (indexes.size() / 4 <= symbol) {
            throw file.fail(indexes.label() + " has section indexes for " + indexes.size() / 4 + " symbols, but symbol "
                    + symbol + " of " + table.label() + " needs one");
        }
        return file.u32(indexes.offset() + 4L * symbol);
    }

    private static int checked(ByteReader file, ElfSection table, int symbol, long section, int sectionCount) {
        if (section >= sectionCount) {
            throw file.fail(table.label() + ", symbol " + symbol + ": it lies in section " + section
                    + ", but there are " + sectionCount + " sections");
        }
        return (int) section;
    }
}
