package io.ebpf4j;

import java.util.Optional;

/** What a function of type {@link ProgramType#XDP} decides about a packet, by its return value: {@code enum xdp_action}. */
public enum XdpAction {
    /** {@code XDP_ABORTED}: dropped for an error, which the tracepoint {@code xdp:xdp_exception} tells. */
    ABORTED,
    /** {@code XDP_DROP}: dropped. */
    DROP,
    /** {@code XDP_PASS}: goes on its way up the stack. */
    PASS,
    /** {@code XDP_TX}: sent back out of the interface it came from. */
    TX,
    /** {@code XDP_REDIRECT}: sent to another interface, CPU or socket, as a helper was told. */
    REDIRECT;

    private static final XdpAction[] BY_NUMBER = values();

    /**
     * {@return the action with a number; empty for others, which the kernel treats as {@link #ABORTED}}
     *
     * @param returnValue what a function returned
     */
    public static Optional<XdpAction> of(int returnValue) {
        return returnValue >= 0 && returnValue < BY_NUMBER.length
                ? Optional.of(BY_NUMBER[returnValue])
                : Optional.empty();
    }
}
