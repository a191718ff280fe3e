package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapType;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_map_info;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a map decides whether a program can use it.
 *
 * @param id the kernel's number of the map; 0 of one that is not made yet
 */
record MapInfo(int id, int type, int keySize, int valueSize, long maxEntries, int flags, long extra) {
    /** Of a device map the kernel itself adds that programs may only read it. */
    private static final int BPF_F_RDONLY_PROG = 1 << 7;

    /** {@return the map behind a descriptor} */
    static MapInfo of(String what, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_map_info.allocate(arena);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) bpf_map_info.sizeof());
            int result = Libbpf.bpf_obj_get_info_by_fd(fd, info, length);
            if (result != 0) {
                throw new MapAccessException(what + ": the kernel tells nothing of it: " + Errno.describe(-result),
                        -result);
            }
            return new MapInfo(bpf_map_info.id(info), bpf_map_info.type(info), bpf_map_info.key_size(info),
                    bpf_map_info.value_size(info), Integer.toUnsignedLong(bpf_map_info.max_entries(info)),
                    bpf_map_info.map_flags(info), bpf_map_info.map_extra(info));
        }
    }

    /** {@return whether a descriptor is of a map, and not of a function or link, whose description has another form} */
    static boolean isMap(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd)))
                    .endsWith("anon_inode:bpf-map");
        } catch (IOException e) {
            return true; // no /proc: the kernel's own checks remain
        }
    }

    /** {@return the map that libbpf is about to make} */
    static MapInfo planned(MemorySegment map) {
        return new MapInfo(0, Libbpf.bpf_map__type(map), Libbpf.bpf_map__key_size(map),
                Libbpf.bpf_map__value_size(map), Integer.toUnsignedLong(Libbpf.bpf_map__max_entries(map)),
                Libbpf.bpf_map__map_flags(map), Libbpf.bpf_map__map_extra(map));
    }

    MapType mapType() {
        return MapType.of(type);
    }

    /** {@return in what a map that is there differs from this one that is wanted, an attribute each} */
    List<String> differences(MapInfo there) {
        List<String> result = new ArrayList<>();
        if (type != there.type) {
            result.add("type " + mapType() + ", there " + there.mapType());
        }
        differ(result, "key size", keySize, there.keySize);
        differ(result, "value size", valueSize, there.valueSize);
        if (mapType() != MapType.PERF_EVENT_ARRAY || maxEntries != 0) { // there 0 is as many as there are CPUs
            differ(result, "max entries", maxEntries, there.maxEntries);
        }
        int ignored = mapType() == MapType.DEVMAP || mapType() == MapType.DEVMAP_HASH ? BPF_F_RDONLY_PROG : 0;
        if ((flags | ignored) != (there.flags | ignored)) {
            result.add("flags 0x" + Integer.toHexString(flags) + ", there 0x" + Integer.toHexString(there.flags));
        }
        differ(result, "map extra", extra, there.extra);
        return result;
    }

    private static void differ(List<String> result, String attribute, long wanted, long there) {
        if (wanted != there) {
            result.add(attribute + ' ' + wanted + ", there " + there);
        }
    }
}
