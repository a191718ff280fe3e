package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.TypeTable;

/**
 * What a dump may cost in bytes written and types visited. Without it a few kilobytes could ask for terabytes: an
 * anonymous struct with two members of one anonymous type, that again with two, and so on, doubles the text with each.
 */
final class Budget {
    private static final long LEAST = 4 << 20;
    private static final int TIMES = 32;
    /** What surely fits into one array. */
    private static final long MOST = 1 << 30;

    private final TypeTable table;
    private final long whole;
    private long left;

    Budget(TypeTable table) {
        this.table = table;
        this.whole = Math.min(LEAST + TIMES * table.byteSize(), MOST);
        this.left = whole;
    }

    void spend(long amount) {
        left -= amount;
        if (left < 0) {
            throw table.fail(("its dump would have more than %d bytes, or take as many steps, for a file of %d bytes:"
                    + " do anonymous types or functions repeat each other?").formatted(whole, table.byteSize()));
        }
    }

    /** Checks that an amount could be spent. */
    void check(long amount) {
        if (amount > left) {
            spend(amount);
        }
    }
}
