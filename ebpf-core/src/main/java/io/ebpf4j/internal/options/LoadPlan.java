package io.ebpf4j.internal.options;

import io.ebpf4j.AttachType;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapSpec.Pinning;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.SectionKind;
import io.ebpf4j.VariableSpec;
import io.ebpf4j.internal.global.Images;
import io.ebpf4j.internal.spec.MapLookup;
import io.ebpf4j.internal.spec.Suggestion;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What options mean for one program: every name in it is one that the program has. Immutable. */
public final class LoadPlan {
    private static final Path PIN_ROOT = Path.of("/sys/fs/bpf");

    private final ProgramSpec spec;
    private final Set<String> loaded;
    private final Set<String> attached;
    /** What was asked for in a way that makes no sense unless it is loaded, after the last word about that. */
    private final Set<String> wanted = new HashSet<>();
    private final Images images;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<String, Long> maxEntries = new LinkedHashMap<>();
    /** In the end one of the two for each map: what it holds, or the name of a map that is like it. */
    private final Map<String, MapSpec> inner = new LinkedHashMap<>();
    private final Map<String, String> innerLike = new LinkedHashMap<>();
    private final Map<String, PerfSize> perfBuffers = new LinkedHashMap<>();
    private final Map<String, MapSource> reused = new LinkedHashMap<>();
    private final Map<String, Path> pins = new LinkedHashMap<>();
    private final Map<String, String> kconfig = new LinkedHashMap<>();
    private Path pinRoot = PIN_ROOT;
    private Optional<Path> kernelTypes = Optional.empty();
    private Optional<Path> token = Optional.empty();
    private Optional<Option.VerifierLog> verifierLog = Optional.empty();

    private static final Set<AttachType> OF_PROGRAMS = Set.of(AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT);

    private LoadPlan(ProgramSpec spec) {
        this.spec = spec;
        this.loaded = spec.functions().stream().filter(function -> !function.optional()).map(FunctionSpec::name)
                .collect(Collectors.toCollection(HashSet::new));
        this.attached = spec.functions().stream().filter(FunctionSpec::attachesItself).map(FunctionSpec::name)
                .collect(Collectors.toCollection(HashSet::new));
        this.images = new Images(spec);
    }

    /**
     * {@return the plan}
     *
     * @param spec the program
     * @param options what was asked for, in that order
     * @throws IllegalArgumentException when the program has nothing of a name, naming what it has; when a value does not
     * fit its variable; when two options cannot both be
     * @throws io.ebpf4j.BindingException when no value of a Java type fits the variable
     */
    public static LoadPlan of(ProgramSpec spec, List<Option> options) {
        var plan = new LoadPlan(spec);
        options.forEach(plan::add);
        plan.checkWanted();
        plan.checkTargets();
        plan.attached.retainAll(plan.loaded);
        plan.checkReused();
        return plan;
    }

    private void add(Option option) {
        switch (option) {
            case Option.Load(String function, boolean load) -> {
                put(loaded, function(function), load);
                if (!load) {
                    wanted.remove(function);
                }
            }
            case Option.Attach(String function, boolean attach) -> {
                put(attached, function(function), attach);
                put(wanted, function(function), attach);
            }
            case Option.AttachNothing() -> {
                attached.clear();
                wanted.clear();
            }
            case Option.Aim(String function, Target target) -> {
                FunctionSpec aimed = function(function);
                targets.put(function, target);
                wanted.add(function);
                put(attached, aimed, aimed.sectionKind().flatMap(kind -> kind.autoAttach()).isPresent());
            }
            case Option.Global(String path, Object value) -> images.set(path, value);
            case Option.MaxEntries(String map, long entries) -> maxEntries.put(declared(map, true).name(), entries);
            case Option.PerfBuffer(String map, PerfSize size) ->
                perfBuffers.put(MapLookup.find(spec, map, "perf buffer",
                        MapType.PERF_EVENT_ARRAY::equals).name(), size);
            case Option.Inner(String map, MapSpec like) -> {
                inner.put(mapOfMaps(map), like);
                innerLike.remove(map);
            }
            case Option.InnerLike(String map, String other) -> innerLike.put(mapOfMaps(map),
                    declared(other, false).name());
            case Option.Reuse(String map, MapSource source) -> reused.put(mapOrSection(map), source);
            case Option.Pin(String map, Path path) -> pins.put(mapOrSection(map), path);
            case Option.PinRoot(Path folder) -> pinRoot = folder;
            case Option.KernelTypes(Path file) -> kernelTypes = Optional.of(file);
            case Option.Token(Path bpffs) -> token = Optional.of(bpffs);
            case Option.VerifierLog log -> verifierLog = Optional.of(log);
            case Option.Kconfig(String line) -> kconfig.put(line.split("=", 2)[0], line);
        }
    }

