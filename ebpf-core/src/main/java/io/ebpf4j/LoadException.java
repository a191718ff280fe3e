package io.ebpf4j;

/** The kernel or libbpf refused the object for another reason than the verifier, rights or missing features. */
public final class LoadException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public LoadException(String message, int errno) {
        super(message, errno, null);
    }
}
