package io.ebpf4j;

/** A Java type does not fit the C type it should take its values from. The message names component, field and both types. */
public final class BindingException extends BpfException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     */
    public BindingException(String message) {
        super(message);
    }
}
