package io.ebpf4j;

import org.jspecify.annotations.Nullable;

/** The object file cannot be used: it is no BPF object, is damaged, or declares something that cannot work. No kernel was asked. */
public final class ObjectFileException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     * @param cause what a lower layer said, if it did
     */
    public ObjectFileException(String message, @Nullable Throwable cause) {
        super(message, 0, cause);
    }

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     */
    public ObjectFileException(String message) {
        super(message);
    }
}
