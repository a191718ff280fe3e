package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.Member;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes BTF as no compiler would. Each method adds a type and says its id. */
public final class Types {
    private static final int HEADER = 24;

    private final BtfEditor editor;

    private Types(ByteOrder order) {
        var empty = ByteBuffer.allocate(HEADER + 1).order(order);
        empty.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(HEADER);
        empty.putInt(0).putInt(0).putInt(0).putInt(1);
        this.editor = BtfEditor.of(Btf.parse(MemorySegment.ofArray(empty.array()), "empty"));
    }

    public static Types in(ByteOrder order) {
        return new Types(order);
    }

    public static Types little() {
        return new Types(ByteOrder.LITTLE_ENDIAN);
    }

    public int add(BtfType type) {
        return editor.append(type);
    }

    /** An unsigned integer. */
    public int unsigned(int size) {
        return add(new BtfType.Int(0, "u" + size * 8, size, 0, Math.min(255, size * 8), 0));
    }

    /** A signed integer. */
    public int signed(int size) {
        return add(new BtfType.Int(0, "s" + size * 8, size, BtfType.Int.SIGNED, size * 8, 0));
    }

    public int character() {
        return add(new BtfType.Int(0, "char", 1, BtfType.Int.SIGNED, 8, 0));
    }

    public int bool() {
        return add(new BtfType.Int(0, "_Bool", 1, BtfType.Int.BOOL, 8, 0));
    }

    public int floating(int size) {
        return add(new BtfType.FloatingPoint(0, "float" + size * 8, size));
    }

    public int pointer(int to) {
        return add(new BtfType.Ptr(0, to));
    }

    public int array(int element, long count) {
        return add(new BtfType.Array(0, element, element, count));
    }

    public int typedef(String name, int of) {
        return add(new BtfType.Typedef(0, name, of));
    }

    public int struct(String name, long size, Member... members) {
        return add(new BtfType.Struct(0, name, size, List.of(members)));
    }

    public int union(String name, long size, Member... members) {
        return add(new BtfType.Union(0, name, size, List.of(members)));
    }

    public int enumeration(String name, int size, boolean signed, Constant... constants) {
        return add(new BtfType.Enum(0, name, size, signed, List.of(constants)));
    }

    public int enumeration64(String name, boolean signed, Constant... constants) {
        return add(new BtfType.Enum64(0, name, 8, signed, List.of(constants)));
    }

    /** A member at a byte. */
    public static Member at(int offset, String name, int type) {
        return new Member(name, type, offset * 8L, 0);
    }

    /** A bitfield. */
    public static Member bits(int firstBit, int bits, String name, int type) {
        return new Member(name, type, firstBit, bits);
    }

    public Btf btf() {
        return Btf.parse(MemorySegment.ofArray(editor.toBytes()), "made");
    }
}
