package io.ebpf4j;

/** This kernel, as it runs and is mounted, lacks something the program needs. The message names it and what brings it. */
public final class KernelSupportException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public KernelSupportException(String message, int errno) {
        super(message, errno, null);
    }
}
