package io.ebpf4j;

import java.util.ArrayList;
import java.util.List;

/**
 * The kernel refused for lack of rights. The message names the capabilities that this process lacks, or else what is in
 * the way: a user namespace, a limit of locked memory, a lockdown, a seccomp filter, a policy.
 */
public final class PrivilegeException extends BpfException {
    private static final long serialVersionUID = 2;

    private final ArrayList<String> missing;

    /**
     * Tells what was refused, where no capability lacks.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public PrivilegeException(String message, int errno) {
        this(message, errno, List.of());
    }

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     * @param missing the capabilities that lack, as {@code CAP_BPF}
     */
    public PrivilegeException(String message, int errno, List<String> missing) {
        super(message, errno, null);
        this.missing = new ArrayList<>(missing);
    }

    /**
     * {@return the capabilities that this program needs and this process lacks, as {@code CAP_BPF}; empty when it is not for
     * capabilities that it was refused}
     */
    public List<String> missing() {
        return List.copyOf(missing);
    }
}
