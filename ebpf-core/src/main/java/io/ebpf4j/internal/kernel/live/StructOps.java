package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Structs of functions that the kernel calls, as for a way to control congestion. */
final class StructOps {
    private StructOps() {}

    static Hook attach(LiveObject owner, MemorySegment object, String map, LibbpfMessages messages) {
        String where = owner.spec().name() + ": struct_ops map '" + map + "'";
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = Libbpf.bpf_object__find_map_by_name(object, arena.allocateFrom(map));
            if (handle.address() == 0) {
                throw new AttachException(where + " is not known to libbpf " + NativeLibrary.version()
                        + "; its section .struct_ops.link takes libbpf 1.2, '?.struct_ops' 1.4", 0);
            }
            int descriptor = Libbpf.bpf_map__fd(handle);
            MemorySegment link = Libbpf.bpf_map__attach_struct_ops(handle);
            if (link.address() == 0) {
                int errno = NativeLibrary.errno();
                throw new AttachException(where + " cannot be attached: " + Errno.describe(errno) + why(errno) + ": "
                        + messages.summary(), errno);
            }
            // Without BPF_F_LINK the kernel has no link, and libbpf's has the descriptor of the map.
            return Libbpf.bpf_link__fd(link) == descriptor
                    ? new LinklessHook(where, () -> owner.destroy(link))
                    : new LibbpfLink(owner, where, link);
        }
    }

    private static String why(int errno) {
        return switch (errno) {
            case Errno.EEXIST -> "; something of the same name is registered already, here or by another process";
            case Errno.EBUSY -> "; it is attached already, and can be only once";
            default -> "";
        };
    }
}
