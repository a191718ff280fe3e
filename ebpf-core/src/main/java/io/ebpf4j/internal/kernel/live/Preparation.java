package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.MapSource;
import io.ebpf4j.internal.options.Target;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_map_create_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a plan asks of an object between opening and loading it. Closing it gives back what only loading needed. */
final class Preparation implements AutoCloseable {
    private static final int BPF_F_MMAPABLE = 1 << 10;
    private static final int NONE = 0;
    /** Whose target the kernel wants to know on loading. */
    private static final Set<ProgramType> AIMED = Set.of(ProgramType.TRACING, ProgramType.LSM);
    private static final int ESRCH = 3;

    private final ProgramSpec spec;
    private final LoadPlan plan;
    private final MemorySegment object;
    private final LiveMaps maps;
    private final Arena arena = Arena.ofConfined();
    private final List<Integer> descriptors = new ArrayList<>();
    private final Map<String, Path> pins = new LinkedHashMap<>();

    Preparation(ProgramSpec spec, LoadPlan plan, MemorySegment object, LiveMaps maps) {
        this.spec = spec;
        this.plan = plan;
        this.object = object;
        this.maps = maps;
    }

    void run() {
        chooseFunctions();
        checkAims();
        aim();
        spec.maps().stream().filter(map -> map.type().declaresRecords()).forEach(this::fitRecords);
        makeMapable();
        plan.sections().forEach(this::setVariables);
        plan.maxEntries().forEach(this::resize);
        plan.inner().forEach(this::setInner);
        checkInner();
        spec.maps().forEach(map -> maps.find(map.name())
                .ifPresent(handle -> Libbpf.bpf_map__set_pin_path(handle, MemorySegment.NULL)));
        plan.reused().forEach(this::reuse);
        plan.pins().forEach((map, path) -> {
            BpfFs.MAPS.checkFree(maps.where(map), path);
            pins.put(map, path);
        });
        plan.sharedPins().forEach(this::share);
    }

    /** {@return where to pin which map once it is made} */
    Map<String, Path> pins() {
        return pins;
    }

    @Override
    public void close() {
        descriptors.forEach(Libc::close);
        arena.close();
    }

    private void chooseFunctions() {
        for (FunctionSpec function : spec.functions()) {
            // As the section says libbpf does it by itself; to say it too would undo what it does for struct_ops.
            if (plan.loads(function) == function.optional()) {
                MemorySegment handle = function(function.name());
                if (handle.address() != 0) {
                    Libbpf.bpf_program__set_autoload(handle, plan.loads(function));
                }
            }
        }
    }

    /** Of these libbpf and the kernel say no more than that something is invalid. */
    private void checkAims() {
        for (FunctionSpec function : spec.functions()) {
            if (!plan.loads(function) || plan.targets().containsKey(function.name())) {
                continue;
            }
            String where = spec.name() + ": function '" + function.name() + "' is in section '" + function.section()
                    + "', which does not say ";
            if (function.programType() == ProgramType.EXT) {
                throw new LoadException(where + "of which program it replaces a function; load it with"
                        + " LoadOptions.target(\"" + function.name() + "\", BpfFunction, \""
                        + function.target().orElse("name") + "\")", 0);
            }
            if (AIMED.contains(function.programType()) && function.target().isEmpty()) {
                throw new LoadException(where + "to what it is hooked; write SEC(\"" + function.section()
                        + "/name\"), or load it with LoadOptions.target(\"" + function.name() + "\", \"name\")", 0);
            }
        }
    }

    private void checkInner() {
        spec.maps().stream().filter(map -> map.type().isMapOfMaps() && map.inner().isEmpty())
                .filter(map -> !plan.inner().containsKey(map.name()) && !plan.reused().containsKey(map.name()))
                .findFirst().ifPresent(map -> {
                    throw new LoadException(maps.where(map.name()) + ": is a " + map.type()
                            + " and does not say what maps it holds; declare it with __array(values, struct {..}), or"
                            + " load it with LoadOptions.innerMap(\"" + map.name() + "\", ..)", 0);
                });
    }

    private void aim() {
        spec.functions().stream().filter(plan::loads).map(FunctionSpec::name).forEach(name -> {
            Target target = plan.targets().get(name);
            if (target == null) {
                return;
            }
            MemorySegment handle = function(name);
            int result = switch (target) {
                case Target.Kernel(String function) ->
                    Libbpf.bpf_program__set_attach_target(handle, NONE, arena.allocateFrom(function));
                case Target.Program(var entry, _, String function) -> entry.use(fd -> Libbpf
                        .bpf_program__set_attach_target(handle, keep(fd), arena.allocateFrom(function)));
            };
            if (result != 0) {
                throw new LoadException(spec.name() + ": function '" + name + "' cannot be hooked to "
                        + target.description() + ": " + Errno.describe(-result)
                        + (-result == Errno.ENOENT || -result == ESRCH
                                ? "; there is no such function, or none that can be hooked"
                                : ""),
                        -result);
            }
        });
    }

