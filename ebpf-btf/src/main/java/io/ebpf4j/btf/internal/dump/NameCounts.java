package io.ebpf4j.btf.internal.dump;

/**
 * How often each name was taken: a hash table over the texts of the file that makes no object for any. Its hash is weak,
 * for a file of names that collide only uses up its budget.
 */
final class NameCounts {
    private final byte[] texts;
    private final Budget budget;
    /** A power of two, at most half full; 0 in {@link #counts} marks free places. */
    private int[] names = new int[1 << 10];
    private int[] hashes = new int[names.length];
    private int[] counts = new int[names.length];
    private int used;

    NameCounts(byte[] texts, Budget budget) {
        this.texts = texts;
        this.budget = budget;
    }

    /** {@return how often a name was taken, this time included} */
    int next(int name) {
        int hash = hash(name);
        int at = place(hash);
        while (counts[at] != 0 && !(hashes[at] == hash && same(names[at], name))) {
            at = (at + 1) & (counts.length - 1);
            budget.spend(1);
        }
        if (counts[at] == 0) {
            names[at] = name;
            hashes[at] = hash;
            used++;
        }
        int count = ++counts[at];
        if (used > counts.length >> 1) {
            grow();
        }
        return count;
    }

    private int hash(int name) {
        int hash = 0;
        int at = name;
        for (; texts[at] != 0; at++) {
            hash = 31 * hash + texts[at];
        }
        budget.spend(at - name);
        return hash;
    }

    private int place(int hash) {
        return ((hash ^ (hash >>> 15)) * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(counts.length - 1);
    }

    private boolean same(int one, int other) {
        if (one == other) {
            return true;
        }
        int length = 0;
        while (texts[one + length] != 0 && texts[one + length] == texts[other + length]) {
            length++;
        }
        budget.spend(length);
        return texts[one + length] == texts[other + length];
    }

    private void grow() {
        int[] oldNames = names;
        int[] oldHashes = hashes;
        int[] oldCounts = counts;
        names = new int[oldNames.length << 1];
        hashes = new int[names.length];
        counts = new int[names.length];
        for (int i = 0; i < oldNames.length; i++) {
            if (oldCounts[i] != 0) {
                int at = place(oldHashes[i]);
                while (counts[at] != 0) {
                    at = (at + 1) & (counts.length - 1);
                }
                names[at] = oldNames[i];
                hashes[at] = oldHashes[i];
                counts[at] = oldCounts[i];
            }
        }
    }
}
