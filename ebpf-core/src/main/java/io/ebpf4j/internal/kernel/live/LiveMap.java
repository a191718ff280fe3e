package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.nio.file.Path;

/**
 * A map of a {@code struct bpf_object}.
 *
 * @param where how messages call it
 */
record LiveMap(String where, MapSpec spec, boolean internal, int fd) implements LoadedMap {
    @Override
    public void pin(Path path) {
        BpfFs.MAPS.pin(where, fd, path);
    }

    @Override
    public void unpin(Path path) {
        if (!isPinned(path)) {
            throw new MapAccessException(where + ": is not pinned at " + path, Errno.ENOENT);
        }
        BpfFs.MAPS.unpin(where, path);
    }

    @Override
    public boolean isPinned(Path path) {
        int there = BpfFs.open(path);
        if (there < 0) {
            return false;
        }
        try {
            return MapInfo.isMap(there) && MapInfo.of(where, there).id() == MapInfo.of(where, fd).id();
        } finally {
            Libc.close(there);
        }
    }

    @Override
    public void freeze() {
        int result = Libbpf.bpf_map_freeze(fd);
        if (result != 0) {
            throw new MapAccessException(where + ": cannot be frozen: " + Errno.describe(-result) + switch (-result) {
                case Errno.EPERM -> "; it is frozen already";
                case Errno.EBUSY ->
                    "; its memory is mapped to be written, as by BpfProgram.variable, or it is frozen already";
                case Errno.EINVAL -> "; kernels before Linux 5.2 cannot";
                default -> "";
            }, -result);
        }
    }
}
