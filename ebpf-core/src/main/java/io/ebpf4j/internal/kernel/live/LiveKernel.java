package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LibbpfException;
import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.kernel.Kernel;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.spec.LoadChecks;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeUnavailableException;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Loads programs into the running kernel. Stateless. */
public final class LiveKernel implements Kernel {
    @Override
    public LoadedObject load(ProgramSpec spec, LoadPlan plan) {
        try {
            NativeLibrary.require();
        } catch (NativeUnavailableException e) {
            throw new LibbpfException(spec.name() + ": " + e.getMessage(), e);
        }
        if (spec.btf().order() != ByteOrder.nativeOrder()) {
            throw new LoadException(spec.name() + ": is built for " + spec.btf().order() + " machines, this one is "
                    + ByteOrder.nativeOrder() + "; compile it with clang -target bpf on this machine", 0);
        }
        return OwnStack.call(() -> openAndLoad(spec, plan));
    }

    private static LoadedObject openAndLoad(ProgramSpec spec, LoadPlan plan) {
        var messages = new LibbpfMessages();
        try (var _ = LibbpfLog.capture(LibbpfLog.Level.WARN, messages)) {
            MemorySegment object = open(spec, messages);
            boolean loaded = false;
            try {
                fitRings(object, spec);
                chooseFunctions(object, spec, plan);
                int result = Libbpf.bpf_object__load(object);
                if (result != 0) {
                    throw LoadFailure.explain(spec, -result, messages);
                }
                loaded = true;
            } finally {
                if (!loaded) {
                    Libbpf.bpf_object__close(object);
                }
            }
            return new LiveObject(spec, object);
        }
    }

    private static MemorySegment open(ProgramSpec spec, LibbpfMessages messages) {
        LoadChecks.check(spec.elf(), spec.btf());
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = spec.toStandardObject();
            MemorySegment options = bpf_object_open_opts.allocate(arena);
            bpf_object_open_opts.sz(options, bpf_object_open_opts.sizeof());
            bpf_object_open_opts.object_name(options, arena.allocateFrom(spec.name()));
            MemorySegment object = Libbpf.bpf_object__open_mem(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                    bytes.length, options);
            if (object.address() == 0) {
                throw LoadFailure.refusedFile(spec, NativeLibrary.errno(), messages);
            }
            return object;
        }
    }

    /** The kernel wants no key and no value size of a ring, libbpf takes them from the declared record type. */
    private static void fitRings(MemorySegment object, ProgramSpec spec) {
        try (Arena arena = Arena.ofConfined()) {
            for (MapSpec map : spec.maps()) {
                if (map.type().isRing()) {
                    MemorySegment handle = Libbpf.bpf_object__find_map_by_name(object, arena.allocateFrom(map.name()));
                    if (handle.address() != 0) {
                        Libbpf.bpf_map__set_key_size(handle, 0);
                        Libbpf.bpf_map__set_value_size(handle, 0);
                    }
                }
            }
        }
    }

    private static void chooseFunctions(MemorySegment object, ProgramSpec spec, LoadPlan plan) {
        try (Arena arena = Arena.ofConfined()) {
            for (FunctionSpec function : spec.functions()) {
                if (plan.loads(function) != function.optional()) {
                    continue; // as libbpf does by itself; to say it would undo what it does for struct_ops
                }
                MemorySegment handle = Libbpf.bpf_object__find_program_by_name(object,
                        arena.allocateFrom(function.name()));
                if (handle.address() != 0) {
                    Libbpf.bpf_program__set_autoload(handle, plan.loads(function));
                }
            }
        }
    }
}
