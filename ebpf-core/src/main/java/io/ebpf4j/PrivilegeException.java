package io.ebpf4j;

/** The kernel refused for lack of rights. The message names the capabilities that this process lacks. */
public final class PrivilegeException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public PrivilegeException(String message, int errno) {
        super(message, errno, null);
    }
}
