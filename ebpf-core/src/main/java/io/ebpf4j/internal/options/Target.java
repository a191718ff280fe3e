package io.ebpf4j.internal.options;

import io.ebpf4j.internal.kernel.FileHandle;

/** What a function is hooked to. */
public sealed interface Target {
    /**
     * A function of the kernel.
     *
     * @param function its name
     */
    record Kernel(String function) implements Target {}

    /**
     * A function of another program.
     *
     * @param program the other function that was loaded
     * @param function the name of it, or of a subprogram of it
     */
    record Program(FileHandle program, String function) implements Target {}
}
