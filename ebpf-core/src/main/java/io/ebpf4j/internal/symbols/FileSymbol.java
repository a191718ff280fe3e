package io.ebpf4j.internal.symbols;

/**
 * What a table of a file says of a function that is defined in it.
 *
 * @param name without a version
 * @param standing which of several of one name is meant
 * @param exported whether the table is that of dynamic linking, which files keep that are stripped
 * @param chosen whether it is {@code STT_GNU_IFUNC}: the place is not the function's, but of what chooses one
 * @param section the index of the section that it says to lie in, which need not exist
 * @param address where in memory, as the file says
 */
record FileSymbol(String name, Standing standing, boolean exported, boolean chosen, int section, long address) {
    /** Who goes before whom: the first of these has the name. */
    enum Standing {
        /** What the dynamic linker takes for the mere name. */
        EXPORTED,
        /** What the linker took for it. */
        GLOBAL,
        /** What they take where there is no other. */
        WEAK,
        /** One source file's own. */
        LOCAL,
        /** Kept for programs that were linked long ago, by {@code name@VERSION}. */
        OLD
    }
}
