package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The first type behind qualifiers, type tags and arrays, which have no definition of their own. Remembered for every
 * type on the way, or ten thousand of them in a row would be walked ten thousand times.
 */
final class ChainEnds {
    private static final int UNKNOWN = -1;

    private final Image image;
    private final int[] ends;
    private final BitSet overArrays = new BitSet();
    private final IntStack way = new IntStack();

    ChainEnds(Image image) {
        this.image = image;
        this.ends = new int[image.size()];
        Arrays.fill(ends, UNKNOWN);
    }

    /** {@return the first type that is more than a part of a declaration} */
    int end(int id) {
        if (ends[id] == UNKNOWN) {
            find(id);
        }
        return ends[id];
    }

    /** {@return whether there is an array on the way to {@link #end}, which was asked for before} */
    boolean isOverArray(int id) {
        return overArrays.get(id);
    }

    private void find(int id) {
        int at = id;
        while (ends[at] == UNKNOWN && isPassed(at)) {
            way.push(at);
            at = image.link(at, 0);
            if (way.size() > image.size()) {
                throw image.table().fail(image.table().describe(id) + " leads through qualifiers and arrays to itself");
            }
        }
        if (ends[at] == UNKNOWN) {
            ends[at] = at;
        }
        boolean overArray = overArrays.get(at);
        while (!way.isEmpty()) {
            int passed = way.pop();
            overArray |= image.kind(passed) == Kind.ARRAY;
            overArrays.set(passed, overArray);
            ends[passed] = ends[at];
        }
    }

    private boolean isPassed(int id) {
        return switch (image.kind(id)) {
            case VOLATILE, CONST, RESTRICT, TYPE_TAG, ARRAY -> true;
            case VOID, INT, PTR, STRUCT, UNION, ENUM, ENUM64, FWD, TYPEDEF, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT,
                    DECL_TAG, UNKNOWN ->
                false;
        };
    }
}
