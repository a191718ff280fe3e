package io.ebpf4j.elf;

/** The bytes are not the ELF file they claim to be. */
public final class MalformedElfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Tells what is wrong and where.
     *
     * @param message the file, the section or offset, and the numbers that do not fit
     */
    public MalformedElfException(String message) {
        super(message);
    }
}
