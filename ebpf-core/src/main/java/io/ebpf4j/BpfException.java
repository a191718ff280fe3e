package io.ebpf4j;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Something about an eBPF program went wrong. Unchecked; the message is one line that names the object, map, field or
 * section, the numbers, and what to do. The subclasses tell the phases apart.
 */
public abstract class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    BpfException(String message, int errno, @Nullable Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    BpfException(String message) {
        this(message, 0, null);
    }

    /** {@return the kernel's error number, as in {@code errno.h}, where a system call was refused} */
    public OptionalInt errno() {
        return errno == 0 ? OptionalInt.empty() : OptionalInt.of(errno);
    }
}
