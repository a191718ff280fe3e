package io.ebpf4j.attach;

/**
 * An instruction of the kernel: the entry of a function, somewhere in it, or its return. {@code kprobe} and {@code kretprobe};
 * needs CONFIG_KPROBES, cookies Linux 5.15.
 *
 * @param function its name in {@code /proc/kallsyms}
 * @param offset bytes from its entry; 0 at a return
 * @param onReturn whether it is hooked where it returns
 * @param cookie see {@linkplain io.ebpf4j.attach here}
 */
public record Kprobe(String function, long offset, boolean onReturn, long cookie) implements AttachTarget {
    /** Checks the name and the offset. */
    public Kprobe {
        Checks.name(function, "function");
        if (Checks.offset(offset) != 0 && onReturn) {
            throw new IllegalArgumentException("a return has no offset, not even " + offset);
        }
    }

    /**
     * {@return the entry of a function}
     *
     * @param function its name
     */
    public static Kprobe of(String function) {
        return new Kprobe(function, 0, false, 0);
    }

    /**
     * {@return the return of a function}
     *
     * @param function its name
     */
    public static Kprobe onReturn(String function) {
        return new Kprobe(function, 0, true, 0);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public Kprobe withCookie(long value) {
        return new Kprobe(function, offset, onReturn, value);
    }

    @Override
    public String description() {
        return (onReturn ? "kretprobe " : "kprobe ") + Checks.place(function, offset);
    }
}
