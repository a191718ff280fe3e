package io.ebpf4j.attach;

import java.util.Objects;

/**
 * Packets of an interface in the kernel's traffic control, several functions in order: {@code tcx/ingress}, {@code tcx/egress} and
 * {@code tc}. Linux 6.6; before that {@link TrafficControl}. Sections {@code tcx/..} and an order by another take libbpf 1.3.
 *
 * @param networkInterface as {@code eth0}
 * @param direction which packets
 * @param order among others there
 */
public record Tcx(String networkInterface, Direction direction, Order order) implements AttachTarget {
    /** Checks the name. */
    public Tcx {
        Checks.name(networkInterface, "network interface");
        Objects.requireNonNull(direction);
        Objects.requireNonNull(order);
    }

    /**
     * {@return an interface}
     *
     * @param networkInterface as {@code eth0}
     * @param direction which packets
     */
    public static Tcx of(String networkInterface, Direction direction) {
        return new Tcx(networkInterface, direction, Order.anywhere());
    }

    /**
     * {@return the same in some order}
     *
     * @param place among others there
     */
    public Tcx in(Order place) {
        return new Tcx(networkInterface, direction, place);
    }

    @Override
    public String description() {
        return "TCX " + direction + " of " + networkInterface;
    }
}
