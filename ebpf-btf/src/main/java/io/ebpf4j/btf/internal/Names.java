package io.ebpf4j.btf.internal;

/**
 * The names of one answer. A file of a megabyte can have 80,000 members that all name one text of a megabyte; so
 * an answer may only hold a few times as much text as its file has bytes. Distinct names never come near that.
 */
public final class Names {
    private static final int TIMES = 16;
    /** Stands for the records of {@code .BTF.ext}, which have names but no ids. */
    static final int IN_EXT = -1;

    private final TypeTable table;
    private long left;

    Names(TypeTable table) {
        this.table = table;
        this.left = TIMES * table.byteSize();
    }

    /**
     * {@return a name}
     *
     * @param offset where it lies in the strings
     * @param owner the type that has the name
     */
    String at(long offset, int owner) {
        if (offset >= table.strings().end()) {
            throw table.fail("%s has its name at offset %d of the strings, which end at %d"
                    .formatted(table.describe(owner), offset, table.strings().end()));
        }
        String name = table.strings().at(offset);
        left -= name.length();
        if (left < 0) {
            throw table.fail("the names up to that of %s are together %d times as long as the file"
                    .formatted(owner == IN_EXT ? "a record of .BTF.ext" : table.describe(owner), TIMES));
        }
        return name;
    }
}
