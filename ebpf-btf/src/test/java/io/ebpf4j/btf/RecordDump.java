package io.ebpf4j.btf;

import java.util.Locale;

/**
 * Prints records as {@link BtfDump#raw} prints the bytes they were made from, so that every field of them is compared with
 * another reader's.
 */
final class RecordDump {
    private final Btf btf;
    private final StringBuilder out = new StringBuilder();

    private RecordDump(Btf btf) {
        this.btf = btf;
    }

    static String of(Btf btf, int firstId) {
        var dump = new RecordDump(btf);
        btf.types().stream().skip(firstId).forEach(dump::print);
        return dump.out.toString();
    }

    private void print(BtfType type) {
        switch (type) {
            case BtfType.Void t -> throw new AssertionError(t);
            case BtfType.Int t ->
                line(t, "INT", "size=%d bits_offset=%d nr_bits=%d encoding=%s".formatted(t.size(), t.bitOffset(),
                        t.bits(), t.isSigned() ? "SIGNED" : t.isChar() ? "CHAR" : t.isBool() ? "BOOL" : "(none)"));
            case BtfType.Ptr t -> line(t, "PTR", "type_id=%d".formatted(t.type()));
            case BtfType.Array t ->
                line(t, "ARRAY", "type_id=%d index_type_id=%d nr_elems=%d".formatted(t.element(), t.index(),
                        t.count()));
            case BtfType.Struct t -> composite(t, "STRUCT");
            case BtfType.Union t -> composite(t, "UNION");
            case BtfType.Enum t -> enumeration(t, "ENUM", "");
            case BtfType.Enum64 t -> enumeration(t, "ENUM64", t.signed() ? "LL" : "ULL");
            case BtfType.Fwd t -> line(t, "FWD", "fwd_kind=%s".formatted(t.isUnion() ? "union" : "struct"));
            case BtfType.Typedef t -> line(t, "TYPEDEF", "type_id=%d".formatted(t.type()));
            case BtfType.Volatile t -> line(t, "VOLATILE", "type_id=%d".formatted(t.type()));
            case BtfType.Const t -> line(t, "CONST", "type_id=%d".formatted(t.type()));
            case BtfType.Restrict t -> line(t, "RESTRICT", "type_id=%d".formatted(t.type()));
            case BtfType.TypeTag t -> line(t, "TYPE_TAG", "type_id=%d".formatted(t.type()));
            case BtfType.Func t -> line(t, "FUNC", "type_id=%d linkage=%s".formatted(t.type(), linkage(t.linkage())));
            case BtfType.FuncProto t -> {
                line(t, "FUNC_PROTO", "ret_type_id=%d vlen=%d".formatted(t.returnType(), t.params().size()));
                t.params().forEach(p -> out.append("\t'%s' type_id=%d\n".formatted(name(p.name()), p.type())));
            }
            case BtfType.Var t -> line(t, "VAR", "type_id=%d, linkage=%s".formatted(t.type(), linkage(t.linkage())));
            case BtfType.DataSec t -> {
                line(t, "DATASEC", "size=%d vlen=%d".formatted(t.size(), t.variables().size()));
                t.variables().forEach(v -> {
                    var target = btf.type(v.type());
                    out.append("\ttype_id=%d offset=%d size=%d (%s '%s')\n".formatted(v.type(), v.offset(), v.size(),
                            target.getClass().getSimpleName().toUpperCase(Locale.ROOT), target.name()));
                });
            }
            case BtfType.FloatingPoint t -> line(t, "FLOAT", "size=%d".formatted(t.size()));
            case BtfType.DeclTag t ->
                line(t, "DECL_TAG", "type_id=%d component_idx=%d".formatted(t.type(), t.component()));
            case BtfType.Unknown t -> throw new AssertionError(t);
        }
    }

    private void composite(BtfType.Composite type, String kind) {
        line(type, kind, "size=%d vlen=%d".formatted(type.size(), type.members().size()));
        for (var m : type.members()) {
            out.append("\t'%s' type_id=%d bits_offset=%d".formatted(name(m.name()), m.type(), m.bitOffset()));
            out.append(m.bitfieldSize() == 0 ? "\n" : " bitfield_size=%d\n".formatted(m.bitfieldSize()));
        }
    }

    private void enumeration(BtfType.Enumeration type, String kind, String suffix) {
        line(type, kind, "encoding=%s size=%d vlen=%d".formatted(type.signed() ? "SIGNED" : "UNSIGNED", type.size(),
                type.constants().size()));
        type.constants().forEach(c -> out.append("\t'%s' val=%s%s\n".formatted(c.name(),
                type.signed() ? Long.toString(c.value()) : Long.toUnsignedString(c.value()), suffix)));
    }

    private void line(BtfType type, String kind, String fields) {
        out.append("[%d] %s '%s' %s\n".formatted(type.id(), kind, name(type.name()), fields));
    }

    private static String linkage(BtfType.Linkage linkage) {
        return linkage.name().toLowerCase(Locale.ROOT);
    }

    private static String name(String name) {
        return name.isEmpty() ? "(anon)" : name;
    }
}
