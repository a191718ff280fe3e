package io.ebpf4j.attach;

/**
 * One socket: {@code socket} filters its packets, {@code sk_reuseport} chooses among those of its port. The kernel keeps the function as
 * long as the socket, if nobody closes the attachment before; there is no {@code bpf_link}.
 *
 * @param descriptor its file descriptor, which stays the caller's
 */
public record Socket(int descriptor) implements AttachTarget {
    /** Checks the number. */
    public Socket {
        if (descriptor < 0) {
            throw new IllegalArgumentException("file descriptor " + descriptor + " is negative");
        }
    }

    @Override
    public String description() {
        return "socket " + descriptor;
    }
}
