package io.ebpf4j.internal.kernel;

import java.nio.file.Path;
import java.util.OptionalInt;

/** A function at its place. Its owner closes it once, and calls nothing after that. */
public interface Hook extends AutoCloseable {
    /** {@return the kernel's number of the link; empty where the kernel has none for it} */
    OptionalInt id();

    /**
     * Keeps it where it is when this process ends.
     *
     * @param path in a bpffs; must not be there
     * @throws io.ebpf4j.BpfException when that cannot be
     */
    void pin(Path path);

    /**
     * Puts another function in its place, at once.
     *
     * @param function of the same kind
     * @throws io.ebpf4j.BpfException when that cannot be
     */
    void replace(LoadedFunction function);

    @Override
    void close();
}
