package io.ebpf4j.attach;

import java.util.Objects;

/**
 * Packets of a {@code netkit} pair of interfaces, {@code netkit/primary} and {@code netkit/peer}; Linux 6.7, libbpf 1.3.
 *
 * @param networkInterface the primary one
 * @param end whose packets
 * @param order among others there
 */
public record Netkit(String networkInterface, End end, Order order) implements AttachTarget {
    /** One of the two interfaces. */
    public enum End {
        /** The one in the host. */
        PRIMARY,
        /** The one in the container. */
        PEER
    }

    /** Checks the name. */
    public Netkit {
        Checks.name(networkInterface, "network interface");
        Objects.requireNonNull(end);
        Objects.requireNonNull(order);
    }

    /**
     * {@return one end of a pair}
     *
     * @param networkInterface the primary one
     * @param end whose packets
     */
    public static Netkit of(String networkInterface, End end) {
        return new Netkit(networkInterface, end, Order.anywhere());
    }

    /**
     * {@return the same in some order}
     *
     * @param place among others there
     */
    public Netkit in(Order place) {
        return new Netkit(networkInterface, end, place);
    }

    @Override
    public String description() {
        return "netkit " + end + " of " + networkInterface;
    }
}
