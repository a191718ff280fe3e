package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.LoadException;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_map_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_map_info.allocate(arena);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) bpf_map_info.sizeof());
            int result = Libbpf.bpf_obj_get_info_by_fd(fd, info, length);
            if (result != 0) {
                throw new MapAccessException(where + ": the kernel tells nothing of it: " + Errno.describe(-result),
                        -result);
            }
            if (bpf_map_info.type(info) != map.typeId() || bpf_map_info.key_size(info) != map.keySize()
                    || bpf_map_info.value_size(info) != map.valueSize()) {
                throw new LoadException(
                        where + ": is a " + map.type() + " of " + map.keySize() + " + " + map.valueSize()
                                + " bytes in the file, but a " + MapType.of(bpf_map_info.type(info)) + " of "
                                + bpf_map_info.key_size(info) + " + " + bpf_map_info.value_size(info)
                                + " bytes in the kernel; the file is damaged",
                        0);
            }
            return new KernelMap(fd, Integer.toUnsignedLong(bpf_map_info.max_entries(info)));
        }
    }
}
