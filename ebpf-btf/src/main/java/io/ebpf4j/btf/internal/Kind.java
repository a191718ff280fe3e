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
    /** By number: the size of what follows once in the low byte, of each element above it; what is not known is negative. */
    private static final int[] SIZES = sizes();

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

    /** {@return the kinds whose records are of a class, for {@link #isIn}} */
    static int setOf(Class<? extends BtfType> type) {
        int set = 0;
        for (Kind kind : BY_NUMBER) {
            if (type.isAssignableFrom(kind.record)) {
                set |= kind.bit();
            }
        }
        return set;
    }

    /** The -1 of {@link #UNKNOWN} gives the highest bit. */
    private int bit() {
        return 1 << number;
    }

    /** {@return whether it is in a set} */
    boolean isIn(int set) {
        return (set & bit()) != 0;
    }

    /** {@return how many elements follow a type of this kind; vlen means something else in those without} */
    int elements(int info) {
        return elementSize == 0 ? 0 : vlen(info);
    }

    /** {@return the record that stands for this kind} */
    public Class<? extends BtfType> record() {
        return record;
    }

    /**
     * {@return the bytes of a whole type, negative when its kind is not known}
     *
     * <p>Each type begins where the one before it ends, so the time of this is that of a pass over all; a table needs one
     * load where the enum needs three that wait for each other.
     */
    static long size(int info) {
        int sizes = SIZES[number(info)];
        return sizes < 0 ? sizes : TYPE_SIZE + (sizes & 0xff) + (long) vlen(info) * (sizes >> 8);
    }

    private static int[] sizes() {
        int[] sizes = new int[0x80];
        for (int number = 0; number < sizes.length; number++) {
            Kind kind = of(number << 24);
            sizes[number] = kind == UNKNOWN ? -1 : kind.infoSize | kind.elementSize << 8;
        }
        return sizes;
    }
}
