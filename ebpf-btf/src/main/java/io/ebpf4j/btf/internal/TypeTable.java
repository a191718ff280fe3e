package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.internal.ByteReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types as words in the bytes of the file: all that is kept of BTF in memory is where each lies. Whole records are made
 * on demand and not kept, for most users ask for few types, once, and compile what they learn.
 */
public final class TypeTable {
    private final Header header;
    private final @Nullable TypeTable base;
    private final Strings strings;
    private final int firstId;
    private final TypeIndex index;
    /** What an ELF file told better than its BTF, by id. */
    private final Map<Integer, BtfType> corrected;

    private TypeTable(Header header, @Nullable TypeTable base, Strings strings, TypeIndex index,
            Map<Integer, BtfType> corrected) {
        this.header = header;
        this.base = base;
        this.strings = strings;
        this.firstId = index.firstId();
        this.index = index;
        this.corrected = corrected;
    }

    /**
     * {@return the table of some BTF, of which header and strings are checked, but no type yet}
     *
     * @param bytes the BTF from its header on
     * @param what how messages call it
     * @param base the types that its ids continue, if it is split
     */
    public static TypeTable open(MemorySegment bytes, String what, @Nullable TypeTable base) {
        return open(Header.reader(bytes, what), what, base);
    }

    /**
     * {@return the same of a buffer}
     *
     * @param bytes the BTF from its header on
     * @param what how messages call it
     * @param base the types that its ids continue, if it is split
     */
    public static TypeTable open(ByteBuffer bytes, String what, @Nullable TypeTable base) {
        return open(Header.reader(bytes, what), what, base);
    }

    private static TypeTable open(ByteReader bytes, String what, @Nullable TypeTable base) {
        var header = Header.read(what, bytes);
        if (base != null && base.reader().order() != header.reader().order()) {
            throw header.reader().fail("is " + header.reader().order() + ", but its base is " + base.reader().order());
        }
        var strings = Strings.of(header, base == null ? null : base.strings);
        return new TypeTable(header, base, strings, new TypeIndex(header, base, strings.end()), Map.of());
    }

    /** {@return the same types, some of them replaced for whoever asks for them by id} */
    public TypeTable correctedBy(Map<Integer, BtfType> types) {
        return new TypeTable(header, base, strings, index, Map.copyOf(types));
    }

    /** {@return the checked header} */
    public Header header() {
        return header;
    }

    /** {@return the names} */
    public Strings strings() {
        return strings;
    }

    /** {@return a reader of the whole bytes} */
    public ByteReader reader() {
        return header.reader();
    }

    /** {@return how many bytes there are, those of the base included} */
    public long byteSize() {
        return reader().size() + (base == null ? 0 : base.byteSize());
    }

    /** {@return the first id that is not of the base} */
    public int firstId() {
        return firstId;
    }

    /** {@return how many types there are, void and those of the base included; looks at all} */
    public int size() {
        return firstId + index.size();
    }

    /** {@return as many types as there can be at most, for whoever needs no exact number; looks at none} */
    long mostTypes() {
        return byteSize() / Kind.TYPE_SIZE;
    }

    /** {@return the types that the ids of this table continue, or null} */
    public @Nullable TypeTable base() {
        return base;
    }

    /** {@return the table that holds the bytes of a type, which is not void: this one or the base} */
    private TypeTable owner(int id) {
        var table = this;
        while (id < table.firstId && table.base != null) {
            table = table.base;
        }
        return table;
    }

    private boolean exists(int id) {
        return id >= 0 && (id < firstId || index.reaches(id - firstId));
    }

    /** {@return whether a word of a type is an id; looks no further than there} */
    boolean has(long word) {
        return word <= Integer.MAX_VALUE && exists((int) word);
    }

    /** {@return the id, once it is known to be one} */
    public int check(int id) {
        if (!exists(id)) {
            throw fail("there is no type " + Integer.toUnsignedString(id) + ", only 0 to " + (size() - 1));
        }
        return id;
    }

    /** {@return where a type of this table, not of its base, begins in the bytes} */
    public long offset(int id) {
        return index.offset(id - firstId);
    }

