package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks from type to type. A file can chain types in a circle or ten thousand deep, so nothing here calls itself, and
 * a walk longer than there are types is a circle.
 */
public final class Chains {
    /** What a pointer takes in BPF, on any machine. */
    static final int POINTER_SIZE = 8;
    /** How much of a chain a message shows. */
    private static final int SHOWN = 8;

    /** How many steps walks that are counted may take, for each byte of the file: honest ones take a few a member. */
    private static final int STEPS_PER_BYTE = 64;

    private final TypeTable table;
    private final boolean counted;
    private long left;

    /** Walks the types of a table. */
    public Chains(TypeTable table) {
        this(table, false);
    }

    private Chains(TypeTable table, boolean counted) {
        this.table = table;
        this.counted = counted;
        this.left = counted ? STEPS_PER_BYTE * table.byteSize() : 0;
    }

    /**
     * {@return walks for one answer about many types, by one thread} Together they may only be as long as a multiple of the
     * file: 40,000 members, each at the end of 40,000 typedefs, would take a minute.
     */
    static Chains counted(TypeTable table) {
        return new Chains(table, true);
    }

    private void step(int from) {
        if (counted && left-- == 0) {
            throw table
                    .fail("the aliases and arrays up to those of %s are together %d times as many as the file has bytes"
                            .formatted(table.describe(from), STEPS_PER_BYTE));
        }
    }

    static boolean isAlias(Kind kind) {
        return switch (kind) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
            case VOID, INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT, DECL_TAG,
                    ENUM64, UNKNOWN ->
                false;
        };
    }

    /** {@return the first type that is no alias} */
    public int resolve(int id) {
        int at = id;
        for (long most = table.mostTypes(); most > 0; most--) {
            if (!isAlias(table.kind(at))) {
                return at;
            }
            step(id);
            at = table.reference(at);
        }
        throw circle(id);
    }

    /** {@return the names of the typedefs up to the first type that is no alias} */
    public List<String> typedefs(int id) {
        resolve(id);
        var names = table.names();
        var list = new ArrayList<String>();
        for (int at = id; isAlias(table.kind(at)); at = table.reference(at)) {
            if (table.kind(at) == Kind.TYPEDEF) {
                list.add(names.at(table.nameOffset(at), at));
            }
        }
        return List.copyOf(list);
    }

    /** {@return the bytes that a variable of a type takes} */
    public long sizeOf(int id) {
        long times = 1;
        int at = id;
        for (long most = table.mostTypes(); most > 0; most--) {
            step(id);
            switch (table.kind(at)) {
                case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> at = table.reference(at);
                case ARRAY -> {
                    times = multiply(id, times, table.word(at, 2));
                    at = table.reference(table.word(at, 0), at);
                }
                case PTR -> {
                    return multiply(id, times, POINTER_SIZE);
                }
                case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT -> {
                    return multiply(id, times, table.size(at));
                }
                case DATASEC -> {
                    return multiply(id, times, ((BtfType.DataSec) table.type(at)).size());
                }
                case VOID, FWD, FUNC, FUNC_PROTO, DECL_TAG, UNKNOWN -> throw unsized(id, at);
            }
        }
        throw circle(id);
    }

    private long multiply(int id, long times, long size) {
        try {
            return Math.multiplyExact(times, size);
        } catch (ArithmeticException e) {
            throw table.fail("%s is larger than 2^63 bytes: %s".formatted(table.describe(id), chain(id)));
        }
    }

    RuntimeException unsized(int id, int at) {
        return table.fail("%s has no size, for %s has none: %s".formatted(table.describe(id), table.describe(at),
                chain(id)));
    }

    RuntimeException circle(int id) {
        return table.fail("%s never ends: %s".formatted(table.describe(id), chain(id)));
    }

    /** {@return the ids from a type on, as far as a message should show} */
    private String chain(int id) {
        var text = new StringBuilder();
        int at = id;
        for (int i = 0; i < SHOWN; i++) {
            var kind = table.kind(at);
            text.append(kind).append(' ').append(at);
            if (isAlias(kind) || kind == Kind.VAR) {
                at = table.reference(at);
            } else if (kind == Kind.ARRAY) {
                at = table.reference(table.word(at, 0), at);
            } else {
                return text.toString();
            }
            text.append(" -> ");
        }
        return text.append("...").toString();
    }
}