    /** The kernel wants sizes of its own, libbpf takes them from the declared record type. */
    private void fitRecords(MapSpec map) {
        maps.find(map.name()).ifPresent(handle -> {
            Libbpf.bpf_map__set_key_size(handle, map.keySize());
            Libbpf.bpf_map__set_value_size(handle, map.valueSize());
        });
    }

    /** libbpf leaves it out where all variables are static; where the kernel does not know it, it takes it away again. */
    private void makeMapable() {
        maps.sections().values().forEach(handle -> Libbpf.bpf_map__set_map_flags(handle,
                Libbpf.bpf_map__map_flags(handle) | BPF_F_MMAPABLE));
    }

    private void setVariables(String section, MemorySegment image) {
        MemorySegment bytes = arena.allocate(Math.max(1, image.byteSize())).copyFrom(image);
        check(section, "the variables cannot be set",
                Libbpf.bpf_map__set_initial_value(maps.get(section), bytes, image.byteSize()));
    }

    private void resize(String map, long entries) {
        check(map, "cannot get " + entries + " entries", Libbpf.bpf_map__set_max_entries(maps.get(map), (int) entries));
    }

    /**
     * The kernel takes what inner maps are like from one that is there; nobody needs that one after loading. One that is
     * only resized comes this way too: libbpf's own {@code bpf_map__inner_map} has no object, and the setters look there.
     */
    private void setInner(String outer, MapSpec inner) {
        MemorySegment options = bpf_map_create_opts.allocate(arena);
        bpf_map_create_opts.sz(options, bpf_map_create_opts.sizeof());
        bpf_map_create_opts.map_flags(options, inner.flags());
        bpf_map_create_opts.map_extra(options, inner.mapExtra());
        bpf_map_create_opts.numa_node(options, inner.numaNode());
        int fd = Libbpf.bpf_map_create(inner.typeId(), MemorySegment.NULL, inner.keySize(), inner.valueSize(),
                (int) (inner.type().hasRecordsInMemory() ? ringSize(inner.maxEntries()) : inner.maxEntries()), options);
        check(outer, "no map like " + inner.name() + " (" + inner.type() + ", " + inner.keySize() + " + "
                + inner.valueSize() + " bytes, " + inner.maxEntries() + " entries) can be made to be in it",
                Math.min(0, fd));
        descriptors.add(fd);
        check(outer, "the kind of its inner maps cannot be set",
                Libbpf.bpf_map__set_inner_map_fd(maps.get(outer), fd));
    }

    /** As libbpf rounds that of a ring which is declared: the kernel takes whole pages, and powers of two. */
    private static long ringSize(long bytes) {
        long least = Math.max(bytes, Libc.getpagesize());
        long floor = Long.highestOneBit(least);
        return floor == least ? floor : floor << 1;
    }

    private void reuse(String map, MapSource source) {
        switch (source) {
            case MapSource.Pinned(Path path) -> {
                int fd = BpfFs.open(path);
                check(map, "cannot be taken from " + path + (fd == -Errno.ENOENT ? ", for nothing is there" : ""),
                        Math.min(0, fd));
                descriptors.add(fd);
                reuse(map, path.toString(), fd);
            }
            case MapSource.Loaded(var loaded, String text) -> loaded.use(fd -> {
                reuse(map, text, fd);
                return fd;
            });
        }
    }

    /** libbpf itself takes any map, and the verifier then finds fault with a function that is right. */
    private void reuse(String map, String source, int fd) {
        if (!MapInfo.isMap(fd)) {
            throw new LoadException(maps.where(map) + ": " + source + " is no map", 0);
        }
        MemorySegment handle = maps.get(map);
        List<String> differences = MapInfo.planned(handle).differences(MapInfo.of(source, fd));
        if (!differences.isEmpty()) {
            throw new LoadException(maps.where(map) + ": cannot be " + source + ", which is not like it: wanted is "
                    + String.join("; ", differences) + "; declare it alike, give it LoadOptions.maxEntries, or remove"
                    + " the other", 0);
        }
        check(map, "cannot be taken from " + source, Libbpf.bpf_map__reuse_fd(handle, fd));
    }

    /** libbpf would do the same, but not say in what a map that is there differs. */
    private void share(String map, Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            reuse(map, new MapSource.Pinned(path));
        } else {
            BpfFs.MAPS.checkFree(maps.where(map), path);
            pins.put(map, path);
        }
    }

    /** A copy that stays open until the program is loaded: libbpf only notes the number. */
    private int keep(int fd) {
        int copy = Descriptors.duplicate(fd);
        descriptors.add(copy);
        return copy;
    }

    private MemorySegment function(String name) {
        return Libbpf.bpf_object__find_program_by_name(object, arena.allocateFrom(name));
    }

    private void check(String map, String what, int result) {
        if (result < 0) {
            throw new LoadException(maps.where(map) + ": " + what + ": " + Errno.describe(-result), -result);
        }
    }
}
