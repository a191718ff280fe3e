package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import java.util.BitSet;

/**
 * In which order types must be defined. A type that is embedded must be complete before, one that is only pointed to need
 * not, if it has a tag to declare it by; what is anonymous is defined in place, so that it hands its own needs on.
 *
 * <p>The walk goes depth first and answers of each type whether it is a strong need: whether its definition is, or has
 * to be, there already. The rules, and so the order, are those of libbpf's {@code btf_dump}: only definitions are
 * remembered as done, while qualifiers, arrays and functions count anew on each way that leads to them.
 */
final class Order {
    private static final int DONE = 1;
    /** On the way to the type that is looked at: a composite or pointer, or any other one by way of ... */
    private static final int OPEN = 2;
    /** ... a pointer. */
    private static final int OPEN_BY_POINTER = 4;

    private static final int BY_POINTER = 1;
    private static final int STRONG = 2;

    private final Image image;
    private final ChainEnds ends;
    private final Budget budget;
    private final byte[] states;
    private final BitSet referenced = new BitSet();
    /** Three numbers a type on the way: id, the next link, how it was reached and what is known of it. */
    private final IntStack way = new IntStack();
    private final IntStack definitions = new IntStack();
    /** The answer of the type that was left last. */
    private boolean strong;

    Order(Image image, ChainEnds ends, Budget budget) {
        this.image = image;
        this.ends = ends;
        this.budget = budget;
        this.states = new byte[image.size()];
        states[0] = DONE;
        for (int id = 1; id < image.size(); id++) {
            // What a function returns does not count, for it does not in libbpf.
            for (int i = image.kind(id) == Kind.FUNC_PROTO ? 1 : 0; i < image.links(id); i++) {
                referenced.set(image.link(id, i));
            }
        }
    }

    /** {@return what has to be defined for a type and was not yet, in this order; valid until the next call} */
    IntStack of(int root) {
        definitions.clear();
        enter(root, false);
        while (!way.isEmpty()) {
            advance();
        }
        return definitions;
    }

    private void advance() {
        int flags = way.pop();
        int link = way.pop();
        int id = way.pop();
        if (link > 0 && strong) {
            flags |= STRONG;
        }
        if (link == image.links(id)) {
            leave(id, flags);
            return;
        }
        push(id, link + 1, flags);
        boolean byPointer = image.kind(id) == Kind.PTR || (!image.isComposite(id) && (flags & BY_POINTER) != 0);
        enter(image.link(id, link), byPointer);
    }

    private void push(int id, int link, int flags) {
        way.push(id);
        way.push(link);
        way.push(flags);
    }

    private void enter(int from, boolean pointer) {
        budget.spend(1);
        int id = ends.end(from);
        boolean byPointer = pointer && !ends.isOverArray(from);
        if (states[id] == DONE) {
            strong = true;
            return;
        }
        switch (image.kind(id)) {
            case STRUCT, UNION -> {
                if (byPointer && image.name(id) != 0) {
                    strong = false;
                } else {
                    open(id, OPEN, 0);
                }
            }
            case PTR -> open(id, OPEN, 0);
            case TYPEDEF, FUNC_PROTO -> open(id, byPointer ? OPEN_BY_POINTER : OPEN, byPointer ? BY_POINTER : 0);
            case ENUM, ENUM64, FWD -> {
                if (image.name(id) != 0 || !referenced.get(id)) {
                    definitions.push(id);
                }
                done(id, true);
            }
            case VOID, INT, FLOAT, FUNC, VAR, DATASEC, DECL_TAG, UNKNOWN -> done(id, false);
            case ARRAY, VOLATILE, CONST, RESTRICT, TYPE_TAG -> throw new AssertionError(id);
        }
    }

    private void open(int id, int state, int flags) {
        if ((states[id] & state) != 0) {
            throw image.table().fail(image.table().describe(id)
                    + " needs its own definition first: C has no such type");
        }
        states[id] |= (byte) state;
        push(id, 0, flags);
    }

    private void leave(int id, int flags) {
        boolean byPointer = (flags & BY_POINTER) != 0;
        strong = (flags & STRONG) != 0;
        switch (image.kind(id)) {
            case STRUCT, UNION -> {
                if (image.name(id) != 0) {
                    definitions.push(id);
                }
                done(id, true);
            }
            case PTR -> done(id, strong);
            case TYPEDEF -> {
                if (strong || !byPointer) {
                    definitions.push(id);
                    done(id, true);
                } else {
                    states[id] &= ~OPEN_BY_POINTER;
                }
            }
            case FUNC_PROTO -> states[id] &= (byte) ~(byPointer ? OPEN_BY_POINTER : OPEN);
            case VOID, INT, ENUM, ENUM64, FWD, FLOAT, FUNC, VAR, DATASEC, DECL_TAG, UNKNOWN, ARRAY, VOLATILE, CONST,
                    RESTRICT, TYPE_TAG ->
                throw new AssertionError(id);
        }
    }

    private void done(int id, boolean isStrong) {
        states[id] = DONE;
        strong = isStrong;
    }
}
