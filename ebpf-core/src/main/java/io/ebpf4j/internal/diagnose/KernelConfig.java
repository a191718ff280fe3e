package io.ebpf4j.internal.diagnose;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * With which options a kernel was built.
 *
 * @param file where that was read
 * @param set those that are {@code y} or {@code m}
 */
record KernelConfig(String file, Set<String> set) {
    KernelConfig {
        set = Set.copyOf(set);
    }

    /** {@return what lines like {@code CONFIG_BPF=y} say; nothing when none of them sets anything} */
    static Optional<KernelConfig> parse(String file, Stream<String> lines) {
        Set<String> set = new HashSet<>();
        lines.filter(line -> line.startsWith("CONFIG_")).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.endsWith("=n")) {
                set.add(line.substring(0, equals));
            }
        });
        return set.isEmpty() ? Optional.empty() : Optional.of(new KernelConfig(file, set));
    }

    boolean has(String option) {
        return set.contains(option);
    }
}
