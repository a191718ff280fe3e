package io.ebpf4j.btf.internal;

/**
 * The names of one answer. A file of a megabyte can have 80,000 members that all name one text of a megabyte; so
 * an answer may not hold more text than its file has bytes, which distinct names never do.
 */
public final class Names {
    private final TypeTable table;
    private long left;

    Names(TypeTable table) {
        this.table = table;
        this.left = table.byteSize();
    }

    /**
     * {@return a name}
     *
     * @param offset where it lies in the strings
     * @param owner how messages call what has the name
     */
    public String at(long offset, String owner) {
        if (offset >= table.strings().end()) {
            throw table.fail("%s has its name at offset %d of the strings, which end at %d".formatted(owner, offset,
                    table.strings().end()));
        }
        String name = table.strings().at(offset);
        left -= name.length();
        if (left < 0) {
            throw table.fail("the names up to that of %s are together longer than the file".formatted(owner));
        }
        return name;
    }
}
