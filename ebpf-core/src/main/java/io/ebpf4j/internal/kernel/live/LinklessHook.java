package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A function at a place for which the kernel has no link: what was done is undone.
 *
 * @param where how messages call it
 * @param undo does that
 */
record LinklessHook(String where, Runnable undo) implements Hook {
    @Override
    public OptionalInt id() {
        return OptionalInt.empty();
    }

    @Override
    public void pin(Path path) {
        throw new AttachException(where + ": cannot be pinned, for the kernel has no link for such an attachment", 0);
    }

    @Override
    public void replace(LoadedFunction function) {
        throw new AttachException(where + ": another function cannot take its place, for the kernel has no link for"
                + " such an attachment; close it and attach the other", 0);
    }

    @Override
    public void close() {
        undo.run();
    }
}
