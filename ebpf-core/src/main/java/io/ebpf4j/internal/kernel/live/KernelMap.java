package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;

/**
 * A map as the kernel has it.
 *
 * @param fd the loader's file descriptor of it
 * @param maxEntries rows, or bytes of a ring, which the loader rounds up to pages
 */
record KernelMap(int fd, long maxEntries) {
    /**
     * {@return the map behind a file descriptor} The kernel copies as many bytes as the map's keys and values have,
     * whatever we make room for. What the object file says of them is checked here, for a file can lie.
     */
    static KernelMap of(String where, MapSpec map, int fd) {
        MapInfo info = MapInfo.of(where, fd);
        if (info.type() != map.typeId() || info.keySize() != map.keySize() || info.valueSize() != map.valueSize()) {
            throw new LoadException(
                    where + ": is a " + map.type() + " of " + map.keySize() + " + " + map.valueSize()
                            + " bytes in the file, but a " + info.mapType() + " of " + info.keySize() + " + "
                            + info.valueSize() + " bytes in the kernel; the file is damaged",
                    0);
        }
        return new KernelMap(fd, info.maxEntries());
    }
}
