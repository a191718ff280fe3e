package io.ebpf4j.internal.options;

import io.ebpf4j.internal.kernel.FileHandle;
import java.nio.file.Path;

/** Where a map is that is there already. */
public sealed interface MapSource {
    /**
     * In the BPF file system.
     *
     * @param path at this path
     */
    record Pinned(Path path) implements MapSource {}

    /**
     * In another program of this process.
     *
     * @param map the map
     * @param text what messages call it
     */
    record Loaded(FileHandle map, String text) implements MapSource {}
}