    /** {@return where a type of this table, not of its base, ends in the bytes} */
    public long end(int id) {
        return exists(id + 1) ? offset(id + 1) : header.types().end();
    }

    /** {@return the kind of a type} */
    public Kind kind(int id) {
        return check(id) == 0 ? Kind.VOID : Kind.of(info(id));
    }

    /** {@return the info word of a type that is not void} */
    int info(int id) {
        var owner = owner(id);
        return owner.reader().s32(owner.offset(id) + 4);
    }

    /** {@return the vlen of a type that is not void} */
    int vlen(int id) {
        return Kind.vlen(info(id));
    }

    /** {@return how many members, constants, parameters or variables a type of the file has} */
    public int elementCount(int id) {
        return check(id) == 0 ? 0 : kind(id).elements(info(id));
    }

    /** {@return where in the strings the name of a type lies, that is not void} */
    long nameOffset(int id) {
        var owner = owner(id);
        return owner.reader().u32(owner.offset(id));
    }

    /** {@return the third word of a type that is not void: its size, or the type it refers to} */
    long size(int id) {
        var owner = owner(id);
        return owner.reader().u32(owner.offset(id) + 8);
    }

    /** {@return one of the words that follow {@code struct btf_type}} */
    long word(int id, int index) {
        var owner = owner(id);
        return owner.reader().u32(owner.offset(id) + Kind.TYPE_SIZE + 4L * index);
    }

    /** {@return the type a type refers to with its third word} */
    int reference(int id) {
        return reference(size(id), id);
    }

    /** {@return a word of a type as an id, once it is known to be one} */
    int reference(long word, int from) {
        if (!has(word)) {
            throw fail("%s refers to type %d, but there are only 0 to %d".formatted(describe(from), word, size() - 1));
        }
        return (int) word;
    }

    /** {@return the type, as a record} */
    public BtfType type(int id) {
        return type(id, names());
    }

    /** {@return the type as a record, its names being part of an answer about several} */
    BtfType type(int id, Names names) {
        check(id);
        var better = corrected.isEmpty() ? null : corrected.get(id);
        return better != null ? better : new TypeReader(this, id, names).read();
    }

    /** {@return the bytes of a type that is not void, read-only} */
    MemorySegment bytes(int id) {
        var owner = owner(id);
        return owner.reader().slice(owner.offset(id), owner.end(id) - owner.offset(id));
    }

    /** {@return the first type of a kind with a name, or 0} */
    public int find(Class<? extends BtfType> kind, String name) {
        return find(Kind.setOf(kind), Strings.utf8(name));
    }

    private int find(int kinds, byte[] name) {
        int found = base == null ? 0 : base.find(kinds, name);
        if (found != 0 || name.length == 0) {
            return found;
        }
        for (int i = 0; index.reaches(i); i++) {
            long at = index.offset(i);
            if (Kind.of(reader().s32(at + 4)).isIn(kinds) && strings.matches(reader().u32(at), name)) {
                return firstId + i;
            }
        }
        return 0;
    }

    /** {@return the texts of the tags on a component of a type, or on the whole of it; attributes are no tags} */
    public List<String> declTags(int id, int component) {
        check(id);
        var texts = new ArrayList<String>();
        addDeclTags(id, component, names(), texts);
        return List.copyOf(texts);
    }

    private void addDeclTags(int id, int component, Names names, List<String> texts) {
        if (base != null) {
            base.addDeclTags(id, component, names, texts);
        }
        for (int tag : index.declTags()) {
            if (size(tag) == id && (int) word(tag, 0) == component && !Kind.flag(info(tag))) {
                texts.add(names.at(nameOffset(tag), tag));
            }
        }
    }

    /** {@return a reader of names for one answer} */
    Names names() {
        return new Names(this);
    }

    /** {@return what messages call a type: id, kind and place} */
    public String describe(int id) {
        if (id == 0) {
            return "type 0 (void)";
        }
        var owner = owner(id);
        return "type %d (%s) at offset %d%s".formatted(id, kind(id), owner.offset(id),
                owner == this ? "" : " of the base");
    }

    /** {@return the exception for what is wrong, ready to be thrown} */
    public RuntimeException fail(String reason) {
        return reader().fail(reason);
    }
}
