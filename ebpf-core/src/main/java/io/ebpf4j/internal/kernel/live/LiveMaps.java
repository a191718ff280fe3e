package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.VariableSpec;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The maps of one {@code struct bpf_object}, those of global variables included, under the names that they have when it is
 * opened: libbpf renames one that takes over a map of another name.
 */
final class LiveMaps {
    private final ProgramSpec spec;
    private final LoadPlan plan;
    private final Map<String, MemorySegment> byName = new LinkedHashMap<>();
    private final Map<String, MemorySegment> bySection = new HashMap<>();
    /** What this program has put there, and would have to take away again. */
    private final Deque<Path> pinned = new ArrayDeque<>();

    LiveMaps(ProgramSpec spec, LoadPlan plan, MemorySegment object) {
        this.spec = spec;
        this.plan = plan;
        MemorySegment map = Libbpf.bpf_object__next_map(object, MemorySegment.NULL);
        while (map.address() != 0) {
            byName.put(Libbpf.bpf_map__name(map).getString(0), map);
            map = Libbpf.bpf_object__next_map(object, map);
        }
        try (Arena arena = Arena.ofConfined()) {
            for (String section : spec.variables().stream().map(VariableSpec::section).distinct().toList()) {
                MemorySegment found = Libbpf.bpf_object__find_map_by_name(object, arena.allocateFrom(section));
                if (found.address() != 0) {
                    bySection.put(section, found);
                }
            }
        }
    }

    /** {@return a map by its name, or by the section whose variables it holds} */
    Optional<MemorySegment> find(String name) {
        return Optional.ofNullable(byName.getOrDefault(name, bySection.get(name)));
    }

    /** {@return a map that libbpf must have} */
    MemorySegment get(String name) {
        return find(name).orElseThrow(() -> new LoadException(where(name) + ": libbpf " + NativeLibrary.version()
                + " makes no map of it", 0));
    }

    /** {@return the maps of variables, by section} */
    Map<String, MemorySegment> sections() {
        return bySection;
    }

    /** {@return a loaded map's descriptor, owned by libbpf} */
    int fd(String name) {
        int fd = find(name).map(Libbpf::bpf_map__fd).orElse(-1);
        if (fd < 0) {
            throw new LoadException(where(name) + ": was not created by libbpf", -fd);
        }
        return fd;
    }

    /** {@return all that were made, in libbpf's order} */
    List<LoadedMap> loaded() {
        List<LoadedMap> result = new ArrayList<>();
        byName.forEach((name, map) -> {
            int fd = Libbpf.bpf_map__fd(map);
            if (fd >= 0) {
                result.add(new LiveMap(where(name), spec(name, fd), Libbpf.bpf_map__is_internal(map), fd));
            }
        });
        return result;
    }

    private MapSpec spec(String name, int fd) {
        return spec.map(name).map(plan::resized).orElseGet(() -> {
            MapInfo info = MapInfo.of(where(name), fd);
            String section = bySection.entrySet().stream().filter(entry -> entry.getValue().equals(byName.get(name)))
                    .map(Map.Entry::getKey).findFirst().orElse("");
            return new MapSpec(name, info.mapType(), info.type(), info.keySize(), info.valueSize(), info.maxEntries(),
                    info.flags(), Optional.empty(), Optional.empty(), Optional.empty(), section);
        });
    }

    /** Pins what is to be pinned and is not there already. */
    void pin(Map<String, Path> paths) {
        paths.forEach((name, path) -> {
            BpfFs.MAPS.pin(where(name), fd(name), path);
            pinned.push(path);
        });
    }

    /** Takes back all pins, of a program that comes to nothing. */
    void unpin() {
        Closing.all(pinned.stream().map(path -> (Runnable) () -> BpfFs.MAPS.unpin(spec.name(), path)).toList());
        pinned.clear();
    }

    /** {@return the memory of a section of variables, for the caller to close} */
    @SuppressWarnings("MustBeClosedChecker") // the SectionMemory closes it
    SectionMemory memory(String section, boolean constant) {
        String where = spec.name() + ": the variables of section " + section;
        int fd = fd(section);
        long size = Integer.toUnsignedLong(MapInfo.of(where, fd).valueSize());
        Arena arena = Arena.ofShared();
        boolean done = false;
        try {
            int protection = constant ? Libc.PROT_READ() : Libc.PROT_READ() | Libc.PROT_WRITE();
            MemorySegment memory = MappedMemory.map(fd, 0, size, protection, arena).orElseThrow(() -> {
                int errno = NativeLibrary.errno();
                return new KernelSupportException(
                        where + " cannot be mapped into this process: " + Errno.describe(errno)
                                + (errno == Errno.EPERM
                                        ? "; they are frozen"
                                        : "; arrays can be mapped since Linux 5.5"),
                        errno);
            });
            done = true;
            return new SectionMemory(constant ? memory.asReadOnly() : memory, arena::close);
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    String where(String name) {
        return spec.name() + ": map '" + name + "'";
    }
}
