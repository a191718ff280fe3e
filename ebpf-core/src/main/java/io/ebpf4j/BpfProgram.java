package io.ebpf4j;

import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.internal.Attachments;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Leaks;
import io.ebpf4j.internal.export.ProgramExports;
import io.ebpf4j.internal.global.MappedSections;
import io.ebpf4j.internal.global.Place;
import io.ebpf4j.internal.json.JsonEventExporter;
import io.ebpf4j.internal.kernel.Kernel;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.Recorder;
import io.ebpf4j.internal.kernel.live.LiveKernel;
import io.ebpf4j.internal.kernel.replay.ReplayKernel;
import io.ebpf4j.internal.map.Walkers;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingOwners;
import io.ebpf4j.internal.ring.RingSession;
import io.ebpf4j.internal.spec.MapLookup;
import io.ebpf4j.internal.spec.StructOpsNames;
import io.ebpf4j.internal.spec.Suggestion;
import io.ebpf4j.replay.MapDump;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One loaded object file: its functions run in the kernel, its maps can be read and exported.
 *
 * {@snippet :
 * try (var program = BpfProgram.load(Path.of("tcpconnect.bpf.o")).autoExport(registry)) {
 *     service.run();
 * }
 * }
 *
 * <p>Thread-safe. It owns its attachments, readers, views and exports, and {@link #close} ends them all, in reverse
 * order, after waiting for calls that are under way. Garbage collection never closes it: with {@code -Debpf4j.leaks=true}
 * one that was forgotten is logged, with where it was loaded.
 *
 * <p>Loading needs Linux, libbpf 1.0 or newer and, as a rule, CAP_BPF and CAP_PERFMON; see the subclasses of
 * {@link BpfException} for what can go wrong.
 */
public final class BpfProgram implements AutoCloseable {
    private final ProgramSpec spec;
    private final LoadedObject object;
    private final Gate gate;
    private final MapViews views;
    private final Attachments attachments = new Attachments();
    private final RingOwners rings;
    private final MappedSections sections;
    private final Walkers walkers = new Walkers();
    private final ProgramExports exports;
    private final Leaks.Watch watch;

    private BpfProgram(ProgramSpec spec, LoadedObject object) {
        this.spec = spec;
        this.object = object;
        this.gate = new Gate("program " + spec.name() + " is closed");
        this.rings = new RingOwners(spec.name(), object);
        this.watch = Leaks.watch(this, "program " + spec.name());
        this.sections = new MappedSections(object);
        this.views = new MapViews(gate, spec.name(), spec.btf(), sections, walkers);
        this.exports = new ProgramExports(spec, object, rings, gate);
    }

    /**
     * Reads an object file, loads it into the running kernel and attaches each function whose section says to what.
     *
     * @param path an object file that clang made with {@code -target bpf -g}
     * @return the running program
     * @throws BpfException when the file, the kernel or the process's rights do not allow it; nothing is left behind
     * @throws java.io.UncheckedIOException when the file cannot be read
     */
    public static BpfProgram load(Path path) {
        return load(path, LoadOptions.defaults());
    }

    /**
     * Reads an object file and loads it as {@link #load(Path)} does, but for what the options say.
     *
     * @param path an object file that clang made with {@code -target bpf -g}
     * @param options how to load it
     * @return the running program
     * @throws BpfException when the file, the kernel or the process's rights do not allow it; nothing is left behind
     * @throws IllegalArgumentException when the options name what the program does not have; names what it has
     * @throws java.io.UncheckedIOException when the file cannot be read
     */
    public static BpfProgram load(Path path, LoadOptions options) {
        return load(ProgramSpec.read(path), options);
    }

    /**
     * Loads what was read before into the running kernel, as {@link #load(Path)} does.
     *
     * @param spec what an object file declares
     * @return the running program
     * @throws BpfException when the kernel or the process's rights do not allow it; nothing is left behind
     */
    public static BpfProgram load(ProgramSpec spec) {
        return load(spec, LoadOptions.defaults());
    }

    /**
     * Loads what was read before, as {@link #load(Path, LoadOptions)} does.
     *
     * @param spec what an object file declares
     * @param options how to load it
     * @return the running program
     * @throws BpfException when the kernel or the process's rights do not allow it; nothing is left behind
     * @throws IllegalArgumentException when the options name what the program does not have; names what it has
     */
    public static BpfProgram load(ProgramSpec spec, LoadOptions options) {
        return load(spec, options, new LiveKernel());
    }

    /**
     * Makes a program of recorded maps, with no kernel: same readers, views and exports.
     *
     * @param spec what an object file declares
     * @param dump what its maps hold; a map that it does not mention is empty
     * @return the program
     * @throws ObjectFileException when the dump is not of this program
     */
    public static BpfProgram replay(ProgramSpec spec, MapDump dump) {
        return replay(spec, dump, LoadOptions.defaults());
    }

    /**
     * Makes a program of recorded maps, as {@link #replay(ProgramSpec, MapDump)} does. Of the options those count that give
     * variables values and maps sizes; what else they say of loading and attaching means nothing here.
     *
     * @param spec what an object file declares
     * @param dump what its maps hold; a map that it does not mention is empty
     * @param options what variables begin with
     * @return the program
     * @throws ObjectFileException when the dump is not of this program
     * @throws IllegalArgumentException when the options name what the program does not have, or ask for what needs a kernel:
     * maps that are pinned or taken from elsewhere
     */
    public static BpfProgram replay(ProgramSpec spec, MapDump dump, LoadOptions options) {
        return load(spec, options, new ReplayKernel(dump));
    }

    private static BpfProgram load(ProgramSpec spec, LoadOptions options, Kernel kernel) {
        LoadPlan plan = options.plan(spec);
        var program = new BpfProgram(spec, kernel.load(spec, plan));
        try {
            if (kernel.runs()) {
                program.attach(plan);
            }
            return program;
        } catch (RuntimeException | Error e) {
            Closing.all(List.of(() -> {
                throw e;
            }, program.object::abandon, program::close));
            throw e; // thrown before, with what went wrong after it
        }
    }

    private void attach(LoadPlan plan) {
        for (FunctionSpec function : spec.functions()) {
            if (plan.attaches(function)) {
                function(function.name()).attachAsLoaded(plan.target(function));
            }
        }
    }

    /** {@return what the object file declares} Also after close. */
    public ProgramSpec spec() {
        return spec;
    }

    /**
     * {@return a function}
     *
     * @param name the C function's name
     * @throws IllegalArgumentException when there is no such function; names those there are
     * @throws IllegalStateException when the program is closed
     */
    public BpfFunction function(String name) {
        FunctionSpec function = spec.functions().stream().filter(candidate -> candidate.name().equals(name)).findFirst()
                .orElseThrow(() -> Suggestion.unknown(spec.name(), "function", name, "functions",
                        spec.functions().stream().map(FunctionSpec::name).toList()));
        return gate.inside(() -> new BpfFunction(spec, function, gate, attachments, object.function(function)));
    }

    /**
     * Lets the kernel call a struct of functions, {@code SEC(".struct_ops")}, as a way to control congestion.
     *
     * @param map the C variable's name
     * @return the attachment, which the program closes if nobody else does; its {@link Attachment#function} is the program's
     * first that such a struct can have
     * @throws IllegalArgumentException when there is no such struct; names those there are
     * @throws BpfException when the kernel or the process's rights do not allow it
     * @throws IllegalStateException when the program is closed
     */
    public Attachment attachStructOps(String map) {
        Objects.requireNonNull(map, "map");
        List<String> structs = StructOpsNames.of(spec.btf());
        FunctionSpec function = spec.functions().stream().filter(one -> one.programType() == ProgramType.STRUCT_OPS)
                .findFirst().filter(_ -> structs.contains(map))
                .orElseThrow(() -> Suggestion.unknown(spec.name(), "struct_ops map", map, "struct_ops maps", structs));
        return gate.inside(() -> {
            var attachment = new Attachment(function, spec.name() + ": struct_ops map '" + map + "'",
                    object.attachStructOps(map), attachments::forget);
            return attachments.keep(attachment, attachment::close);
        });
    }

    /** {@return what is attached now, the oldest first} Empty after close, and of a replayed program. */
    public List<Attachment> attachments() {
        return attachments.open(Attachment.class);
    }

    /** {@return the functions that are attached now, each once} */
    public List<FunctionSpec> attached() {
        return attachments().stream().map(Attachment::function).distinct().toList();
    }

    /**
     * Makes the one reader of a ring buffer. Each component of the record takes the field of its name, {@code destPort}
     * from {@code dest_port}; that the types fit is checked here, not at the first event.
     *
     * @param map the ring's name
     * @param type a record, or for rings of plain values the type of those; {@code RecordCursor.class} to read single fields
     * without an object; {@code MemorySegment.class} for the bytes, which needs no type in the object file
     * @param <T> what a record becomes
     * @return a reader, which this program closes if nobody else does
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when there is no such ring; names those there are
     * @throws IllegalStateException when the ring already has a reader or is exported, or the program is closed
     */
    public <T> RingBufferReader<T> ringBuffer(String map, Class<T> type) {
        return gate.inside(() -> reader(MapLookup.find(spec, map, "ring buffer", MapType::isRing), type));
    }

    /**
     * Makes the one reader of a perf buffer, a map of type PERF_EVENT_ARRAY that functions write to with
     * {@code bpf_perf_event_output}. It is used as that of a ring buffer, but: programs write on each CPU to a buffer of its
     * own, which is read in the order of its writing, and the records of several CPUs are in none. There are such buffers from
     * here until the reader is closed, for the CPUs that run now; what is written before and after, or on a CPU that comes
     * later, only the program is told of ({@code -ENOENT}). {@link LoadOptions#perfBuffer} says how large they are. A record
     * may have up to 7 bytes behind it that the kernel adds, and begins on a multiple of 4. Which CPU it came from,
     * {@link RecordCursor#cpu} tells. Kernel floor 4.4.
     *
     * <p>The type of the records is what the object file says with {@code __type(value, struct ..)}, which stock loaders refuse for
     * such a map, and this one does not.
     *
     * @param map the perf buffer's name. Where it is pinned, the reader that was made last gets all, of whatever
     * process, until the one before it is closed, which ends both
     * @param type as of {@link #ringBuffer}
     * @param <T> what a record becomes
     * @return a reader, which this program closes if nobody else does
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws PrivilegeException when the process may not open perf events, or not map as much memory; names what lacks
     * @throws IllegalArgumentException when there is no such perf buffer; names those there are
     * @throws IllegalStateException when it already has a reader or is exported, or the program is closed
     */
    public <T> RingBufferReader<T> perfBuffer(String map, Class<T> type) {
        return gate.inside(
                () -> reader(MapLookup.find(spec, map, "perf buffer", MapType.PERF_EVENT_ARRAY::equals), type));
    }

    private <T> RingBufferReader<T> reader(MapSpec map, Class<T> type) {
        var forms = new RecordForms(spec, map);
        RecordForm<T> form = forms.of(type);
        RecordMemory memory = rings.claimRecords(map);
        try {
            var session = new RingSession(map.name(), memory, object::waiter, forms.size(),
                    LostSamples.of(spec, object, map), () -> rings.release(map.name()));
            rings.closeWith(map.name(), session::close);
            return new RingBufferReader<>(session, form, forms);
        } catch (RuntimeException | Error e) {
            rings.giveBack(memory);
            throw e;
        }
    }

    /**
     * Makes the one writer of a user ring buffer, which a function of this program drains. Each field of the C type takes the
     * component of its name, as {@link #ringBuffer} has it the other way round; that the types fit is checked here.
     *
     * @param map the ring's name; of type USER_RINGBUF
     * @param type a record, or for rings of plain values the type of those; {@code MemorySegment.class} for bytes, as many as
     * each segment has, which needs no type in the object file
     * @param <T> what becomes a record
     * @return a writer, which this program closes if nobody else does
     * @throws BindingException when the Java type does not fit, leaves a field out, or does not fit into the ring
     * @throws IllegalArgumentException when there is no such ring; names those there are
     * @throws IllegalStateException when the ring already has a writer, or the program is closed
     * @throws UnsupportedOperationException when the program is a replay
     */
    public <T> UserRingWriter<T> userRing(String map, Class<T> type) {
        return gate.inside(() -> {
            MapSpec ring = MapLookup.find(spec, map, "user ring buffer", kind -> kind == MapType.USER_RINGBUF);
            return UserRingWriter.of(rings, object, spec.name(), ring,
                    WriteForm.of(spec.name(), spec.btf(), ring, type));
        });
    }

    /**
     * {@return a view on the rows of a hash map} Records take fields by name, as {@link #ringBuffer} says; that the types
     * fit is checked here.
     *
     * @param map the map's name; of type HASH or LRU_HASH; for the others {@link #map} has views
     * @param keyType a record, or for keys that are no structs the type of those
     * @param valueType likewise
     * @param <K> what a key becomes
     * @param <V> what a value becomes
     * @throws BindingException when a Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when there is no such map; names those there are
     * @throws IllegalStateException when the program is closed
     */
    public <K, V> HashMapView<K, V> hashMap(String map, Class<K> keyType, Class<V> valueType) {
        return gate.inside(() -> {
            MapLookup.find(spec, map, "hash map", MapType::isHash);
            return map(map).asHash(keyType, valueType);
        });
    }

    /**
     * {@return a global variable, or a part of one} The memory that it is in is shared with the kernel. That the types fit is
     * checked here. In a replay it has the value that it begins with.
     *
     * @param name the C variable's name, or part of one: {@code cfg.port}, {@code ports[2]}
     * @param type the type of its value: as {@link #ringBuffer} says, and arrays for arrays
     * @param <T> what its value becomes
     * @throws BindingException when the Java type does not fit; names both types
     * @throws IllegalArgumentException when there is no such variable, naming those there are, or there are several
     * @throws KernelSupportException when the kernel does not share the memory, as before Linux 5.5
     * @throws IllegalStateException when the program is closed
     */
    public <T> BpfVariable<T> variable(String name, Class<T> type) {
        return gate.inside(() -> {
            Place place = Place.of(spec, Objects.requireNonNull(name, "name"));
            return new BpfVariable<>(place, type, sections.of(place.variable()), spec.btf().order());
        });
    }

    /**
     * {@return all maps that the kernel has of this program, those of global variables included}
     *
     * @throws IllegalStateException when the program is closed
     */
    public List<BpfMap> maps() {
        return gate.inside(
                () -> object.maps().stream().map(map -> new BpfMap(views, map)).toList());
    }

    /**
     * {@return a map by its name}
     *
     * @param name the C variable's name; of the map of a section of global variables, the section's, {@code .bss}, or what
     *        libbpf calls it, {@code probe.bss}
     * @throws IllegalArgumentException when there is no such map; names those there are
     * @throws IllegalStateException when the program is closed
     */
    public BpfMap map(String name) {
        List<BpfMap> maps = maps();
        return maps.stream()
                .filter(map -> map.name().equals(name) || (map.isInternal() && map.spec().section().equals(name)))
                .findFirst().orElseThrow(() -> Suggestion.unknown(spec.name(), "map", name, "maps",
                        maps.stream().map(BpfMap::name).toList()));
    }

    /**
     * Exports every map that has an output: records of {@code print} rings and perf buffers as JSON events to slf4j, the others as meters.
     * When that is not possible the program is closed before this throws. Needs {@code ebpf-metrics} at run time.
     *
     * @param registry where the meters go
     * @return this program
     * @throws ObjectFileException when a map's output cannot be exported; names the map
     * @throws IllegalStateException when the program is closed, or one of these maps is already exported, or one is a ring
     * that has a reader
     */
    @SuppressWarnings("exports") // Micrometer is optional: who calls this has it
    public BpfProgram autoExport(MeterRegistry registry) {
        return closingOnFailure(() -> exports.begin(List.of(new JsonEventExporter(Clock.systemUTC()),
                ProgramExports.exporterTo(Objects.requireNonNull(registry, "registry"))), true));
    }

    /**
     * Exports those maps that an exporter takes. When that is not possible the program is closed before this throws.
     *
     * @param exporter where to; owned by this program from now on
     * @return this program
     * @throws ObjectFileException when a map that the exporter takes cannot be exported; names the map
     * @throws IllegalStateException when the program is closed, or one of these maps is already exported, or one is a ring
     * that has a reader
     */
    public BpfProgram export(MapExporter exporter) {
        return closingOnFailure(
                () -> exports.begin(List.of(Objects.requireNonNull(exporter, "exporter")), false));
    }

    /**
     * {@return what the maps hold now} Of a ring, the records that nobody has read yet; they stay there. A perf buffer has
     * records for its reader only, and so none here.
     *
     * @throws IllegalStateException when the program is closed or a ring is being read or exported
     */
    public MapDump dump() {
        return gate.inside(() -> Recorder.dump(spec, object, rings));
    }

    /**
     * Ends the exports, closes the readers, detaches the functions and gives back the maps. Calls that are under way are
     * waited for; called from a handler or visitor of this program it does not wait for that one. Idempotent.
     */
    @Override
    public void close() {
        watch.closed();
        gate.close(() -> {}, () -> Closing.all(Stream.of(exports.closers(), rings.closers(), attachments.closers(),
                List.<Runnable>of(walkers::close, sections::close, object::close)).flatMap(List::stream).toList()));
    }

    /** {@return name and numbers, for logs} */
    @Override
    public String toString() {
        return spec + (gate.isClosed() ? ", closed" : ", " + attachments().size() + " attached");
    }

    private BpfProgram closingOnFailure(Runnable export) {
        boolean done = false;
        try {
            export.run();
            done = true;
            return this;
        } finally {
            if (!done) {
                close();
            }
        }
    }
}
