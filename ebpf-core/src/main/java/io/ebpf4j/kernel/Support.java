package io.ebpf4j.kernel;

/**
 * What the running kernel answered when it was asked whether it has something.
 *
 * <p>Both other answers than {@link Supported} say why in one phrase, for messages.
 */
public sealed interface Support {
    /** It has it. */
    record Supported() implements Support {}

    /**
     * It does not have it, whoever asks: it is too old, or was built without it.
     *
     * @param reason what brings it, as {@code it came with Linux 6.6; this is Linux 6.1.0-37}
     */
    record Unsupported(String reason) implements Support {}

    /**
     * It would not tell: mostly for lack of rights, which says nothing about somebody who has them. Asked anew each time.
     *
     * @param cause what was in the way, with the capability or policy by name, and what to do
     */
    record Unknown(String cause) implements Support {}

    /** {@return whether it is certain that it has it} */
    default boolean isSupported() {
        return this instanceof Supported;
    }
}
