package io.ebpf4j.insn;

/** Bytes that end within an instruction. What is whole but means nothing is no error but {@link Unknown}. */
public final class MalformedCodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong and where.
     *
     * @param message the function, the offset, and the numbers that do not fit
     */
    public MalformedCodeException(String message) {
        super(message);
    }
}
