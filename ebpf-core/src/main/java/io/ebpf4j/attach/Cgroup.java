package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The processes of a control group and of those below it: all kinds {@code cgroup/..}, {@code cgroup_skb/..} and {@code sockops}. By a
 * {@code bpf_link}, Linux 5.7.
 *
 * @param directory in a mounted cgroup2, as {@code /sys/fs/cgroup/system.slice}
 * @param order among others of the same kind there; any but {@link Order#anywhere} takes Linux 6.17 (or a 6.12.x that has it too), one by another libbpf 1.6
 */
public record Cgroup(Path directory, Order order) implements AttachTarget {
    /** Checks that nothing is null. */
    public Cgroup {
        Objects.requireNonNull(directory);
        Objects.requireNonNull(order);
    }

    /**
     * {@return a control group}
     *
     * @param directory in a mounted cgroup2
     */
    public static Cgroup of(Path directory) {
        return new Cgroup(directory, Order.anywhere());
    }

    /**
     * {@return the same in some order}
     *
     * @param place among others of the same kind there
     */
    public Cgroup in(Order place) {
        return new Cgroup(directory, place);
    }

    @Override
    public String description() {
        return "cgroup " + directory;
    }
}
