package io.ebpf4j.attach;

import java.util.Objects;

/**
 * Packets of an interface in the kernel's traffic control by its older way, a filter of the queueing discipline {@code clsact}: for
 * kernels before 6.6, which have no {@link Tcx}. There is no {@code bpf_link} here: the filter of a process that was killed stays, and is
 * removed with {@code tc filter del}. Nothing that others have put there is touched; the {@code clsact} stays too, as others may use it by
 * then.
 *
 * @param networkInterface as {@code eth0}
 * @param direction which packets
 * @param priority of the filter, lower runs first; 0 leaves it to the kernel
 */
public record TrafficControl(String networkInterface, Direction direction, int priority) implements AttachTarget {
    private static final int HIGHEST = 0xffff;

    /** Checks name and number. */
    public TrafficControl {
        Checks.name(networkInterface, "network interface");
        Objects.requireNonNull(direction);
        if (priority < 0 || priority > HIGHEST) {
            throw new IllegalArgumentException("priority " + priority + " is not from 0 to " + HIGHEST);
        }
    }

    /**
     * {@return an interface}
     *
     * @param networkInterface as {@code eth0}
     * @param direction which packets
     */
    public static TrafficControl of(String networkInterface, Direction direction) {
        return new TrafficControl(networkInterface, direction, 0);
    }

    @Override
    public String description() {
        return "traffic control " + direction + " of " + networkInterface;
    }
}
