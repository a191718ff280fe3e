package io.ebpf4j.btf.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Alignments, by the rules of libbpf's {@code btf__align_of}, but with a stack of its own: each type is looked at twice,
 * before and after what it consists of, however deep that is and however often it occurs.
 */
public final class Alignment {
    /** Its parts are being looked at; whoever meets it now is one of them. */
    private static final long OPEN = -1;

    private final TypeTable table;
    private final Map<Integer, Long> known = new HashMap<>();

    /** Measures types of a table. */
    public Alignment(TypeTable table) {
        this.table = table;
    }

    /** {@return the alignment of a type in bytes} */
    public long of(int id) {
        Deque<Integer> todo = new ArrayDeque<>();
        todo.push(id);
        while (!todo.isEmpty()) {
            int at = todo.getFirst();
            Long alignment = known.get(at);
            if (alignment == null) {
                known.put(at, OPEN);
                parts(at, part -> {
                    Long done = known.get(part);
                    if (done == null) {
                        todo.push(part);
                    } else if (done == OPEN) {
                        throw table
                                .fail("%s contains itself, by %s".formatted(table.describe(part), table.describe(at)));
                    }
                });
            } else {
                todo.pop();
                if (alignment == OPEN) {
                    known.put(at, measure(at));
                }
            }
        }
        return value(id);
    }

    private void parts(int id, IntConsumer part) {
        switch (table.kind(id)) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> part.accept(table.reference(id));
            case ARRAY -> part.accept(element(id));
            case STRUCT, UNION -> {
                for (int i = 0; i < table.vlen(id); i++) {
                    part.accept(member(id, i));
                }
            }
            case INT, PTR, ENUM, ENUM64, FLOAT -> {
                // Nothing else in it.
            }
            case VOID, FWD, FUNC, FUNC_PROTO, DATASEC, DECL_TAG, UNKNOWN -> throw table.fail(table.describe(id)
                    + " has no alignment");
        }
    }

    private long measure(int id) {
        return switch (table.kind(id)) {
            case INT, ENUM, ENUM64, FLOAT -> Math.clamp(table.size(id), 1, Chains.POINTER_SIZE);
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> value(table.reference(id));
            case ARRAY -> value(element(id));
            case STRUCT, UNION -> composite(id);
            case PTR, VOID, FWD, FUNC, FUNC_PROTO, DATASEC, DECL_TAG, UNKNOWN -> Chains.POINTER_SIZE;
        };
    }

    private long composite(int id) {
        boolean withBitfields = Kind.flag(table.info(id));
        long largest = 1;
        for (int i = 0; i < table.vlen(id); i++) {
            long alignment = value(member(id, i));
            long offset = table.word(id, 3 * i + 2);
            boolean bitfield = withBitfields && offset >> 24 != 0;
            if (!bitfield && offset % (8 * alignment) != 0) {
                return 1;
            }
            largest = Math.max(largest, alignment);
        }
        return table.size(id) % largest == 0 ? largest : 1;
    }

    private int element(int array) {
        return table.reference(table.word(array, 0), array);
    }

    private int member(int composite, int index) {
        return table.reference(table.word(composite, 3 * index + 1), composite);
    }

    private long value(int id) {
        return known.getOrDefault(id, 1L);
    }
}
