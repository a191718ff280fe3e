package io.ebpf4j.internal.insn;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The declaration of a function as bpftool writes it above its code. That is near C, but not quite: what is right of a
 * name in C is left of it here.
 */
final class Prototype {
    /** The size of bpftool's buffer, with a NUL; what does not fit is not shown. */
    private static final int LONGEST = 1023;
    /** A parameter takes two characters at least, so more do not fit; and no members are read for the name of their struct. */
    private static final int MOST_ELEMENTS = LONGEST / 2;
    /** Pointers that point to each other would never end. */
    private static final int DEEPEST = 64;

    private final Btf btf;
    private final StringBuilder text = new StringBuilder();
    /** A function that takes itself is read once, not at each level. */
    private final Map<Integer, BtfType> read = new HashMap<>();

    private Prototype(Btf btf) {
        this.btf = btf;
    }

    /** {@return {@code int on_exec(void * ctx)}; nothing for types that bpftool does not write} */
    static Optional<String> of(Btf btf, int type) {
        var prototype = new Prototype(btf);
        return prototype.write(type, 0) && !prototype.text.isEmpty()
                ? Optional.of(prototype.text.toString())
                : Optional.empty();
    }

    private boolean write(int id, int depth) {
        if (depth == DEEPEST || text.length() > LONGEST) {
            return false;
        }
        if (btf.elementCount(id) > MOST_ELEMENTS) {
            return !btf.kind(id).equals(BtfType.FuncProto.class) && add(btf.spell(id) + " ");
        }
        return switch (read.computeIfAbsent(id, btf::type)) {
            case BtfType.Void() -> add("void ");
            case BtfType.Int type -> add(type.name() + " ");
            case BtfType.Typedef type -> add(type.name() + " ");
            case BtfType.FloatingPoint type -> add(type.name() + " ");
            case BtfType.Struct type -> add("struct " + type.name() + " ");
            case BtfType.Union type -> add("union " + type.name() + " ");
            case BtfType.Enum type -> add("enum " + type.name() + " ");
            case BtfType.Enum64 type -> add("enum " + type.name() + " ");
            case BtfType.Fwd type -> add((type.isUnion() ? "union " : "struct ") + type.name() + " ");
            case BtfType.Array type -> write(type.element(), depth + 1) && add("[" + type.count() + "]");
            case BtfType.Ptr type -> write(type.type(), depth + 1) && add("* ");
            case BtfType.Volatile type -> add("volatile ") && write(type.type(), depth + 1);
            case BtfType.Const type -> add("const ") && write(type.type(), depth + 1);
            case BtfType.Restrict type -> add("restrict ") && write(type.type(), depth + 1);
            case BtfType.FuncProto type -> function("", type, depth + 1);
            case BtfType.Func type ->
                btf.elementCount(type.type()) <= MOST_ELEMENTS
                        && btf.type(type.type()) instanceof BtfType.FuncProto proto
                        && function(type.name(), proto, depth + 1);
            case BtfType.Var _ -> false;
            case BtfType.DataSec _ -> false;
            case BtfType.DeclTag _ -> false;
            case BtfType.TypeTag _ -> false;
            case BtfType.Unknown _ -> false;
        };
    }

    private boolean function(String name, BtfType.FuncProto type, int depth) {
        if (!write(type.returnType(), depth) || !add(name + "(")) {
            return false;
        }
        String separator = "";
        for (BtfType.Param param : type.params()) {
            if (!add(separator) || !(param.type() == 0 ? add("...") : param(param, depth))) {
                return false;
            }
            separator = ", ";
        }
        return add(")");
    }

    private boolean param(BtfType.Param param, int depth) {
        if (!write(param.type(), depth)) {
            return false;
        }
        int last = text.length() - 1;
        if (param.name().isEmpty() && last >= 0 && text.charAt(last) == ' ') {
            text.setLength(last);
        }
        return add(param.name());
    }

    private boolean add(String part) {
        text.append(part);
        return text.length() <= LONGEST;
    }
}
