package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.TypeCheck;
import io.ebpf4j.btf.internal.TypeTable;
import io.ebpf4j.btf.internal.TypeWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.TreeMap;

/**
 * Rewrites some types of a BTF and keeps the ids and the bytes of all others.
 *
 * <p>A type cannot be taken away, for the ids after it would move; replace it by one without meaning, as
 * {@code new BtfType.Const(id, 0)}, which is {@code const void}.
 *
 * {@snippet lang = java :
 * var editor = BtfEditor.of(btf);
 * int added = editor.append(new BtfType.Typedef(0, "ipv4_addr", u32));
 * editor.replace(id, new BtfType.Const(id, added));
 * byte[] section = editor.toBytes();
 * }
 *
 * <p>It makes BTF from nothing as well, as tests need it:
 * {@snippet lang = java :
 * var editor = BtfEditor.create(ByteOrder.LITTLE_ENDIAN, "test");
 * int u32 = editor.append(new BtfType.Int(0, "unsigned int", 4, 0, 32, 0));
 * editor.append(new BtfType.Typedef(0, "ipv4_addr", u32));
 * Btf types = editor.toBtf();
 * }
 *
 * <p>Of a {@link Btf} that was made from an ELF file, a type that is not replaced is written as it is in the file: with
 * its sizes and offsets still open. For use by one thread.
 */
public final class BtfEditor {
    private final Btf btf;
    private final TreeMap<Integer, BtfType> edits = new TreeMap<>();
    private int size;

    private BtfEditor(Btf btf) {
        this.btf = btf;
        this.size = btf.size();
    }

    /**
     * {@return an editor that has not changed anything yet}
     *
     * @param btf what to change; of split BTF, the part that is not the base
     */
    public static BtfEditor of(Btf btf) {
        return new BtfEditor(btf);
    }

    /**
     * {@return an editor with no types, to make some BTF from nothing}
     *
     * @param order the byte order of the result
     * @param name how messages call it
     */
    public static BtfEditor create(ByteOrder order, String name) {
        return of(Btf.parse(MemorySegment.ofArray(TypeWriter.empty(order, 1)), name));
    }

    /**
     * {@return an editor with no types of its own, to make split BTF that continues the ids of a base}
     *
     * @param base what the types may refer to
     * @param name how messages call it
     */
    public static BtfEditor create(Btf base, String name) {
        return of(Btf.parse(MemorySegment.ofArray(TypeWriter.empty(base.order(), 0)), name, base));
    }

    /**
     * Puts a type in the place of another.
     *
     * @param id the id it gets, whatever its own says
     * @param type the new type
     * @return this editor
     * @throws IllegalArgumentException when there is no such id here (that of void or of the base, too), or the type
     *         cannot be in a file
     */
    public BtfEditor replace(int id, BtfType type) {
        if (id < btf.table().firstId() || id >= size) {
            throw new IllegalArgumentException("%s: type %d cannot be replaced, only %d to %d".formatted(btf.name(), id,
                    btf.table().firstId(), size - 1));
        }
        TypeCheck.check(type);
        edits.put(id, type);
        return this;
    }

    /**
     * Adds a type behind all others.
     *
     * @param type the new type; its own id is ignored
     * @return the id it gets
     * @throws IllegalArgumentException when the type cannot be in a file
     */
    public int append(BtfType type) {
        TypeCheck.check(type);
        edits.put(size, type);
        return size++;
    }

    /**
     * {@return the BTF with all changes, in the same byte order; without changes, exactly the bytes that were read}
     *
     * @throws IllegalStateException when a new type refers to one that does not exist or has a NUL in a name, or when the header has fields that
     *         are not known, which might tell of places that move
     */
    public byte[] toBytes() {
        if (edits.isEmpty()) {
            var reader = btf.table().reader();
            return reader.slice(0, reader.size()).toArray(ValueLayout.JAVA_BYTE);
        }
        byte[] bytes = new TypeWriter(btf.table()).write(edits);
        try {
            var written = TypeTable.open(MemorySegment.ofArray(bytes), btf.name() + ": edited BTF",
                    btf.table().base());
            edits.keySet().forEach(written::type);
        } catch (MalformedBtfException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        return bytes;
    }

    /**
     * {@return the types with all changes}
     *
     * @throws IllegalStateException as {@link #toBytes}
     */
    public Btf toBtf() {
        var bytes = MemorySegment.ofArray(toBytes());
        return btf.base().map(base -> Btf.parse(bytes, btf.name(), base)).orElseGet(() -> Btf.parse(bytes, btf.name()));
    }
}
