package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A {@code struct bpf_link}, which may stand for a link of the kernel, or for less.
 *
 * @param object what libbpf made it for
 * @param where how messages call it
 * @param link libbpf's own
 */
record LibbpfLink(LiveObject object, String where, MemorySegment link) implements Hook {
    @Override
    public OptionalInt id() {
        return KernelLinks.id(descriptor());
    }

    @Override
    public void pin(Path path) {
        KernelLinks.pin(where, descriptor(), path);
    }

    @Override
    public void replace(LoadedFunction function) {
        int result = switch (function) {
            case LiveFunction live -> Libbpf.bpf_link__update_program(link, live.handle());
            default -> -Errno.EINVAL;
        };
        if (result != 0) {
            throw new AttachException(where + ": another function cannot take its place: " + Errno.describe(-result),
                    -result);
        }
    }

    @Override
    public void close() {
        object.destroy(link);
    }

    int descriptor() {
        return Libbpf.bpf_link__fd(link);
    }
}
