package io.ebpf4j.internal.kernel;

import io.ebpf4j.MapSpec;
import java.nio.file.Path;
import java.util.Optional;

/** One map of a program in a kernel. Its owner sees to it that nobody uses it while the program closes, or later. */
public interface LoadedMap {
    /** {@return what it is like: as declared, but for what options changed} */
    MapSpec spec();

    /** {@return whether it holds global variables} */
    boolean internal();

    /** {@return its file descriptor, owned by the program} */
    int fd();

    /** {@return its rows} Neither made nor used once the program closes. */
    Table table();

    /** {@return the memory of an array that is declared to share it, which the caller closes; empty when it is not shared} */
    Optional<SectionMemory> memory();

    /**
     * Keeps it in the BPF file system.
     *
     * @param path where; directories are made
     */
    void pin(Path path);

    /**
     * Removes it from there.
     *
     * @param path where
     */
    void unpin(Path path);

    /**
     * {@return whether this map is there}
     *
     * @param path where
     */
    boolean isPinned(Path path);

    /** Lets no system call write it any more. */
    void freeze();
}
