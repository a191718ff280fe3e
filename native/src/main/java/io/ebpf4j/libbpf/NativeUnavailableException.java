package io.ebpf4j.libbpf;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Native code cannot be called here, or libbpf or one of its functions is not there. The message is one line: what was
 * tried, why it failed, what to do.
 */
public final class NativeUnavailableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What lacks. */
    public enum Reason {
        /** Not a 64-bit Linux. */
        PLATFORM,
        /** The JVM was told to refuse native calls of this module. */
        ACCESS_DENIED,
        /** No library could be opened. */
        NOT_FOUND,
        /** A library was opened, but it is not libbpf. */
        NOT_LIBBPF,
        /** A libbpf before 1.0. */
        TOO_OLD,
        /** The library lacks the function that was called. */
        MISSING_FUNCTION
    }

    /** What lacks. */
    private final Reason reason;

    NativeUnavailableException(Reason reason, String message) {
        this(reason, message, null);
    }

    NativeUnavailableException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return what lacks} */
    public Reason reason() {
        return reason;
    }
}
