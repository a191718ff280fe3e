package io.ebpf4j;

/** Reading or writing a map of the running kernel failed. */
public final class MapAccessException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what was refused.
     *
     * @param message one line: what, where, how much, what to do
     * @param errno the kernel's error number; 0 for none
     */
    public MapAccessException(String message, int errno) {
        super(message, errno, null);
    }
}
