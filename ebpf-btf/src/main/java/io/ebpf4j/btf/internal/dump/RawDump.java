package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import io.ebpf4j.btf.internal.TypeTable;
import java.io.IOException;

/** Types one by one as they are in the file, as {@code bpftool btf dump} prints them. */
public final class RawDump {
    private final Image image;
    private final Output out;

    private RawDump(Image image, Output out) {
        this.image = image;
        this.out = out;
    }

    /** Writes the types of a table, those of its base left out. */
    public static void write(TypeTable table, Appendable receiver) throws IOException {
        var image = new Image(table);
        var out = new Output(receiver, image.texts(), new Budget(table));
        var dump = new RawDump(image, out);
        for (int id = table.firstId(); id < image.size(); id++) {
            dump.type(id);
            out.put('\n').lineEnd();
        }
        out.flush();
    }

    private void type(int id) {
        var kind = image.kind(id);
        out.put('[').number(id).put("] ").put(kind.name()).put(" '");
        name(image.name(id));
        out.put('\'');
        switch (kind) {
            case INT -> integer(id);
            case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> field(" type_id=", image.target(id));
            case ARRAY -> {
                field(" type_id=", image.word(id, 0));
                field(" index_type_id=", image.word(id, 1));
                field(" nr_elems=", image.word(id, 2));
            }
            case STRUCT, UNION -> composite(id);
            case ENUM, ENUM64 -> enumeration(id);
            case FWD -> out.put(" fwd_kind=").put(image.flag(id) ? "union" : "struct");
            case FUNC -> {
                field(" type_id=", image.target(id));
                out.put(" linkage=").put(linkage(image.vlen(id)));
            }
            case FUNC_PROTO -> function(id);
            case VAR -> {
                field(" type_id=", image.target(id));
                out.put(", linkage=").put(linkage(image.word(id, 0)));
            }
            case DATASEC -> section(id);
            case FLOAT -> size(id);
            case DECL_TAG -> {
                field(" type_id=", image.target(id));
                out.put(" component_idx=").number(image.word(id, 0));
            }
            case VOID, UNKNOWN -> {
                // Nothing is known of it.
            }
        }
    }

    private void name(int offset) {
        if (offset == 0) {
            out.put("(anon)");
        } else {
            out.text(offset);
        }
    }

    private void field(String label, int value) {
        out.put(label).unsigned(value);
    }

    private void size(int id) {
        out.put(" size=").number(image.byteSize(id));
    }

    private void sizes(int id) {
        size(id);
        out.put(" vlen=").number(image.vlen(id));
    }

    private void integer(int id) {
        int word = image.word(id, 0);
        size(id);
        out.put(" bits_offset=").number(word >> 16 & 0xff).put(" nr_bits=").number(word & 0xff);
        out.put(" encoding=").put(switch (word >> 24 & 0xf) {
            case 0 -> "(none)";
            case 1 -> "SIGNED";
            case 2 -> "CHAR";
            case 4 -> "BOOL";
            default -> "UNKN";
        });
    }

    private void composite(int id) {
        sizes(id);
        for (int i = 0; i < image.vlen(id); i++) {
            element(image.word(id, 3 * i));
            field(" type_id=", image.link(id, i));
            out.put(" bits_offset=").number(image.memberOffset(id, i));
            if (image.memberBits(id, i) > 0) {
                out.put(" bitfield_size=").number(image.memberBits(id, i));
            }
        }
    }

    /** Begins the line of a member, enumerator or parameter. */
    private void element(int name) {
        out.put("\n\t'");
        name(name);
        out.put('\'');
    }

    private void enumeration(int id) {
        out.put(" encoding=").put(image.flag(id) ? "SIGNED" : "UNSIGNED");
        sizes(id);
        int words = image.kind(id) == Kind.ENUM ? 2 : 3;
        for (int i = 0; i < image.vlen(id); i++) {
            element(image.word(id, words * i));
            out.put(" val=");
            Enums.value(out, image, id, i);
        }
    }

    private void function(int id) {
        field(" ret_type_id=", image.target(id));
        out.put(" vlen=").number(image.vlen(id));
        for (int i = 0; i < image.vlen(id); i++) {
            element(image.word(id, 2 * i));
            field(" type_id=", image.link(id, 1 + i));
        }
    }

    private void section(int id) {
        sizes(id);
        for (int i = 0; i < image.vlen(id); i++) {
            int variable = image.link(id, i);
            field("\n\ttype_id=", variable);
            field(" offset=", image.word(id, 3 * i + 1));
            field(" size=", image.word(id, 3 * i + 2));
            out.put(" (").put(image.kind(variable).name()).put(" '");
            name(image.name(variable));
            out.put("')");
        }
    }

    private static String linkage(int number) {
        return switch (number) {
            case 0 -> "static";
            case 1 -> "global";
            case 2 -> "extern";
            default -> "(unknown)";
        };
    }
}
