package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.IteratorScope;
import io.ebpf4j.internal.kernel.Cursor;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import java.util.OptionalInt;

/** Runs nowhere. */
record ReplayFunction(FunctionSpec function) implements LoadedFunction {
    @Override
    public OptionalInt descriptor() {
        return OptionalInt.empty();
    }

    @Override
    public Hook attach() {
        throw noKernel();
    }

    @Override
    public Hook attach(AttachTarget target) {
        throw noKernel();
    }

    @Override
    public Hook replace(LoadedFunction other, String name) {
        throw noKernel();
    }

    @Override
    public Cursor iterate(IteratorScope scope) {
        throw noKernel();
    }

    private IllegalStateException noKernel() {
        return new IllegalStateException(
                "function '" + function.name() + "' is replayed: there is no kernel to run it");
    }
}
