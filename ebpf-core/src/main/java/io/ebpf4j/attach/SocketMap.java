package io.ebpf4j.attach;

/**
 * The sockets in a map of the same program: {@code sk_msg} and {@code sk_skb/..}. By a {@code bpf_link} where the kernel has it, Linux 6.10
 * with libbpf 1.5.
 *
 * @param map the name of a SOCKMAP or SOCKHASH
 */
public record SocketMap(String map) implements AttachTarget {
    /** Checks the name. */
    public SocketMap {
        Checks.name(map, "map");
    }

    @Override
    public String description() {
        return "sockets in map " + map;
    }
}
