package io.ebpf4j;

/** A function could not be hooked to its event. */
public final class AttachException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public AttachException(String message, int errno) {
        super(message, errno, null);
    }
}
