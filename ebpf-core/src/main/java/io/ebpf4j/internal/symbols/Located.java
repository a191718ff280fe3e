package io.ebpf4j.internal.symbols;

import java.util.List;

/** What came of a search for functions in a file. */
public sealed interface Located {
    /**
     * All were found.
     *
     * @param offsets one for each name, in bytes from the file's begin
     */
    record At(List<Long> offsets) implements Located {}

    /**
     * One was not.
     *
     * @param errno positive, as the kernel would say it
     * @param why a sentence for a message, which names the file and the function
     */
    record Nowhere(int errno, String why) implements Located {}
}
