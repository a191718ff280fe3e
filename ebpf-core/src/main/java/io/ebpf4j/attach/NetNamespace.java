package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A network namespace: {@code sk_lookup} (Linux 5.9) and {@code flow_dissector} (5.8).
 *
 * @param file that stands for it, as {@code /proc/self/ns/net} or {@code /run/netns/blue}
 */
public record NetNamespace(Path file) implements AttachTarget {
    /** Checks that nothing is null. */
    public NetNamespace {
        Objects.requireNonNull(file);
    }

    /** {@return that of this process} A thread may have gone into another, {@code /proc/thread-self/ns/net}. */
    public static NetNamespace own() {
        return new NetNamespace(Path.of("/proc/self/ns/net"));
    }

    @Override
    public String description() {
        return "network namespace " + file;
    }
}
