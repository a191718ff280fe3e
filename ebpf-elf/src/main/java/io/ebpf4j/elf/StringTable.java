package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;

/**
 * The names of sections or of symbols. Lives for one decoding, in one thread.
 *
 * <p>Names may overlap (linkers let {@code .text} be the tail of {@code .rel.text}). A hostile file could let thousands of
 * entries share one long name at ever other offsets, and so demand memory by the square of its size; hence the sum of
 * all names is limited to a multiple of the file's size that no real file comes near.
 */
final class StringTable {
    private static final int MOST_NAME_BYTES_PER_FILE_BYTE = 64;

    private final ByteReader file;
    private final ByteReader strings;
    private final String label;
    private long budget;

    private StringTable(ByteReader file, ByteReader strings, String label) {
        this.file = file;
        this.strings = strings;
        this.label = label;
        this.budget = Math.multiplyExact(file.size(), (long) MOST_NAME_BYTES_PER_FILE_BYTE);
    }

    /**
     * Checks that the section is a string table.
     *
     * @param file the whole file
     * @param section what should be one; its bounds need not have been checked
     * @param neededBy what refers to it, for messages
     */
    static StringTable of(ByteReader file, ElfSection section, String neededBy) {
        String label = section.label();
        if (section.type() != ElfConstants.SHT_STRTAB) {
            throw file.fail(label + " should be the string table (SHT_STRTAB, 3) of " + neededBy + ", but its type is "
                    + Integer.toUnsignedString(section.type()));
        }
        ElfParser.checkBounds(file, section);
        long offset = section.occupiesFile() ? section.offset() : 0;
        ByteReader strings = file.part(offset, section.size(), label);
        if (strings.size() > 0 && strings.u8(strings.size() - 1) != 0) {
            throw file.fail(label + ", a string table, must end with a NUL, but its last byte, at offset "
                    + (offset + strings.size() - 1) + ", is " + strings.u8(strings.size() - 1));
        }
        return new StringTable(file, strings, label);
    }

    /**
     * {@return the name at an offset; no name, offset 0, is the empty text even in an empty table}
     *
     * @param offset where in the table it begins
     * @param entry whose name it is, for messages
     * @param index the index of that entry
     */
    String name(long offset, String entry, long index) {
        if (offset == 0 && strings.size() == 0) {
            return "";
        }
        if (offset >= strings.size()) {
            throw file.fail(entry + " " + index + ": its name is at offset " + offset + " of " + label
                    + ", which has only " + strings.size() + " bytes");
        }
        String name = strings.string(offset);
        budget -= name.length();
        if (budget < 0) {
            throw file.fail(
                    entry + " " + index + ": the names in " + label + " overlap so much that together they have over "
                            + MOST_NAME_BYTES_PER_FILE_BYTE + " times the size of the file, " + file.size() + " bytes");
        }
        return name;
    }
}
