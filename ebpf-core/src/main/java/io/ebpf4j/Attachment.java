package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.kernel.LinkInfo;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A function hooked to its event. It ends with {@link #close}, with its program, and, but for a few kinds that say so, with this process
 * however that ends; unless it is {@linkplain #pin pinned}. Thread-safe.
 */
public final class Attachment implements AutoCloseable {
    private final FunctionSpec function;
    private final String description;
    private final Hook hook;
    private final Gate gate;
    private final Consumer<Attachment> forget;

    Attachment(FunctionSpec function, String description, Hook hook, Consumer<Attachment> forget) {
        this.function = function;
        this.description = description;
        this.hook = hook;
        this.gate = new Gate("the attachment of " + description + " is closed");
        this.forget = forget;
    }

    /** {@return what is hooked; of a {@linkplain #replace replaced} function the first} */
    public FunctionSpec function() {
        return function;
    }

    /**
     * {@return the kernel's number of it, as {@code bpftool link} shows it} Empty where the kernel has no {@code bpf_link} for it: sockets, the
     * older traffic control, probes before Linux 5.15.
     *
     * @throws IllegalStateException when it is closed
     */
    public OptionalInt id() {
        return gate.inside(hook::id);
    }

    /**
     * {@return what the kernel tells of it} Empty where {@link #id} is.
     *
     * @throws KernelAccessException when the kernel refuses
     * @throws IllegalStateException when it is closed
     */
    public Optional<LinkInfo> info() {
        return gate.inside(hook::info);
    }

    /**
     * Keeps it where it is when its program is closed and when this process ends, however. To end it then, delete the file;
     * the kernel does so shortly after. Of a probe, tracepoint or perf event a descriptor then stays open in this process.
     *
     * @param path in a bpffs, as {@code /sys/fs/bpf/myservice/connect}; directories are made
     * @throws AttachException when that cannot be: something is there already, this is no bpffs, a name has a dot in it, or the kernel has
     * no link for it; directories that were made for it are gone then
     * @throws IllegalStateException when it is closed
     */
    public void pin(Path path) {
        Objects.requireNonNull(path);
        gate.inside(() -> {
            hook.pin(path);
            return this;
        });
    }

    /**
     * Puts another function in the place of this one, at once, so that no event is missed; the attachment stays this. Linux 5.7, for control
     * groups, XDP, TCX, netkit and network namespaces.
     *
     * @param function of the same kind; its program has to stay open, or the attachment to be closed before it
     * @throws AttachException when the kernel refuses
     * @throws IllegalStateException when this or the function's program is closed
     */
    public void replace(BpfFunction function) {
        gate.inside(() -> function.loaded(loaded -> {
            hook.replace(loaded);
            return this;
        }));
    }

    /** {@return whether it was closed, by whomever} */
    public boolean isClosed() {
        return gate.isClosed();
    }

    /** Unhooks the function. Idempotent; when it returns the function is not called any more. */
    @Override
    public void close() {
        gate.close(() -> {}, () -> {
            try {
                hook.close();
            } finally {
                forget.accept(this);
            }
        });
    }

    /** {@return program, function and what it is hooked to} */
    @Override
    public String toString() {
        return description + (isClosed() ? ", closed" : "");
    }
}
