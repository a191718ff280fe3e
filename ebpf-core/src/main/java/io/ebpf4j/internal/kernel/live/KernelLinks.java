package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_link_info;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
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

    static void pin(String where, int descriptor, Path path) {
        Path file = path.toAbsolutePath();
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new AttachException(where + ": cannot be pinned as " + file + ": " + e, 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            int result = Libbpf.bpf_obj_pin(descriptor, arena.allocateFrom(file.toString()));
            if (result != 0) {
                throw new AttachException(where + ": cannot be pinned as " + file + ": " + Errno.describe(-result)
                        + why(-result), -result);
            }
        }
    }

    private static String why(int errno) {
        return switch (errno) {
            case Errno.EEXIST -> "; delete that file, or choose another";
            case Errno.EPERM -> "; it must lie in a bpffs: mount -t bpf bpf /sys/fs/bpf";
            case Errno.EINVAL, Errno.EBADF ->
                "; this kernel has no bpf_link for such an attachment, so nothing can keep it";
            default -> "";
        };
    }
}
