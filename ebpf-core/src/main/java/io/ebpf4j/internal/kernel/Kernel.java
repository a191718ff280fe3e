package io.ebpf4j.internal.kernel;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.options.LoadPlan;

/** Takes programs. */
@FunctionalInterface
public interface Kernel {
    /**
     * Creates the maps of a program and loads its functions; hooks nothing yet.
     *
     * @param spec the program
     * @param plan how to load it
     * @return what the kernel now holds; the caller closes it
     * @throws io.ebpf4j.BpfException when the kernel refuses; nothing is left behind then
     */
    LoadedObject load(ProgramSpec spec, LoadPlan plan);

    /** {@return whether functions run in it, so that they can be hooked} */
    default boolean runs() {
        return true;
    }
}
