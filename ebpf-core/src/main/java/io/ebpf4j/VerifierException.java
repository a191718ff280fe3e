package io.ebpf4j;

/**
 * The kernel's verifier rejected a function. The message holds the last line of the verifier's log that says why; the
 * whole log is in {@link #log()}.
 */
public final class VerifierException extends BpfException {
    private static final long serialVersionUID = 1;

    private final String function;
    private final String log;

    /**
     * Tells what the verifier said.
     *
     * @param message one line with the reason
     * @param errno the kernel's error number
     * @param function the rejected function
     * @param log everything the verifier printed
     */
    public VerifierException(String message, int errno, String function, String log) {
        super(message, errno, null);
        this.function = function;
        this.log = log;
    }

    /** {@return the name of the rejected C function} */
    public String function() {
        return function;
    }

    /** {@return everything the verifier printed, uncut; several lines} */
    public String log() {
        return log;
    }
}
