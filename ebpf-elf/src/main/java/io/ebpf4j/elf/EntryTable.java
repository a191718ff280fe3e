package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;

/** What all sections made of equal entries have in common. */
final class EntryTable {
    private EntryTable() {}

    /**
     * {@return how many entries the section has}
     *
     * @param file the whole file
     * @param table a section of entries
     * @param entrySize the size in bytes that the specification gives an entry
     */
    static long count(ByteReader file, ElfSection table, int entrySize) {
        if (!table.occupiesFile()) {
            return 0;
        }
        if (table.isCompressed()) {
            throw file.fail(compressed(table));
        }
        if (table.entrySize() != entrySize) {
            throw file.fail(table.label() + ": sh_entsize says that an entry has "
                    + Long.toUnsignedString(table.entrySize()) + " bytes; expected " + entrySize);
        }
        if (table.size() % entrySize != 0) {
            throw file.fail(
                    table.label() + ": its " + table.size() + " bytes are no multiple of an entry's " + entrySize);
        }
        return table.size() / entrySize;
    }

    static String compressed(ElfSection section) {
        return section.label() + " is compressed (SHF_COMPRESSED), and is not read; expand it with: "
                + "llvm-objcopy --decompress-debug-sections FILE";
    }
}
