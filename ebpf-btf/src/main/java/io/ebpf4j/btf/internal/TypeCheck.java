package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Linkage;
import java.util.List;

/** Whether the numbers of a type that a user made fit the fields of the file. */
public final class TypeCheck {
    private static final long MAX_WORD = 0xffff_ffffL;
    private static final int MAX_VLEN = 0xff_ffff;

    private TypeCheck() {}

    /** Throws {@link IllegalArgumentException} when a type cannot be in a file. */
    public static void check(BtfType type) {
        switch (type) {
            case BtfType.Void ignored -> throw new IllegalArgumentException("void is in no file");
            case BtfType.Int t -> {
                word(t.size(), "size of " + t);
                if ((t.encoding() & ~0xf) != 0 || (t.bits() & ~0xff) != 0 || (t.bitOffset() & ~0xff) != 0) {
                    throw new IllegalArgumentException("encoding, bits or bit offset of " + t + " do not fit");
                }
            }
            case BtfType.Array t -> word(t.count(), "count of " + t);
            case BtfType.Composite t -> {
                word(t.size(), "size of " + t);
                vlen(t.members(), t);
                boolean bitfields = hasBitfields(t);
                for (var member : t.members()) {
                    if (member.bitOffset() < 0 || member.bitOffset() > (bitfields ? 0xff_ffff : MAX_WORD)
                            || (member.bitfieldSize() & ~0xff) != 0) {
                        throw new IllegalArgumentException(member + " does not fit, "
                                + (bitfields
                                        ? "for a struct with bit fields has 24 bits for offsets"
                                        : "it is too far"));
                    }
                }
            }
            case BtfType.Enumeration t -> {
                word(t.size(), "size of " + t);
                vlen(t.constants(), t);
                if (t instanceof BtfType.Enum && t.constants().stream().anyMatch(
                        c -> c.value() < (t.signed() ? Integer.MIN_VALUE : 0)
                                || c.value() > (t.signed() ? Integer.MAX_VALUE : MAX_WORD))) {
                    throw new IllegalArgumentException("a value of " + t + " needs more than 32 bits");
                }
            }
            case BtfType.DataSec t -> {
                word(t.size(), "size of " + t);
                vlen(t.variables(), t);
                t.variables().forEach(v -> {
                    word(v.offset(), "offset of " + v);
                    word(v.size(), "size of " + v);
                });
            }
            case BtfType.FuncProto t -> vlen(t.params(), t);
            case BtfType.FloatingPoint t -> word(t.size(), "size of " + t);
            case BtfType.Func t -> linkage(t.linkage());
            case BtfType.Var t -> linkage(t.linkage());
            case BtfType.Unknown t -> {
                if (t.bytes().byteSize() < Kind.TYPE_SIZE || t.bytes().byteSize() % 4 != 0) {
                    throw new IllegalArgumentException(t + " is no whole type");
                }
            }
            case BtfType.Ptr ignored -> {
            }
            case BtfType.Fwd ignored -> {
            }
            case BtfType.Alias ignored -> {
            }
            case BtfType.DeclTag ignored -> {
            }
        }
    }

    static boolean hasBitfields(BtfType.Composite type) {
        return type.members().stream().anyMatch(member -> member.bitfieldSize() != 0);
    }

    private static void word(long value, String what) {
        if (value < 0 || value > MAX_WORD) {
            throw new IllegalArgumentException(what + " does not fit 32 bits");
        }
    }

    private static int vlen(List<?> elements, BtfType type) {
        if (elements.size() > MAX_VLEN) {
            throw new IllegalArgumentException(type.getClass().getSimpleName() + " has " + elements.size()
                    + " elements, there can be " + MAX_VLEN);
        }
        return elements.size();
    }

    static int linkage(Linkage linkage) {
        return switch (linkage) {
            case STATIC -> 0;
            case GLOBAL -> 1;
            case EXTERN -> 2;
            case UNKNOWN -> throw new IllegalArgumentException("an unknown linkage cannot be written");
        };
    }

}
