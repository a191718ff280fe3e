package io.ebpf4j.btf.internal;

import io.ebpf4j.elf.internal.Messages;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Types as C declares them, from the name outwards: what stands right of it binds first, so that a pointer to an array
 * needs parentheses. Never fails on what a type refers to, for it serves the messages about that.
 */
public final class Spelling {
    private static final String CUT = "...";
    /** What leaves room in a line for the rest of a message. */
    private static final int LONGEST = 240;
    private static final int LONGEST_CHAIN = 32;
    private static final int MOST_PARAMS = 16;

    private final TypeTable table;

    /** Spells types of a table. */
    public Spelling(TypeTable table) {
        this.table = table;
    }

    /** {@return a type in C, short whatever the file says} */
    public String of(int id) {
        String text = declare(table.check(id), true);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + CUT;
    }

    /**
     * {@return a type}
     *
     * @param first whether to spell the parameters of functions; not in those of another, or it could go on forever
     */
    private String declare(long first, boolean withParams) {
        String declarator = "";
        String qualifiers = "";
        long next = first;
        for (int steps = 0; steps < LONGEST_CHAIN && table.has(next); steps++) {
            int id = (int) next;
            var kind = table.kind(id);
            switch (kind) {
                case PTR -> declarator = "*" + declarator;
                case ARRAY -> declarator = grouped(declarator) + "[" + table.word(id, 2) + "]";
                case FUNC_PROTO -> declarator = grouped(declarator) + (withParams ? params(id) : "(" + CUT + ")");
                case FUNC, VAR -> declarator = name(id);
                case CONST, VOLATILE, RESTRICT -> {
                    String word = kind.name().toLowerCase(Locale.ROOT);
                    if (pointsBehindQualifiers(id)) {
                        declarator = declarator.isEmpty() ? word : word + " " + declarator;
                    } else {
                        qualifiers += word + " ";
                    }
                }
                case TYPE_TAG -> {
                    // Not C; the attribute would be longer than the type.
                }
                case VOID, INT, STRUCT, UNION, ENUM, ENUM64, FWD, TYPEDEF, FLOAT, DATASEC, DECL_TAG, UNKNOWN -> {
                    return join(qualifiers + base(id, kind), declarator);
                }
            }
            next = kind == Kind.ARRAY ? table.word(id, 0) : table.size(id);
        }
        return join(qualifiers + (table.has(next) ? CUT : "<no type " + next + ">"), declarator);
    }

    /** A star binds less than what follows the name. */
    private static String grouped(String declarator) {
        return declarator.startsWith("*") ? "(" + declarator + ")" : declarator;
    }

    private static String join(String base, String declarator) {
        return declarator.isEmpty() ? base : declarator.startsWith("[") ? base + declarator : base + " " + declarator;
    }

    /** {@return whether the qualifier is that of a pointer, to be written right of its star} */
    private boolean pointsBehindQualifiers(int id) {
        long next = table.size(id);
        for (int steps = 0; steps < LONGEST_CHAIN && table.has(next); steps++) {
            switch (table.kind((int) next)) {
                case CONST, VOLATILE, RESTRICT, TYPE_TAG -> next = table.size((int) next);
                case PTR -> {
                    return true;
                }
                case VOID, INT, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT,
                        DECL_TAG, ENUM64, UNKNOWN -> {
                    return false;
                }
            }
        }
        return false;
    }

    private String params(int prototype) {
        int count = table.vlen(prototype);
        var params = new StringJoiner(", ", "(", ")");
        for (int i = 0; i < Math.min(count, MOST_PARAMS); i++) {
            long type = table.word(prototype, 2 * i + 1);
            params.add(type == 0 && i == count - 1 ? CUT : declare(type, false));
        }
        if (count > MOST_PARAMS) {
            params.add(CUT);
        }
        return count == 0 ? "(void)" : params.toString();
    }

    private String base(int id, Kind kind) {
        return switch (kind) {
            case VOID -> "void";
            case STRUCT -> tagged("struct", id);
            case UNION -> tagged("union", id);
            case ENUM, ENUM64 -> tagged("enum", id);
            case FWD -> tagged(Kind.flag(table.info(id)) ? "union" : "struct", id);
            case DATASEC -> "section " + name(id);
            case DECL_TAG -> "tag " + name(id);
            case UNKNOWN -> "kind " + Kind.number(table.info(id)) + " " + name(id);
            case INT, FLOAT, TYPEDEF, PTR, ARRAY, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, TYPE_TAG ->
                name(id);
        };
    }

    private String tagged(String keyword, int id) {
        return keyword + " " + (table.nameOffset(id) == 0 ? "{" + CUT + "}" : name(id));
    }

    private String name(int id) {
        String quoted = Messages.quote(table.strings().at(table.nameOffset(id)));
        return quoted.substring(1, quoted.length() - 1);
    }
}
