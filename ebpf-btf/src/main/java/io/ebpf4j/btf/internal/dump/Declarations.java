package io.ebpf4j.btf.internal.dump;

/**
 * Declarations as C writes them: around the name, with pointers on its left, arrays and parameters on its right, and
 * anonymous types in full where others have their tag.
 *
 * <p>What follows a name waits on a stack while the name is written: the rest of a declaration whose type is written in
 * full, a bracket to close, the parameters or members to come. So no nesting in a file is one in here.
 */
final class Declarations {
    /** What waits: the kind on top, its numbers below. */
    private static final int MEMBERS = 0;
    private static final int DECLARATOR = 1;
    private static final int PARAMS = 2;
    private static final int DIMENSION = 3;
    private static final int BRACKET = 4;

    private final Image image;
    private final Output out;
    private final Budget budget;
    private final UniqueNames names;
    private final Members members;
    private final Enums enums;
    private final IntStack todo = new IntStack();
    private final Declarator around;

    Declarations(Image image, Output out, Budget budget, UniqueNames names) {
        this.image = image;
        this.out = out;
        this.budget = budget;
        this.names = names;
        this.around = new Declarator(image, out);
        var measures = new Measures(image);
        this.members = new Members(image, out, measures);
        this.enums = new Enums(image, out, names, measures.pointerSize());
    }

    /** Writes a named struct, union or enum, as {@code struct x}. */
    void tag(int id) {
        out.put(keyword(id)).put(' ');
        names.write(out, id);
    }

    private String keyword(int id) {
        return switch (image.kind(id)) {
            case STRUCT -> "struct";
            case UNION -> "union";
            case ENUM, ENUM64 -> "enum";
            case FWD -> image.flag(id) ? "union" : "struct";
            case VOID, INT, PTR, ARRAY, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT,
                    DECL_TAG, TYPE_TAG, UNKNOWN ->
                throw new AssertionError(id);
        };
    }

    /** Writes an enum with its enumerators. */
    void enumeration(int id) {
        enums.write(id, 0);
    }

    /** Writes a struct or union with its members. */
    void composite(int id) {
        beginComposite(id, 0);
        finish();
    }

    /** Writes a typedef. */
    void typedef(int id) {
        out.put("typedef ");
        declare(image.target(id), ~id, 0);
        finish();
    }

    private void finish() {
        while (!todo.isEmpty()) {
            switch (todo.pop()) {
                case MEMBERS -> nextMember(todo.pop(), todo.pop(), todo.pop());
                case DECLARATOR -> declarator(todo.pop(), todo.pop(), todo.pop());
                case PARAMS -> nextParam(todo.pop(), todo.pop(), todo.pop());
                case DIMENSION -> out.put('[').unsigned(image.word(todo.pop(), 2)).put(']');
                case BRACKET -> out.put(')');
                default -> throw new AssertionError();
            }
        }
    }

    private void later(int what, int first, int second, int third) {
        todo.push(third);
        todo.push(second);
        todo.push(first);
        todo.push(what);
    }

    private void beginComposite(int id, int level) {
        out.put(keyword(id));
        if (image.name(id) != 0) {
            out.put(' ');
            names.write(out, id);
        }
        out.put(" {");
        later(MEMBERS, id, 0, level);
    }

    private void nextMember(int id, int index, int level) {
        if (index > 0) {
            members.end(id, index - 1);
        }
        if (index == image.vlen(id)) {
            members.close(id, level);
            return;
        }
        members.begin(id, index, level + 1);
        later(MEMBERS, id, index + 1, level);
        declare(image.link(id, index), image.word(id, 3 * index), level + 1);
    }

    private void nextParam(int id, int index, int level) {
        int count = image.vlen(id);
        if (count == 0 || (count == 1 && image.link(id, 1) == 0)) {
            out.put("(void)");
            return;
        }
        out.put(index == 0 ? "(" : "");
        if (index == count) {
            out.put(')');
            return;
        }
        out.put(index > 0 ? ", " : "");
        if (index == count - 1 && image.link(id, 1 + index) == 0) {
            out.put("...)");
            return;
        }
        later(PARAMS, id, index + 1, level);
        declare(image.link(id, 1 + index), image.word(id, 2 * index), level);
    }

    /** @param name where it lies in the texts, or the complement of the id of a typedef that it is the name of */
    private void declare(int type, int name, int level) {
        int start = around.size();
        int base = around.push(type);
        budget.spend(around.size() - start);
        around.writeQualifiers(start);
        switch (image.kind(base)) {
            case VOID -> out.put("void");
            case INT, FLOAT -> out.text(image.name(base));
            case TYPEDEF -> names.write(out, base);
            case FWD -> tag(base);
            case ENUM, ENUM64 -> {
                if (image.name(base) == 0) {
                    enums.write(base, level);
                } else {
                    tag(base);
                }
            }
            case STRUCT, UNION -> {
                if (image.name(base) == 0) {
                    later(DECLARATOR, start, name, level);
                    beginComposite(base, level);
                    return;
                }
                tag(base);
            }
            case UNKNOWN -> out.put("/* type ").number(base).put(", of unknown kind */");
            case FUNC, VAR, DATASEC, DECL_TAG -> throw image.table().fail(image.table().describe(base)
                    + " is used as the type of a member, parameter or typedef, but cannot be one");
            case PTR, ARRAY, VOLATILE, CONST, RESTRICT, TYPE_TAG, FUNC_PROTO -> throw new AssertionError(base);
        }
        declarator(start, name, level);
    }

    /** Writes what is left of a declaration behind its type. */
    private void declarator(int start, int name, int level) {
        boolean isNamed = name < 0 || image.texts()[name] != 0;
        boolean joined = false;
        while (around.size() > start) {
            int id = around.pop();
            joined = switch (image.kind(id)) {
                case PTR -> {
                    out.put(joined ? "*" : " *");
                    yield true;
                }
                case VOLATILE, CONST, RESTRICT -> {
                    out.put(' ').put(around.qualifier(id));
                    yield false;
                }
                case TYPE_TAG -> {
                    around.writeTag(id);
                    yield false;
                }
                case ARRAY -> {
                    around.dropQualifiers(start);
                    todo.push(id);
                    todo.push(DIMENSION);
                    yield openArray(start, isNamed && !joined) || joined;
                }
                case FUNC_PROTO -> {
                    around.dropQualifiers(start);
                    later(PARAMS, id, 0, level);
                    yield openFunction(start) || joined;
                }
                case VOID, INT, STRUCT, UNION, ENUM, ENUM64, FWD, TYPEDEF, FUNC, VAR, DATASEC, FLOAT, DECL_TAG,
                        UNKNOWN ->
                    throw new AssertionError(id);
            };
        }
        if (isNamed) {
            out.put(joined ? "" : " ");
            if (name < 0) {
                names.write(out, ~name);
            } else {
                out.text(name);
            }
        }
    }

    /** Begins what stands left of a dimension, if anything but a name does. */
    private boolean openArray(int start, boolean spaced) {
        if (around.size() == start) {
            return false;
        }
        out.put(spaced ? " " : "");
        if (!around.isArray()) {
            out.put('(');
            todo.push(BRACKET);
        }
        return true;
    }

    private boolean openFunction(int start) {
        if (around.size() == start) {
            return false;
        }
        out.put(" (");
        todo.push(BRACKET);
        return true;
    }
}
