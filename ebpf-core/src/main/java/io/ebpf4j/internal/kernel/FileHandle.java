package io.ebpf4j.internal.kernel;

import java.util.function.IntFunction;

/** A file descriptor that somebody else owns. */
public interface FileHandle {
    /**
     * {@return what the operation returns; meanwhile the descriptor stays open}
     *
     * @param operation takes the descriptor
     * @throws IllegalStateException when its owner has closed it
     */
    <R> R use(IntFunction<R> operation);
}
