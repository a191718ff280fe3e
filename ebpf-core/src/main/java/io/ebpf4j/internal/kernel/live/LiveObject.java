package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A {@code struct bpf_object} and the links made from it. */
final class LiveObject implements LoadedObject {
    private final ProgramSpec spec;
    private final MemorySegment object;
    private final LoadPlan plan;
    private final Deque<MemorySegment> links = new ArrayDeque<>();

    LiveObject(ProgramSpec spec, MemorySegment object, LoadPlan plan) {
        this.spec = spec;
        this.object = object;
        this.plan = plan;
    }

    @Override
    public List<FunctionSpec> attach() {
        return OwnStack.call(this::attachAll);
    }

    private List<FunctionSpec> attachAll() {
        List<FunctionSpec> attached = new ArrayList<>();
        var messages = new LibbpfMessages();
        try (Arena arena = Arena.ofConfined(); var _ = LibbpfLog.capture(LibbpfLog.Level.WARN, messages)) {
            for (FunctionSpec function : spec.functions()) {
                if (!plan.attaches(function)) {
                    continue;
                }
                messages.clear();
                MemorySegment handle = Libbpf.bpf_object__find_program_by_name(object,
                        arena.allocateFrom(function.name()));
                if (handle.address() == 0) {
                    throw AttachFailure.explain(spec, function, NativeLibrary.errno(), messages);
                }
                MemorySegment link = Libbpf.bpf_program__attach(handle);
                if (link.address() == 0) {
                    throw AttachFailure.explain(spec, function, NativeLibrary.errno(), messages);
                }
                links.push(link);
                attached.add(function);
            }
        }
        return attached;
    }

    @Override
    public RingMemory ring(MapSpec map) {
        return LiveRing.map(map, kernelMap(map));
    }

    @Override
    public Table table(MapSpec map) {
        return new LiveTable(spec.name(), map, kernelMap(map));
    }

    @Override
    public RingWaiter waiter(List<RingMemory> rings) {
        return EpollWaiter.on(rings);
    }

    @Override
    public void close() {
        // A USDT link uses the object's memory when it goes, so all links go first.
        while (!links.isEmpty()) {
            Libbpf.bpf_link__destroy(links.pop());
        }
        Libbpf.bpf_object__close(object);
    }

    private KernelMap kernelMap(MapSpec map) {
        String where = spec.name() + ": map '" + map.name() + "'";
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = Libbpf.bpf_object__find_map_by_name(object, arena.allocateFrom(map.name()));
            int fd = handle.address() == 0 ? -1 : Libbpf.bpf_map__fd(handle);
            if (fd < 0) {
                throw new LoadException(where + ": was not created by libbpf", -fd);
            }
            return KernelMap.of(where, map, fd);
        }
    }
}
