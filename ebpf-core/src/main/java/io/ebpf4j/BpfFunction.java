package io.ebpf4j;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.IteratorScope;
import io.ebpf4j.attach.Replacement;
import io.ebpf4j.attach.Trace;
import io.ebpf4j.internal.Attachments;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.FileHandle;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.kernel.FunctionInfo;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * One function of a loaded program. Thread-safe; valid until its program closes. Another program can be loaded to watch
 * it, or to replace it or a function that it calls: {@link LoadOptions#target(String, BpfFunction, String)}.
 *
 * {@snippet :
 * BpfFunction function = program.function("on_connect");
 * Attachment attachment = function.attach(Uprobe.of(Path.of("libc.so.6"), "connect").inProcess(4711));
 * }
 */
public final class BpfFunction {
    private final ProgramSpec program;
    private final FunctionSpec spec;
    private final Gate gate;
    private final Attachments attachments;
    private final LoadedFunction function;

    BpfFunction(ProgramSpec program, FunctionSpec spec, Gate gate, Attachments attachments,
            LoadedFunction function) {
        this.program = program;
        this.spec = spec;
        this.gate = gate;
        this.attachments = attachments;
        this.function = function;
    }

    /** {@return what the object file says of it} Also after close. */
    public FunctionSpec spec() {
        return spec;
    }

    /** {@return whether it is in the kernel; an optional one is where the options asked for it} */
    public boolean isLoaded() {
        return gate.inside(() -> function.descriptor().isPresent());
    }

    /**
     * {@return what the kernel tells of it: number, tag, sizes, how often and how long it ran} The last two while
     * {@link io.ebpf4j.kernel.RunStatistics} are on.
     *
     * @throws KernelAccessException when the kernel refuses
     * @throws IllegalStateException when it is not loaded or the program is closed
     */
    public FunctionInfo info() {
        return loaded(LoadedFunction::info);
    }

    /**
     * Runs it now, with no event.
     *
     * @param run with what, how often and where
     * @return what came of it
     * @throws KernelAccessException when the kernel refuses
     * @throws KernelSupportException when functions of its type cannot be run so
     * @throws IllegalArgumentException when what it is given does not suit its type
     * @throws IllegalStateException when it is not loaded or the program is closed
     */
    public TestRunResult testRun(TestRun run) {
        Objects.requireNonNull(run);
        return loaded(own -> own.run(run));
    }

    /**
     * Hooks it to what its section names, as {@code SEC("tracepoint/sched/sched_process_exec")} does. May be called again: it runs once for each
     * attachment; to a tracepoint or perf event that it is at the kernel does not attach it once more. Where it was
     * {@link LoadOptions#target(String, String)} that named the place, take {@link Trace#loadedFor()}.
     *
     * @return the attachment, which the program closes if nobody else does
     * @throws BpfException when the kernel or the process's rights do not allow it
     * @throws IllegalStateException when it is not loaded, its section names nothing, or the program is closed
     */
    public Attachment attach() {
        if (!spec.attachesItself()) {
            throw new IllegalStateException(where() + " is in section '" + spec.section()
                    + "', which does not say to what it is hooked; call " + callWithTarget());
        }
        return attachAsLoaded(spec.section());
    }

    private String callWithTarget() {
        AttachType type = spec.sectionKind().flatMap(SectionKind::attachType).orElse(null);
        if (type == AttachType.TRACE_ITER) {
            return "iterator()";
        }
        boolean aimedOnLoading = switch (spec.programType()) {
            case TRACING, EXT -> true;
            case LSM -> type != AttachType.LSM_CGROUP;
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SKB,
                    CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT,
                    CGROUP_SOCK_ADDR, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL,
                    RAW_TRACEPOINT_WRITABLE, CGROUP_SOCKOPT, STRUCT_OPS, SK_LOOKUP, SYSCALL, NETFILTER ->
                false;
        };
        return aimedOnLoading ? "attach(Trace.loadedFor())" : "attach(..) with a target";
    }

    /** Hooks it to what its section or the options that it was loaded with name. */
    Attachment attachAsLoaded(String target) {
        return keep(target, () -> loaded(LoadedFunction::attach));
    }

    String programName() {
        return program.name();
    }

    /** Its descriptor, for another program that is to replace it. */
    FileHandle handle() {
        return new FileHandle() {
            @Override
            public <R> R use(IntFunction<R> operation) {
                return loaded(own -> operation.apply(own.descriptor().orElseThrow()));
            }
        };
    }

    /**
     * Hooks it to something. Whether that suits the function's kind is for the kernel to say.
     *
     * @param target to what
     * @return the attachment, which the program closes if nobody else does
     * @throws BpfException when the kernel or the process's rights do not allow it
     * @throws IllegalStateException when it is not loaded or the program is closed
     */
    public Attachment attach(AttachTarget target) {
        return keep(Objects.requireNonNull(target).description(),
                () -> target instanceof Replacement(var other, var name)
                        ? loaded(own -> other.loaded(theirs -> own.replace(theirs, name)))
                        : loaded(own -> own.attach(target)));
    }

    /**
     * {@return it as an iterator over all that its section names, {@code SEC("iter/task")}} Linux 5.8.
     *
     * @throws BpfException when the kernel or the process's rights do not allow it
     * @throws IllegalStateException when it is not loaded or the program is closed
     */
    public BpfIterator iterator() {
        return iterator(IteratorScope.everything());
    }

    /**
     * {@return it as an iterator}
     *
     * @param scope over what
     * @throws BpfException when the kernel or the process's rights do not allow it
     * @throws IllegalStateException when it is not loaded or the program is closed
     */
    public BpfIterator iterator(IteratorScope scope) {
        Objects.requireNonNull(scope);
        return gate.inside(() -> {
            var iterator = new BpfIterator(program, where() + " over " + scope.description(),
                    loaded(own -> own.iterate(scope)), attachments::forget);
            return attachments.keep(iterator, iterator::close);
        });
    }

    /** {@return the result of an operation while the program cannot be closed; the function is loaded} */
    <R> R loaded(Function<LoadedFunction, R> operation) {
        return gate.inside(() -> {
            if (function.descriptor().isEmpty()) {
                throw new IllegalStateException(where() + " is not loaded" + (spec.optional()
                        ? ": its section begins with '?'; load the program with LoadOptions.defaults().enable(\""
                                + spec.name() + "\")"
                        : ""));
            }
            return operation.apply(function);
        });
    }

    private Attachment keep(String target, Supplier<Hook> attach) {
        return gate.inside(() -> {
            var attachment = new Attachment(spec, where() + " to " + target, attach.get(), attachments::forget);
            return attachments.keep(attachment, attachment::close);
        });
    }

    private String where() {
        return program.name() + ": function '" + spec.name() + "'";
    }

    /** {@return program, name and section} */
    @Override
    public String toString() {
        return where() + ", " + spec.section();
    }
}