    private static void put(Set<String> functions, FunctionSpec function, boolean in) {
        if (in) {
            functions.add(function.name());
        } else {
            functions.remove(function.name());
        }
    }

    private FunctionSpec function(String name) {
        return spec.functions().stream().filter(function -> function.name().equals(name)).findFirst()
                .orElseThrow(() -> unknown("function", name, spec.functions().stream().map(FunctionSpec::name)));
    }

    private MapSpec declared(String name, boolean orInner) {
        Stream<MapSpec> maps = spec.maps().stream()
                .flatMap(map -> orInner ? Stream.concat(Stream.of(map), map.inner().stream()) : Stream.of(map));
        return maps.filter(map -> map.name().equals(name)).findFirst()
                .orElseThrow(() -> unknown("map", name, spec.maps().stream().map(MapSpec::name)));
    }

    private String mapOfMaps(String name) {
        MapSpec map = declared(name, false);
        if (!map.type().isMapOfMaps()) {
            throw new IllegalArgumentException(spec.name() + ": map '" + name + "' is a " + map.type()
                    + ", which holds no maps; ARRAY_OF_MAPS and HASH_OF_MAPS do");
        }
        return name;
    }

    private String mapOrSection(String name) {
        List<String> names = Stream.concat(spec.maps().stream().map(MapSpec::name),
                spec.variables().stream().map(VariableSpec::section).distinct()).toList();
        if (!names.contains(name)) {
            throw unknown("map", name, names.stream());
        }
        return name;
    }

    private IllegalArgumentException unknown(String kind, String name, Stream<String> known) {
        return Suggestion.unknown(spec.name(), kind, name, kind + "s", known.toList());
    }

    private void checkWanted() {
        spec.functions().stream().filter(function -> wanted.contains(function.name()))
                .filter(function -> !loaded.contains(function.name())).findFirst().ifPresent(function -> {
                    throw new IllegalArgumentException(spec.name() + ": function '" + function.name()
                            + "' is to be hooked, but not loaded" + (function.optional()
                                    ? ", for its section begins with '?'; add LoadOptions.enable(\""
                                            + function.name() + "\")"
                                    : "; take LoadOptions.disable(\"" + function.name() + "\") out"));
                });
    }

    /** libbpf takes any target for any function, and of one that cannot be the kernel says no more than EINVAL. */
    private void checkTargets() {
        targets.forEach((name, target) -> {
            FunctionSpec function = function(name);
            String where = spec.name() + ": function '" + name + "' is in section '" + function.section() + "', ";
            switch (function.programType()) {
                case TRACING, LSM -> {
                    if (target instanceof Target.Program && !function.sectionKind().flatMap(SectionKind::attachType)
                            .filter(OF_PROGRAMS::contains).isPresent()) {
                        throw new IllegalArgumentException(where
                                + "which is hooked to the kernel alone; in other programs"
                                + " fentry, fexit and freplace are: LoadOptions.target(\"" + name + "\", \"name\")");
                    }
                }
                case EXT -> {
                    if (target instanceof Target.Kernel(String replaced)) {
                        throw new IllegalArgumentException(where + "which replaces functions of other programs, and"
                                + " none of the kernel; name the program too: LoadOptions.target(\"" + name
                                + "\", BpfFunction, \"" + replaced + "\")");
                    }
                }
                case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SKB,
                        CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT,
                        CGROUP_SOCK_ADDR, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL,
                        RAW_TRACEPOINT_WRITABLE, CGROUP_SOCKOPT, STRUCT_OPS, SK_LOOKUP, SYSCALL, NETFILTER ->
                    throw new IllegalArgumentException(where + "which takes no target on loading; only fentry, fexit,"
                            + " fmod_ret, lsm, tp_btf, iter and freplace do, others are hooked by BpfFunction.attach(..)");
            }
        });
    }

