package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import java.io.IOException;

/**
 * Definitions at the outermost level of a file, each with the declarations that it needs in front of it: of structs that
 * come later, and of typedefs for pointers to them.
 */
final class Definitions {
    private static final byte OPEN = 1;
    private static final byte DONE = 2;
    private static final byte DECLARED = 4;
    private static final int NOTHING = 0;
    /** Typedefs that GCC makes from builtin types of ARM, which other compilers lack. */
    private static final String[][] BUILTIN = {
            {"__Poly8_t", "unsigned char"},
            {"__Poly16_t", "unsigned short"},
            {"__Poly64_t", "unsigned long long"},
            {"__Poly128_t", "unsigned __int128"}};

    private final Image image;
    private final ChainEnds ends;
    private final Budget budget;
    private final Output out;
    private final UniqueNames names;
    private final Declarations declarations;
    private final byte[] states;
    /** Three numbers a type on the way: id, the next link, and the named type that its own types are part of. */
    private final IntStack way = new IntStack();

    Definitions(Image image, ChainEnds ends, Output out, Budget budget) {
        this.image = image;
        this.ends = ends;
        this.budget = budget;
        this.out = out;
        this.names = new UniqueNames(image, budget);
        this.declarations = new Declarations(image, out, budget, names);
        this.states = new byte[image.size()];
        states[0] = DONE;
    }

    /** Writes the definition of a named type, or of an enum that no other type refers to, unless it was. */
    void write(int id) throws IOException {
        enter(id, NOTHING);
        while (!way.isEmpty()) {
            int owner = way.pop();
            int link = way.pop();
            int at = way.pop();
            if (link < image.links(at)) {
                push(at, link + 1, owner);
                enter(image.link(at, link), owner);
            } else {
                leave(at);
            }
        }
    }

    private void push(int id, int link, int owner) {
        way.push(id);
        way.push(link);
        way.push(owner);
    }

    /** Writes what must be there before a type is used in the definition of its owner; nothing owns what is defined. */
    private void enter(int from, int owner) throws IOException {
        int id = used(from);
        if (states[id] == DONE) {
            return;
        }
        switch (image.kind(id)) {
            case INT -> {
                builtin(id);
                states[id] = DONE;
            }
            case ENUM, ENUM64 -> {
                if (owner == NOTHING) {
                    declarations.enumeration(id);
                    end();
                }
                states[id] = DONE;
            }
            case FWD -> {
                declarations.tag(id);
                end();
                states[id] = DONE;
            }
            case TYPEDEF -> {
                if ((states[id] & OPEN) != 0) {
                    typedef(id);
                } else {
                    states[id] |= OPEN;
                    push(id, 0, id);
                }
            }
            case STRUCT, UNION -> {
                if (owner == NOTHING) {
                    states[id] |= OPEN;
                    push(id, 0, id);
                } else if (image.name(id) == 0) {
                    push(id, 0, owner);
                } else if (id != owner) {
                    declare(id);
                }
            }
            case FUNC_PROTO -> push(id, 0, owner);
            case FLOAT, FUNC, VAR, DATASEC, DECL_TAG, UNKNOWN -> {
                // Needs nothing, or is no type in C.
            }
            case VOID, PTR, ARRAY, VOLATILE, CONST, RESTRICT, TYPE_TAG -> throw new AssertionError(id);
        }
    }

    private void leave(int id) throws IOException {
        switch (image.kind(id)) {
            case TYPEDEF -> {
                typedef(id);
                states[id] = DONE;
            }
            case STRUCT, UNION -> {
                if (image.name(id) != 0) {
                    declarations.composite(id);
                    end();
                    states[id] = DONE;
                }
            }
            case FUNC_PROTO -> {
                // What it needs is written.
            }
            case VOID, INT, PTR, ARRAY, ENUM, ENUM64, FWD, VOLATILE, CONST, RESTRICT, FUNC, VAR, DATASEC, FLOAT,
                    DECL_TAG, TYPE_TAG, UNKNOWN ->
                throw new AssertionError(id);
        }
    }

    /** {@return the type at the end of a declaration} */
    private int used(int from) {
        int id = ends.end(from);
        budget.spend(1);
        while (image.kind(id) == Kind.PTR) {
            id = ends.end(image.target(id));
            budget.spend(1);
        }
        return id;
    }

    /** Declares a struct or union before its definition. */
    private void declare(int id) throws IOException {
        if ((states[id] & DECLARED) == 0) {
            states[id] |= DECLARED;
            declarations.tag(id);
            end();
        }
    }

    /** Writes a typedef once, be it when its own type asks for it. */
    private void typedef(int id) throws IOException {
        if ((states[id] & DECLARED) != 0) {
            return;
        }
        states[id] |= DECLARED;
        if (image.textIs(image.name(id), "__builtin_va_list")) {
            return; // every compiler has its own
        }
        boolean isFirst = names.number(id) == 1; // taken before an enumerator in it can take the same
        if (isFirst && image.target(id) == 0 && image.textIs(image.name(id), "__gnuc_va_list")) {
            out.put("typedef __builtin_va_list __gnuc_va_list"); // old versions of GCC say void
        } else {
            declarations.typedef(id);
        }
        end();
    }

    private void builtin(int id) throws IOException {
        boolean isFirst = names.number(id) == 1;
        for (var typedef : BUILTIN) {
            if (isFirst && image.textIs(image.name(id), typedef[0])) {
                out.put("typedef ").put(typedef[1]).put(' ').put(typedef[0]);
                end();
            }
        }
    }

    private void end() throws IOException {
        out.put(";\n\n").lineEnd();
    }
}
