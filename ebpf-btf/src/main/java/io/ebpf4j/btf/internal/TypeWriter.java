package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Member;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** Writes a table with some types replaced and some added behind; header, types, layout table, strings, without gaps. */
public final class TypeWriter {

    private final TypeTable table;
    private final ByteOrder order;
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream newStrings = new ByteArrayOutputStream();
    private final Map<String, Long> stringOffsets = new HashMap<>();

    /** Writes types of a table. */
    public TypeWriter(TypeTable table) {
        this.table = table;
        this.order = table.reader().order();
    }

    /**
     * {@return BTF of no types}
     *
     * @param order its byte order
     * @param strings the bytes of its strings, all zero: 1 for the empty text, 0 where a base has that
     */
    public static byte[] empty(ByteOrder order, int strings) {
        return ByteBuffer.allocate(Header.SHORTEST + strings).order(order).putShort((short) Header.MAGIC)
                .put((byte) Header.VERSION).put((byte) 0).putInt(Header.SHORTEST).putInt(0).putInt(0).putInt(0)
                .putInt(strings).array();
    }

    /** {@return the bytes of the table with these types in the places of others, or behind them} */
    public byte[] write(SortedMap<Integer, BtfType> edits) {
        var header = table.header();
        var reader = table.reader();
        for (long at = Header.WITH_LAYOUT; at < header.length(); at++) {
            if (reader.u8(at) != 0) {
                throw new IllegalStateException(
                        "%s: header has an unknown field at offset %d, so it can be read but not changed"
                                .formatted(header.what(), at));
            }
        }
        for (int id = table.firstId(); id < table.size(); id++) {
            var edit = edits.get(id);
            if (edit == null) {
                types.writeBytes(table.bytes(id).toArray(ValueLayout.JAVA_BYTE));
            } else {
                write(edit);
            }
        }
        edits.tailMap(table.size()).values().forEach(this::write);
        byte[] layout = reader.slice(header.layout().offset(), header.layout().size()).toArray(ValueLayout.JAVA_BYTE);
        byte[] strings = reader.slice(header.strings().offset(), header.strings().size())
                .toArray(ValueLayout.JAVA_BYTE);
        return assemble(layout, strings);
    }

    private byte[] assemble(byte[] layout, byte[] strings) {
        var header = table.header();
        int length = Math.toIntExact(header.length());
        int stringsAt = Math.addExact(types.size(), layout.length);
        int stringsSize = Math.addExact(strings.length, newStrings.size());
        var out = ByteBuffer.allocate(Math.addExact(length, Math.addExact(stringsAt, stringsSize))).order(order);
        out.put(table.reader().slice(0, length).toArray(ValueLayout.JAVA_BYTE));
        out.putInt(8, 0).putInt(12, types.size()).putInt(16, stringsAt).putInt(20, stringsSize);
        if (length >= Header.WITH_LAYOUT) {
            out.putInt(24, types.size()).putInt(28, layout.length);
        }
        return out.put(types.toByteArray()).put(layout).put(strings).put(newStrings.toByteArray()).array();
    }

    private void write(BtfType type) {
        switch (type) {
            case BtfType.Void ignored -> {
                // Not let in by TypeCheck.
            }
            case BtfType.Int t -> {
                begin(Kind.INT, t.name(), 0, false, t.size());
                word((long) t.encoding() << 24 | t.bitOffset() << 16 | t.bits());
            }
            case BtfType.Ptr t -> begin(Kind.PTR, "", 0, false, t.type());
            case BtfType.Array t -> {
                begin(Kind.ARRAY, "", 0, false, 0);
                word(t.element());
                word(t.index());
                word(t.count());
            }
            case BtfType.Struct t -> composite(Kind.STRUCT, t);
            case BtfType.Union t -> composite(Kind.UNION, t);
            case BtfType.Enum t -> {
                begin(Kind.ENUM, t.name(), t.constants().size(), t.signed(), t.size());
                t.constants().forEach(c -> {
                    word(string(c.name()));
                    word(c.value());
                });
            }
            case BtfType.Enum64 t -> {
                begin(Kind.ENUM64, t.name(), t.constants().size(), t.signed(), t.size());
                t.constants().forEach(c -> {
                    word(string(c.name()));
                    word(c.value());
                    word(c.value() >>> 32);
                });
            }
            case BtfType.Fwd t -> begin(Kind.FWD, t.name(), 0, t.isUnion(), 0);
            case BtfType.Typedef t -> begin(Kind.TYPEDEF, t.name(), 0, false, t.type());
            case BtfType.Volatile t -> begin(Kind.VOLATILE, "", 0, false, t.type());
            case BtfType.Const t -> begin(Kind.CONST, "", 0, false, t.type());
            case BtfType.Restrict t -> begin(Kind.RESTRICT, "", 0, false, t.type());
            case BtfType.TypeTag t -> begin(Kind.TYPE_TAG, t.name(), 0, t.attribute(), t.type());
            case BtfType.Func t -> begin(Kind.FUNC, t.name(), TypeCheck.linkage(t.linkage()), false, t.type());
            case BtfType.FuncProto t -> {
                begin(Kind.FUNC_PROTO, "", t.params().size(), false, t.returnType());
                t.params().forEach(p -> {
                    word(string(p.name()));
                    word(p.type());
                });
            }
            case BtfType.Var t -> {
                begin(Kind.VAR, t.name(), 0, false, t.type());
                word(TypeCheck.linkage(t.linkage()));
            }
            case BtfType.DataSec t -> {
                begin(Kind.DATASEC, t.name(), t.variables().size(), false, t.size());
                t.variables().forEach(v -> {
                    word(v.type());
                    word(v.offset());
                    word(v.size());
                });
            }
            case BtfType.FloatingPoint t -> begin(Kind.FLOAT, t.name(), 0, false, t.size());
            case BtfType.DeclTag t -> {
                begin(Kind.DECL_TAG, t.name(), 0, t.attribute(), t.type());
                word(t.component());
            }
            case BtfType.Unknown t -> types.writeBytes(t.bytes().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private void composite(Kind kind, BtfType.Composite type) {
        boolean bitfields = TypeCheck.hasBitfields(type);
        begin(kind, type.name(), type.members().size(), bitfields, type.size());
        for (Member member : type.members()) {
            word(string(member.name()));
            word(member.type());
            word(bitfields ? (long) member.bitfieldSize() << 24 | member.bitOffset() : member.bitOffset());
        }
    }

    private void begin(Kind kind, String name, int vlen, boolean flag, long sizeOrType) {
        word(string(name));
        word(kind.info(vlen, flag));
        word(sizeOrType);
    }

    /** Writes the lower 32 bits. */
    private void word(long value) {
        types.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) value).array());
    }

    private long string(String text) {
        return stringOffsets.computeIfAbsent(text, key -> table.strings().find(Strings.utf8(key)).orElseGet(() -> {
            byte[] bytes = Strings.utf8(key);
            if (key.indexOf('\0') >= 0) {
                throw new IllegalStateException("a name has a NUL inside: " + key.replace('\0', '?'));
            }
            long offset = table.strings().end() + newStrings.size();
            newStrings.writeBytes(bytes);
            newStrings.write(0);
            return offset;
        }));
    }
}
