package io.ebpf4j.internal.options;

import io.ebpf4j.internal.kernel.FileHandle;

/** What a function is hooked to. */
public sealed interface Target {
    /** {@return what messages call it} */
    default String description() {
        return switch (this) {
            case Kernel(String function) -> "the kernel's '" + function + "'"; // a function, a tracepoint or a hook
            case Program(_, String program, String function) -> "function '" + function + "' of program " + program;
        };
    }

    /**
     * A function of the kernel.
     *
     * @param function its name
     */
    record Kernel(String function) implements Target {}

    /**
     * A function of another program.
     *
     * @param entry an entry point of the program
     * @param program the program's name, for messages
     * @param function the name of the entry point, or of a subprogram that it calls
     */
    record Program(FileHandle entry, String program, String function) implements Target {}
}
