package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LibbpfException;
import io.ebpf4j.TestRun;
import io.ebpf4j.TestRunResult;
import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.IteratorScope;
import io.ebpf4j.internal.kernel.Cursor;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.live.info.FunctionInfos;
import io.ebpf4j.internal.kernel.live.info.TestRuns;
import io.ebpf4j.kernel.FunctionInfo;
import io.ebpf4j.libbpf.NativeUnavailableException;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A {@code struct bpf_program}.
 *
 * @param object what it belongs to
 * @param spec what the file says of it
 * @param handle libbpf's own
 */
record LiveFunction(LiveObject object, FunctionSpec spec, MemorySegment handle) implements LoadedFunction {
    @Override
    public OptionalInt descriptor() {
        int fd = Libbpf.bpf_program__fd(handle);
        return fd < 0 ? OptionalInt.empty() : OptionalInt.of(fd);
    }

    @Override
    public FunctionInfo info() {
        return FunctionInfos.of(descriptor().orElseThrow(), where());
    }

    @Override
    public TestRunResult run(TestRun run) {
        return TestRuns.run(descriptor().orElseThrow(), spec.programType(), run, where());
    }

    @Override
    public Hook attach() {
        return call(object.target(spec), call -> call.link(Libbpf.bpf_program__attach(handle)));
    }

    @Override
    public Hook attach(AttachTarget target) {
        return call(target.description(), call -> Targets.attach(call, target));
    }

    @Override
    public Hook replace(LoadedFunction other, String name) {
        int fd = other.descriptor().orElseThrow();
        return call("replacement of '" + name + "'", call -> call
                .link(Libbpf.bpf_program__attach_freplace(handle, fd, call.text(name))));
    }

    @Override
    public Cursor iterate(IteratorScope scope) {
        return call("an iterator over " + scope.description(), call -> Iterators.iterate(call, scope));
    }

    private String where() {
        return object.spec().name() + ": function '" + spec.name() + "'";
    }

    private <R> R call(String target, Function<AttachCall, R> operation) {
        return object.control(messages -> {
            try (Arena arena = Arena.ofConfined()) {
                return operation.apply(new AttachCall(object, spec, handle, target, messages, arena));
            } catch (NativeUnavailableException e) {
                throw new LibbpfException(object.spec().name() + ": function '" + spec.name()
                        + "' cannot be attached to " + target + ": " + e.getMessage(), e);
            }
        });
    }
}
