package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.ebpf4j.ProgramType;
import io.ebpf4j.kernel.FunctionInfo;
import io.ebpf4j.libbpf.gen.bpf_prog_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/** From {@code struct bpf_prog_info} to {@link FunctionInfo}. */
public final class FunctionInfos {
    /** A bitfield, which jextract leaves out; it follows {@code ifindex}. */
    private static final long GPL_COMPATIBLE = bpf_prog_info.ifindex$offset() + Integer.BYTES;
    private static final int FUNC_INFO_BYTES = 8;
    private static final int TYPE_ID = 4;

    private FunctionInfos() {}

    /**
     * {@return what the kernel tells of a function}
     *
     * @param fd its file descriptor
     * @param what names it, to begin messages with
     * @throws io.ebpf4j.KernelAccessException when it tells nothing
     */
    public static FunctionInfo of(int fd, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_prog_info.allocate(arena);
            int length = Description.read(fd, info, what);
            // Arrays are filled by a second call, for only now it is known how long they are.
            var elsewhere = Elsewhere.read(arena, fd, info, what);
            String name = Description.name(bpf_prog_info.name(info));
            return new FunctionInfo(bpf_prog_info.id(info),
                    FullName.of(name, bpf_prog_info.btf_id(info), elsewhere.typeId()).orElse(name),
                    ProgramType.of(bpf_prog_info.type(info)), bpf_prog_info.type(info),
                    HexFormat.of().formatHex(bpf_prog_info.tag(info).toArray(JAVA_BYTE)),
                    BootClock.toInstant(bpf_prog_info.load_time(info)), bpf_prog_info.created_by_uid(info),
                    gplCompatible(info), bpf_prog_info.xlated_prog_len(info), bpf_prog_info.jited_prog_len(info),
                    elsewhere.mapIds(), Description.id(bpf_prog_info.btf_id(info)),
                    length > bpf_prog_info.verified_insns$offset()
                            ? OptionalInt.of(bpf_prog_info.verified_insns(info))
                            : OptionalInt.empty(),
                    bpf_prog_info.run_cnt(info), Duration.ofNanos(bpf_prog_info.run_time_ns(info)),
                    bpf_prog_info.recursion_misses(info));
        }
    }

    private static boolean gplCompatible(MemorySegment info) {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return (info.get(JAVA_INT, GPL_COMPATIBLE) & (little ? 1 : 1 << 31)) != 0;
    }

    /**
     * What the kernel fills in elsewhere.
     *
     * @param mapIds the maps
     * @param typeId of the function's first instruction; 0 for none
     */
    private record Elsewhere(List<Integer> mapIds, int typeId) {
        static Elsewhere read(Arena arena, int fd, MemorySegment counts, String what) {
            int maps = bpf_prog_info.nr_map_ids(counts);
            boolean typed = bpf_prog_info.nr_func_info(counts) > 0
                    && bpf_prog_info.func_info_rec_size(counts) == FUNC_INFO_BYTES;
            if (maps <= 0 && !typed) {
                return new Elsewhere(List.of(), 0);
            }
            MemorySegment info = bpf_prog_info.allocate(arena);
            MemorySegment ids = arena.allocate(JAVA_INT, Math.max(0, maps));
            if (maps > 0) {
                bpf_prog_info.nr_map_ids(info, maps);
                bpf_prog_info.map_ids(info, ids.address());
            }
            MemorySegment first = arena.allocate(FUNC_INFO_BYTES, Integer.BYTES);
            if (typed) {
                bpf_prog_info.nr_func_info(info, 1);
                bpf_prog_info.func_info_rec_size(info, FUNC_INFO_BYTES);
                bpf_prog_info.func_info(info, first.address());
            }
            Description.read(fd, info, what);
            int filled = Math.clamp(bpf_prog_info.nr_map_ids(info), 0, Math.max(0, maps));
            return new Elsewhere(Arrays.stream(ids.asSlice(0, (long) filled * Integer.BYTES).toArray(JAVA_INT)).boxed()
                    .toList(), first.get(JAVA_INT, TYPE_ID));
        }
    }
}
