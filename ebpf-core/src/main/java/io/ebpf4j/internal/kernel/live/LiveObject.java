package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.PerfSize;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A {@code struct bpf_object}. */
final class LiveObject implements LoadedObject {
    private final ProgramSpec spec;
    private final Map<String, String> targets;
    private final Map<String, PerfSize> perfBuffers;
    private final MemorySegment object;
    private final LiveMaps maps;
    private int users; // guarded by this, as is what follows
    private boolean closed;

    LiveObject(ProgramSpec spec, LoadPlan plan, MemorySegment object, LiveMaps maps) {
        this.spec = spec;
        this.targets = plan.targets().keySet().stream()
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> plan.target(named(spec, name))));
        this.perfBuffers = plan.perfBuffers();
        this.object = object;
        this.maps = maps;
    }

    private static FunctionSpec named(ProgramSpec spec, String name) {
        return spec.functions().stream().filter(function -> function.name().equals(name)).findFirst().orElseThrow();
    }

    @Override
    public LoadedFunction function(FunctionSpec function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = Libbpf.bpf_object__find_program_by_name(object, arena.allocateFrom(function.name()));
            if (handle.address() == 0) {
                throw new LoadException(spec.name() + ": function '" + function.name() + "' is not known to libbpf "
                        + NativeLibrary.version(), NativeLibrary.errno());
            }
            return new LiveFunction(this, function, handle);
        }
    }

    @Override
    public Hook attachStructOps(String map) {
        return control(messages -> StructOps.attach(this, object, map, messages));
    }

    /** {@return what the file declares} */
    ProgramSpec spec() {
        return spec;
    }

    /** {@return to what a function is hooked by itself, for messages} */
    String target(FunctionSpec function) {
        return targets.getOrDefault(function.name(), function.section());
    }

    /**
     * {@return the result of calls that change the object or what hangs on it} libbpf takes them one at a time, and calls back to tell what it
     * thinks.
     */
    <R> R control(Function<LibbpfMessages, R> calls) {
        return OwnStack.call(() -> {
            var messages = new LibbpfMessages();
            synchronized (this) {
                try (var _ = LibbpfLog.capture(LibbpfLog.Level.WARN, messages)) {
                    return calls.apply(messages);
                }
            }
        });
    }

    /**
     * Says that something needs the object until it says {@link #release}: a USDT link, which uses its memory to go, or what is
     * undone with one of its descriptors. Whoever closes an attachment may be slower than whoever closes the program.
     */
    synchronized void retain() {
        users++;
    }

    /** Ends what {@link #retain} began. */
    synchronized void release() {
        users--;
        closeUnused();
    }

    /** Ends a link. */
    synchronized void destroy(MemorySegment link) {
        Libbpf.bpf_link__destroy(link);
        release();
    }

    /**
     * Ends libbpf's part in a link that a file keeps. To destroy it would switch off the perf event that a probe hangs on,
     * for whoever keeps it. libbpf does not tell that event's descriptor, which so stays with this process.
     */
    synchronized void leave(MemorySegment link) {
        int descriptor = Libbpf.bpf_link__fd(link);
        Libbpf.bpf_link__disconnect(link);
        Libbpf.bpf_link__destroy(link);
        Descriptors.close(descriptor);
        release();
    }

    @Override
    public RingMemory ring(MapSpec map) {
        RingMemory ring = LiveRing.map(map, kernelMap(map), this::release);
        retain(); // who reads may begin to wait, or leave a group, after the program was closed from within a handler
        return ring;
    }

    @Override
    public PerfMemory perfBuffer(MapSpec map) {
        PerfMemory buffer = LivePerfBuffer.open(where(map), map, descriptor(map),
                perfBuffers.getOrDefault(map.name(), PerfSize.DEFAULT), this::release);
        retain(); // as for a ring: what counts its lost records is a map of the object, and is read until the reader has gone
        return buffer;
    }

    @Override
    public Table table(MapSpec map) {
        return LiveMap.table(where(map), map, descriptor(map));
    }

    @Override
    public RingWaiter waiter(List<? extends RecordMemory> rings) {
        return EpollWaiter.on(rings);
    }

    @Override
    public RingWaiter roomWaiter(RingMemory ring) {
        return EpollWaiter.forRoom(ring.handle());
    }

    @Override
    public List<LoadedMap> maps() {
        return maps.loaded();
    }

    @Override
    public SectionMemory section(String name, boolean constant) {
        return maps.memory(name, constant);
    }

    @Override
    public void abandon() {
        maps.unpin();
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeUnused();
    }

    private void closeUnused() {
        if (closed && users == 0) {
            Libbpf.bpf_object__close(object);
        }
    }

    /** {@return the descriptor of a map, which stays the object's} */
    int descriptor(MapSpec map) {
        return maps.fd(map.name());
    }

    private KernelMap kernelMap(MapSpec map) {
        return KernelMap.of(where(map), map, descriptor(map));
    }

    private String where(MapSpec map) {
        return spec.name() + ": map '" + map.name() + "'";
    }
}
