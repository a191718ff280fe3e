package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.internal.Uninterrupted;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what calls back into Java from C on a thread with a stack of its own. When the stack ends within such a callback
 * the JVM aborts, and how much of the caller's is left nobody can tell.
 */
final class OwnStack {
    private static final long SIZE = 1 << 20;

    private OwnStack() {}

    /** {@return what the operation returns, or throws what it throws} */
    static <R> R call(Supplier<R> operation) {
        var task = new FutureTask<R>(operation::get);
        Thread.ofPlatform().name("ebpf-load").stackSize(SIZE).daemon().start(task);
        try {
            return Uninterrupted.get(task);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case RuntimeException cause -> cause;
                case Error cause -> throw cause;
                case null, default -> new IllegalStateException(e);
            };
        }
    }
}
