package io.ebpf4j.attach;

/**
 * One socket: {@code socket} filters its packets, {@code sk_reuseport} chooses among those of its port. There is no {@code bpf_link}; the
 * attachment has a descriptor of its own of the socket, so that the socket ends when the caller and the attachment both are closed. A socket has one filter: another takes its place, and
 * whichever attachment closes first removes what is there then.
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