    private void checkReused() {
        for (String map : reused.keySet()) {
            if (images.changed().containsKey(map)) {
                throw new IllegalArgumentException(spec.name() + ": the variables of section " + map
                        + " are in a map that is there already, so none of them can be given a first value; set it"
                        + " after loading, by BpfProgram.variable");
            }
        }
    }

    /** {@return whether the kernel gets the function} */
    public boolean loads(FunctionSpec function) {
        return loaded.contains(function.name());
    }

    /** {@return whether the function is hooked on loading} Never one that is not loaded. */
    public boolean attaches(FunctionSpec function) {
        return attached.contains(function.name());
    }

    /** {@return to what a function is hooked, for messages: its section, or what the options name} */
    public String target(FunctionSpec function) {
        return switch (targets.get(function.name())) {
            case Target.Kernel(String theirs) ->
                function.sectionKind().map(kind -> kind.name() + ' ').orElse("") + theirs;
            case Target.Program program -> program.description();
            case null -> function.section();
        };
    }

    /** {@return what functions are hooked to, of which the options say it; by the function's name} */
    public Map<String, Target> targets() {
        return Collections.unmodifiableMap(targets);
    }

    /** {@return what sections begin with where it is not what the file says, by name} */
    public Map<String, MemorySegment> sections() {
        return Collections.unmodifiableMap(images.changed());
    }

    /** {@return how large maps are made that are not as large as declared, by name; without those inside of others} */
    public Map<String, Long> maxEntries() {
        Map<String, Long> result = new LinkedHashMap<>(maxEntries);
        result.keySet().removeIf(name -> spec.map(name).isEmpty());
        return result;
    }

    /** {@return a map as it is made: as declared, but for its size} */
    public MapSpec resized(MapSpec map) {
        Long entries = maxEntries.get(map.name());
        return entries == null
                ? map
                : new MapSpec(map.name(), map.type(), map.typeId(), map.keySize(), map.valueSize(), entries,
                        map.flags(), map.key(), map.value(), map.output(), map.section(), map.numaNode(),
                        map.mapExtra(), map.pinning(), map.inner(), map.contents(), map.declTags());
    }

    /** {@return what maps of maps hold, of which the options say it, by the outer map's name} */
    public Map<String, MapSpec> inner() {
        Map<String, MapSpec> result = new LinkedHashMap<>();
        spec.maps().forEach(outer -> outer.inner().filter(declared -> maxEntries.containsKey(declared.name()))
                .ifPresent(declared -> result.put(outer.name(), resized(declared))));
        result.putAll(inner);
        innerLike.forEach((map, other) -> result.put(map, resized(declared(other, false))));
        return result;
    }

    /** {@return how perf buffers are made of which the options say it, by name} */
    public Map<String, PerfSize> perfBuffers() {
        return Collections.unmodifiableMap(perfBuffers);
    }

    /** {@return where maps are that are there already, by name} */
    public Map<String, MapSource> reused() {
        return Collections.unmodifiableMap(reused);
    }

    /** {@return where maps are to be pinned for which the options say it, by name; nothing may be there yet} */
    public Map<String, Path> pins() {
        return Collections.unmodifiableMap(pins);
    }

    /**
     * {@return where maps are to be pinned that are declared {@code LIBBPF_PIN_BY_NAME}, by name; what is there already is
     * used} Not those that the options take from or put elsewhere.
     */
    public Map<String, Path> sharedPins() {
        return spec.maps().stream().filter(map -> map.pinning() == Pinning.BY_NAME)
                .filter(map -> !pins.containsKey(map.name()) && !reused.containsKey(map.name()))
                .collect(Collectors.toMap(MapSpec::name, map -> pinRoot.resolve(map.name())));
    }

    /** {@return the file with the kernel's types, where it is not the kernel's own} */
    public Optional<Path> kernelTypes() {
        return kernelTypes;
    }

    /** {@return the BPF file system whose delegated rights count} */
    public Optional<Path> token() {
        return token;
    }

    /** {@return who wants the verifier's log} */
    public Optional<Option.VerifierLog> verifierLog() {
        return verifierLog;
    }

    /** {@return lines that override the kernel's configuration, one a name: of two libbpf would take the first} */
    public Optional<String> kconfig() {
        return kconfig.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", kconfig.values()) + "\n");
    }
}
