package io.ebpf4j;

import org.jspecify.annotations.Nullable;

/** The native library libbpf cannot be used in this process. The message tells what was tried and what to install or allow. */
public final class LibbpfException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     * @param cause what a lower layer said, if it did
     */
    public LibbpfException(String message, @Nullable Throwable cause) {
        super(message, 0, cause);
    }

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     */
    public LibbpfException(String message) {
        super(message);
    }
}
