package io.ebpf4j.attach;

/**
 * A system call under its own name, whatever the architecture's prefix: {@code ksyscall} and {@code kretsyscall}; needs
 * CONFIG_KPROBES.
 *
 * @param name as {@code openat}
 * @param onReturn whether it is hooked where it returns
 * @param cookie see {@linkplain io.ebpf4j.attach here}
 */
public record Ksyscall(String name, boolean onReturn, long cookie) implements AttachTarget {
    /** Checks the name. */
    public Ksyscall {
        Checks.name(name, "system call");
    }

    /**
     * {@return the entry of a system call}
     *
     * @param name as {@code openat}
     */
    public static Ksyscall of(String name) {
        return new Ksyscall(name, false, 0);
    }

    /**
     * {@return the return of a system call}
     *
     * @param name as {@code openat}
     */
    public static Ksyscall onReturn(String name) {
        return new Ksyscall(name, true, 0);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public Ksyscall withCookie(long value) {
        return new Ksyscall(name, onReturn, value);
    }

    @Override
    public String description() {
        return (onReturn ? "kretsyscall " : "ksyscall ") + name;
    }
}
