package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import io.ebpf4j.btf.internal.TypeTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * All types and texts, those of the base first, as arrays of numbers in this machine's order. A dump looks at each many
 * times, so that one copy pays; and each id and name is checked once, here, so that nobody behind has to.
 */
final class Image {
    private final TypeTable table;
    private final int[] words;
    /** By id, where the type begins in {@link #words}. */
    private final int[] starts;
    private final Kind[] kinds;
    private final byte[] texts;

    /** Copies a table with its bases and checks every reference in it. */
    Image(TypeTable table) {
        this.table = table;
        var tables = new ArrayDeque<TypeTable>();
        long bytes = Kind.TYPE_SIZE;
        for (var each = table; each != null; each = each.base()) {
            tables.addFirst(each);
            bytes += each.header().types().size();
        }
        this.starts = new int[table.size()];
        this.kinds = new Kind[starts.length];
        this.words = new int[length(bytes / 4)];
        this.texts = new byte[length(table.strings().end())];
        kinds[0] = Kind.VOID;
        int next = Kind.TYPE_SIZE / 4;
        for (var each : tables) {
            next = copy(each, next);
        }
        for (int id = 1; id < starts.length; id++) {
            check(id);
        }
    }

    private int length(long size) {
        if (size > Integer.MAX_VALUE - 16) {
            throw table.fail("is too large to dump: %d words or bytes, an array has fewer".formatted(size));
        }
        return (int) size;
    }

    private int copy(TypeTable part, int start) {
        var types = part.header().types();
        int count = (int) (types.size() / 4);
        MemorySegment.copy(part.reader().slice(types.offset(), types.size()),
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(part.reader().order()), 0, words, start, count);
        for (int id = part.firstId(); id < part.size(); id++) {
            starts[id] = start + (int) ((part.offset(id) - types.offset()) / 4);
            kinds[id] = Kind.of(words[starts[id] + 1]);
        }
        var strings = part.header().strings();
        MemorySegment.copy(part.reader().slice(strings.offset(), strings.size()), ValueLayout.JAVA_BYTE, 0, texts,
                (int) part.strings().start(), (int) strings.size());
        return start + count;
    }

    private void check(int id) {
        checkName(id, name(id));
        for (int i = 0; i < links(id); i++) {
            if (Integer.compareUnsigned(link(id, i), starts.length) >= 0) {
                throw table.fail("%s refers to type %d, but there are only 0 to %d".formatted(table.describe(id),
                        Integer.toUnsignedLong(link(id, i)), starts.length - 1));
            }
        }
        int width = elementWords(id);
        for (int i = 0; width > 0 && i < vlen(id); i++) {
            checkName(id, word(id, width * i));
        }
    }

    private void checkName(int id, int name) {
        if (Integer.compareUnsigned(name, texts.length) >= 0) {
            throw table.fail("%s has a name at offset %d of the strings, which end at %d".formatted(table.describe(id),
                    Integer.toUnsignedLong(name), texts.length));
        }
    }

    /** {@return the words of a member, enumerator or parameter, the first being its name; 0 for what has none} */
    private int elementWords(int id) {
        return switch (kinds[id]) {
            case STRUCT, UNION, ENUM64 -> 3;
            case ENUM, FUNC_PROTO -> 2;
            case VOID, INT, PTR, ARRAY, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, VAR, DATASEC, FLOAT, DECL_TAG,
                    TYPE_TAG, UNKNOWN ->
                0;
        };
    }

    TypeTable table() {
        return table;
    }

    /** {@return how many types there are, void included} */
    int size() {
        return starts.length;
    }

    Kind kind(int id) {
        return kinds[id];
    }

    boolean isComposite(int id) {
        return kinds[id] == Kind.STRUCT || kinds[id] == Kind.UNION;
    }

    /** {@return where its name lies in the texts; 0 for none} */
    int name(int id) {
        return words[starts[id]];
    }

    int vlen(int id) {
        return Kind.vlen(words[starts[id] + 1]);
    }

    boolean flag(int id) {
        return Kind.flag(words[starts[id] + 1]);
    }

    /** {@return the third word as a size in bytes} */
    long byteSize(int id) {
        return Integer.toUnsignedLong(words[starts[id] + 2]);
    }

    /** {@return the third word as the type it refers to} */
    int target(int id) {
        return words[starts[id] + 2];
    }

    /** {@return one of the words behind the first three} */
    int word(int id, int index) {
        return words[starts[id] + 3 + index];
    }

    /** {@return how many other types a type refers to} */
    int links(int id) {
        return switch (kinds[id]) {
            case STRUCT, UNION, DATASEC -> vlen(id);
            case FUNC_PROTO -> 1 + vlen(id);
            case ARRAY -> 2;
            case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, VAR, DECL_TAG, TYPE_TAG -> 1;
            case VOID, INT, ENUM, ENUM64, FWD, FLOAT, UNKNOWN -> 0;
        };
    }

    /** {@return one of the types it refers to; what a function returns and what an array consists of come first} */
    int link(int id, int index) {
        return switch (kinds[id]) {
            case STRUCT, UNION -> word(id, 3 * index + 1);
            case DATASEC -> word(id, 3 * index);
            case FUNC_PROTO -> index == 0 ? target(id) : word(id, 2 * index - 1);
            case ARRAY -> word(id, index);
            case VOID, INT, ENUM, ENUM64, FWD, FLOAT, UNKNOWN, PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, VAR,
                    DECL_TAG, TYPE_TAG ->
                target(id);
        };
    }

    /** {@return how many bits a member has that is a bit field, else 0} */
    int memberBits(int id, int index) {
        return flag(id) ? word(id, 3 * index + 2) >>> 24 : 0;
    }

    /** {@return how many bits lie before a member} */
    long memberOffset(int id, int index) {
        int offset = word(id, 3 * index + 2);
        return flag(id) ? offset & 0xff_ffff : Integer.toUnsignedLong(offset);
    }

    /** {@return the texts, each ended by a NUL} */
    byte[] texts() {
        return texts;
    }

    /** {@return whether a text is this one} */
    boolean textIs(int offset, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (texts[offset + i] != ascii.charAt(i)) {
                return false; // also at its NUL, so that no index is beyond the last
            }
        }
        return texts[offset + ascii.length()] == 0;
    }
}
