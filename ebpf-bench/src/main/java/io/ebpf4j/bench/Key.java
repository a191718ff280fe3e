package io.ebpf4j.bench;

/**
 * A key of {@code bpf/maps.bpf.c}: {@code struct key}.
 *
 * @param index of the row, and its value
 * @param scrambled the same bits, in disorder
 */
record Key(long index, long scrambled) {
    /** As {@code key_of} there. */
    static Key of(long index) {
        long x = index;
        x ^= x >>> 31;
        x *= 0x9e3779b97f4a7c15L;
        x ^= x >>> 29;
        return new Key(index, x);
    }
}
