package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.LibbpfException;
import io.ebpf4j.LoadException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.Kernel;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.spec.LoadChecks;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.LibbpfLog.Level;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeUnavailableException;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads programs into the running kernel. Stateless. */
public final class LiveKernel implements Kernel {
    /** A function that came with the libbpf that knows tokens, for the version that it tells leaves room for doubt. */
    private static final String SINCE_TOKENS = "bpf_token_create";
    private static final Pattern LOG = Pattern.compile(
            "prog '(?<function>[^']*)': -- BEGIN PROG LOAD LOG --\\n(?<log>.*)-- END PROG LOAD LOG --", Pattern.DOTALL);

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
        checkFiles(spec, plan);
        var logs = new LinkedHashMap<String, String>();
        LoadedObject object = OwnStack.call(() -> openAndLoad(spec, plan, logs));
        try {
            plan.verifierLog().ifPresent(asked -> logs.forEach(asked.handler()));
            return object;
        } catch (RuntimeException | Error e) {
            Closing.all(List.of(object::abandon, object::close));
            throw e;
        }
    }

    private static void checkFiles(ProgramSpec spec, LoadPlan plan) {
        plan.kernelTypes().filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new LoadException(spec.name() + ": the kernel's types are to be in " + file
                    + ", but that cannot be read; LoadOptions.kernelTypes takes a file of raw BTF", Errno.ENOENT);
        });
        plan.token().ifPresent(bpffs -> {
            if (!NativeLibrary.has(SINCE_TOKENS)) {
                throw new LoadException(spec.name() + ": is to be loaded by a token from " + bpffs
                        + ", which libbpf knows since 1.5, and this is " + NativeLibrary.version() + "; update libbpf",
                        0);
            }
            if (!Files.isDirectory(bpffs)) {
                throw new LoadException(spec.name() + ": is to be loaded by a token from " + bpffs
                        + ", but there is no such directory; mount a BPF file system with delegate_cmds and the like",
                        Errno.ENOENT);
            }
        });
    }

    private static LoadedObject openAndLoad(ProgramSpec spec, LoadPlan plan, Map<String, String> logs) {
        var messages = new LibbpfMessages();
        boolean wanted = plan.verifierLog().isPresent();
        try (var _ = LibbpfLog.capture(wanted ? Level.DEBUG : Level.WARN,
                wanted ? (level, text) -> sort(level, text, messages, logs) : messages)) {
            MemorySegment object = open(spec, plan, messages);
            var maps = new LiveMaps(spec, plan, object);
            boolean loaded = false;
            try (var preparation = new Preparation(spec, plan, object, maps)) {
                preparation.run();
                int result = Libbpf.bpf_object__load(object);
                if (result != 0) {
                    throw LoadFailure.explain(spec, plan, -result, messages);
                }
                maps.pin(preparation.pins());
                loaded = true;
            } finally {
                if (!loaded) {
                    Closing.all(List.of(maps::unpin, () -> Libbpf.bpf_object__close(object)));
                }
            }
            return new LiveObject(spec, plan, object, maps);
        }
    }

    /** Of a function that was loaded libbpf has the log among its least important messages. */
    private static void sort(Level level, String text, LibbpfMessages messages, Map<String, String> logs) {
        if (level == Level.WARN) {
            messages.message(level, text);
        } else {
            Matcher log = LOG.matcher(text);
            if (log.find()) {
                logs.put(log.group("function"), log.group("log"));
            }
        }
    }

    private static MemorySegment open(ProgramSpec spec, LoadPlan plan, LibbpfMessages messages) {
        LoadChecks.check(spec.elf(), spec.btf());
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = spec.toStandardObject();
            MemorySegment options = OpenOptions.of(spec, plan, arena);
            MemorySegment object = Libbpf.bpf_object__open_mem(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                    bytes.length, options);
            if (object.address() == 0) {
                throw LoadFailure.refusedFile(spec, NativeLibrary.errno(), messages);
            }
            return object;
        }
    }
}
