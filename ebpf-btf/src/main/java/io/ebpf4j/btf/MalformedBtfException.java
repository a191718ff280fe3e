package io.ebpf4j.btf;

/** The bytes are not the BTF they claim to be, or a type in them cannot be what is asked of it. */
public final class MalformedBtfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong and where.
     *
     * @param message the file, the section, the type id or offset, and the numbers that do not fit
     */
    public MalformedBtfException(String message) {
        super(message);
    }
}
