package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;

/** The kinds {@code BTF_KIND_*} by their numbers, with the bytes that follow {@code struct btf_type} in each. */
public enum Kind {
    // @formatter:off
    /** Never in a file: number 0 there is as unknown as 99. */
    VOID(0, BtfType.Void.class, 0, 0),
    INT(1, BtfType.Int.class, 4, 0),
    PTR(2, BtfType.Ptr.class, 0, 0),
    ARRAY(3, BtfType.Array.class, 12, 0),
    STRUCT(4, BtfType.Struct.class, 0, 12),
    UNION(5, BtfType.Union.class, 0, 12),
    ENUM(6, BtfType.Enum.class, 0, 8),
    FWD(7, BtfType.Fwd.class, 0, 0),
    TYPEDEF(8, BtfType.Typedef.class, 0, 0),
    VOLATILE(9, BtfType.Volatile.class, 0, 0),
    CONST(10, BtfType.Const.class, 0, 0),
    RESTRICT(11, BtfType.Restrict.class, 0, 0),
    FUNC(12, BtfType.Func.class, 0, 0),
    FUNC_PROTO(13, BtfType.FuncProto.class, 0, 8),
    VAR(14, BtfType.Var.class, 4, 0),
    DATASEC(15, BtfType.DataSec.class, 0, 12),
    FLOAT(16, BtfType.FloatingPoint.class, 0, 0),
    DECL_TAG(17, BtfType.DeclTag.class, 4, 0),
    TYPE_TAG(18, BtfType.TypeTag.class, 0, 0),
    ENUM64(19, BtfType.Enum64.class, 0, 12),
    UNKNOWN(-1, BtfType.Unknown.class, 0, 0);
    // @formatter:on

    /** The bytes of {@code struct btf_type}. */
    public static final int TYPE_SIZE = 12;

    private static final Kind[] BY_NUMBER = values();

    private final int number;
    private final Class<? extends BtfType> record;
    private final int infoSize;
    private final int elementSize;

    Kind(int number, Class<? extends BtfType> record, int infoSize, int elementSize) {
        this.number = number;
        this.record = record;
        this.infoSize = infoSize;
        this.elementSize = elementSize;
    }

    /**
     * Before Linux 7.1 vlen had 16 bits and the kind 5; the bits between were zero, so that the wide reading suits both.
     */
    public static Kind of(int info) {
        int number = number(info);
        return number > 0 && number <= ENUM64.number ? BY_NUMBER[number] : UNKNOWN;
    }

    static int number(int info) {
        return info >>> 24 & 0x7f;
    }

    public static int vlen(int info) {
        return info & 0xff_ffff;
    }

    public static boolean flag(int info) {
        return info < 0;
    }

    /** {@return the info word of a type of this kind} */
    int info(int vlen, boolean flag) {
        return (flag ? 1 << 31 : 0) | number << 24 | vlen;
    }

    /** {@return the record that stands for this kind} */
    public Class<? extends BtfType> record() {
        return record;
    }

    /** {@return the bytes of a whole type of this kind} */
    long size(int vlen) {
        return TYPE_SIZE + infoSize + (long) vlen * elementSize;
    }
}
