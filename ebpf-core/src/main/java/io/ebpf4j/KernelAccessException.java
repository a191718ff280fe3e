package io.ebpf4j;

/** The kernel did not run, or did not describe, something that it has loaded. */
public final class KernelAccessException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public KernelAccessException(String message, int errno) {
        super(message, errno, null);
    }
}
