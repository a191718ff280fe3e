package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_link_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/** What can be done with the descriptor of a link, whoever made it. */
final class KernelLinks {
    private KernelLinks() {}

    /** {@return its number; empty where the descriptor is that of a mere perf event, or of nothing} */
    static OptionalInt id(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_link_info.allocate(arena);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) bpf_link_info.sizeof());
            return descriptor >= 0 && Libbpf.bpf_obj_get_info_by_fd(descriptor, info, length) == 0
                    ? OptionalInt.of(bpf_link_info.id(info))
                    : OptionalInt.empty();
        }
    }
}
