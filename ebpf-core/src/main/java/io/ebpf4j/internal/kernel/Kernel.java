package io.ebpf4j.internal.kernel;

import io.ebpf4j.ProgramSpec;

/** Takes programs. */
@FunctionalInterface
public interface Kernel {
    /**
     * Creates the maps of a program and loads its functions; hooks nothing yet.
     *
     * @param spec the program
     * @return what the kernel now holds; the caller closes it
     * @throws io.ebpf4j.BpfException when the kernel refuses; nothing is left behind then
     */
    LoadedObject load(ProgramSpec spec);

    /** {@return whether functions run in it, so that they can be hooked} */
    default boolean runs() {
        return true;
    }
}
