package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.BtfType.Param;
import io.ebpf4j.btf.BtfType.VarInfo;
import java.util.List;
import java.util.function.IntFunction;

/** Makes the record of one type; each name and each type it refers to is known to exist afterwards. */
final class TypeReader {
    private final TypeTable table;
    private final int id;
    private final Names names;

    TypeReader(TypeTable table, int id, Names names) {
        this.table = table;
        this.id = id;
        this.names = names;
    }

    BtfType read() {
        var kind = table.kind(id);
        if (kind == Kind.VOID) {
            return new BtfType.Void();
        }
        boolean flag = Kind.flag(table.info(id));
        return switch (kind) {
            case VOID -> new BtfType.Void();
            case INT -> integer();
            case PTR -> new BtfType.Ptr(id, target());
            case ARRAY -> new BtfType.Array(id, typeAt(0), typeAt(1), table.word(id, 2));
            case STRUCT -> new BtfType.Struct(id, name(), table.size(id), members(flag));
            case UNION -> new BtfType.Union(id, name(), table.size(id), members(flag));
            case ENUM -> new BtfType.Enum(id, name(), table.size(id), flag, elements(i -> constant(i, flag)));
            case FWD -> new BtfType.Fwd(id, name(), flag);
            case TYPEDEF -> new BtfType.Typedef(id, name(), target());
            case VOLATILE -> new BtfType.Volatile(id, target());
            case CONST -> new BtfType.Const(id, target());
            case RESTRICT -> new BtfType.Restrict(id, target());
            case FUNC -> new BtfType.Func(id, name(), target(), linkage(table.vlen(id)));
            case FUNC_PROTO -> new BtfType.FuncProto(id, target(), elements(this::param));
            case VAR -> new BtfType.Var(id, name(), target(), linkage(table.word(id, 0)));
            case DATASEC -> new BtfType.DataSec(id, name(), table.size(id), elements(this::variable));
            case FLOAT -> new BtfType.FloatingPoint(id, name(), table.size(id));
            case DECL_TAG -> new BtfType.DeclTag(id, name(), target(), (int) table.word(id, 0), flag);
            case TYPE_TAG -> new BtfType.TypeTag(id, name(), target(), flag);
            case ENUM64 -> new BtfType.Enum64(id, name(), table.size(id), flag, elements(this::wideConstant));
            case UNKNOWN -> new BtfType.Unknown(id, name(), Kind.number(table.info(id)), table.bytes(id));
        };
    }

    private BtfType integer() {
        long word = table.word(id, 0);
        return new BtfType.Int(id, name(), table.size(id), (int) (word >> 24 & 0xf), (int) (word & 0xff),
                (int) (word >> 16 & 0xff));
    }

    /** A plain loop, as members are what most users ask for first: the first lambda of a JVM costs its start some 10 ms. */
    private List<Member> members(boolean flag) {
        var members = new Member[table.vlen(id)];
        for (int i = 0; i < members.length; i++) {
            long offset = table.word(id, 3 * i + 2);
            members[i] = new Member(nameAt(3 * i), typeAt(3 * i + 1), flag ? offset & 0xff_ffff : offset,
                    flag ? (int) (offset >> 24) : 0);
        }
        return List.of(members);
    }

    private Constant constant(int i, boolean signed) {
        long value = table.word(id, 2 * i + 1);
        return new Constant(nameAt(2 * i), signed ? (int) value : value);
    }

    /** The low half comes first in either byte order. */
    private Constant wideConstant(int i) {
        return new Constant(nameAt(3 * i), table.word(id, 3 * i + 1) | table.word(id, 3 * i + 2) << 32);
    }

    private Param param(int i) {
        return new Param(nameAt(2 * i), typeAt(2 * i + 1));
    }

    private VarInfo variable(int i) {
        return new VarInfo(typeAt(3 * i), table.word(id, 3 * i + 1), table.word(id, 3 * i + 2));
    }

    private static Linkage linkage(long number) {
        return number == 0
                ? Linkage.STATIC
                : number == 1 ? Linkage.GLOBAL : number == 2 ? Linkage.EXTERN : Linkage.UNKNOWN;
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> elements(IntFunction<T> element) {
        var elements = new Object[table.vlen(id)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = element.apply(i);
        }
        return (List<T>) List.of(elements);
    }

    private String name() {
        return names.at(table.nameOffset(id), id);
    }

    private String nameAt(int word) {
        return names.at(table.word(id, word), id);
    }

    private int target() {
        return table.reference(id);
    }

    private int typeAt(int word) {
        return table.reference(table.word(id, word), id);
    }
}
