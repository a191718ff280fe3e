package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.KernelTable;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A map of a {@code struct bpf_object}.
 *
 * @param where how messages call it
 */
record LiveMap(String where, MapSpec spec, boolean internal, int fd) implements LoadedMap {
    private static final int MMAPABLE = Libbpf.BPF_F_MMAPABLE();

    @Override
    public Table table() {
        return table(where, spec, fd);
    }

    static Table table(String where, MapSpec spec, int fd) {
        KernelMap map = KernelMap.of(where, spec, fd);
        return new KernelTable(where, spec, valueSize(where, spec), map.maxEntries(), new LiveCalls(fd));
    }

    /** Of a per-CPU kind the kernel copies the values of all CPUs, each on a multiple of 8 bytes. */
    private static int valueSize(String where, MapSpec spec) {
        if (!spec.type().isPerCpu()) {
            return spec.valueSize();
        }
        int cpus = Libbpf.libbpf_num_possible_cpus();
        if (cpus <= 0) {
            throw new MapAccessException(where + ": how many CPUs this machine can have cannot be read from"
                    + " /sys/devices/system/cpu/possible: " + Errno.describe(-cpus), -cpus);
        }
        return Math.multiplyExact(Math.ceilDiv(spec.valueSize(), Long.BYTES) * Long.BYTES, cpus);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the SectionMemory closes it
    public Optional<SectionMemory> memory() {
        if ((spec.flags() & MMAPABLE) == 0) {
            return Optional.empty();
        }
        long stride = Math.ceilDiv((long) spec.valueSize(), Long.BYTES) * Long.BYTES;
        long size = Math.multiplyExact(stride, KernelMap.of(where, spec, fd).maxEntries());
        Arena arena = Arena.ofShared();
        Optional<MemorySegment> memory = MappedMemory.map(fd, 0, size, Libc.PROT_READ() | Libc.PROT_WRITE(), arena);
        if (memory.isEmpty()) { // frozen, or the kernel is older than 5.5: system calls still do
            arena.close();
        }
        return memory.map(shared -> new SectionMemory(shared, arena::close));
    }

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
