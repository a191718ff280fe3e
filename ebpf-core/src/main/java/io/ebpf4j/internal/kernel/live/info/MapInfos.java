package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.MapType;
import io.ebpf4j.kernel.MapInfo;
import io.ebpf4j.libbpf.gen.bpf_map_info;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** From {@code struct bpf_map_info} to {@link MapInfo}. */
public final class MapInfos {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fdinfo");

    private MapInfos() {}

    /**
     * {@return what the kernel tells of a map}
     *
     * @param fd its file descriptor
     * @param what names it, to begin messages with
     * @throws io.ebpf4j.KernelAccessException when it tells nothing
     */
    public static MapInfo of(int fd, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_map_info.allocate(arena);
            Description.read(fd, info, what);
            List<String> more = descriptor(fd);
            return new MapInfo(bpf_map_info.id(info), Description.name(bpf_map_info.name(info)),
                    MapType.of(bpf_map_info.type(info)), bpf_map_info.type(info), bpf_map_info.key_size(info),
                    bpf_map_info.value_size(info), Integer.toUnsignedLong(bpf_map_info.max_entries(info)),
                    bpf_map_info.map_flags(info), bpf_map_info.map_extra(info),
                    Description.id(bpf_map_info.btf_id(info)), Description.id(bpf_map_info.btf_key_type_id(info)),
                    Description.id(bpf_map_info.btf_value_type_id(info)), number(more, "frozen:").orElse(0) == 1,
                    number(more, "memlock:"));
        }
    }

    /** One {@code key:<TAB>value} a line; nothing without {@code /proc}. */
    private static List<String> descriptor(int fd) {
        try {
            return Files.readAllLines(DESCRIPTORS.resolve(Integer.toString(fd)));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static OptionalLong number(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip())).findFirst();
    }
}
