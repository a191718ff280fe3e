package io.ebpf4j.internal.diagnose;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What something needs of the kernel.
 *
 * @param what what needs it, in words that begin a sentence
 * @param since the first kernel that has it, as {@code 6.6}
 * @param options with which that has to be built, as {@code CONFIG_KPROBES}
 */
public record Requirement(String what, String since, List<String> options) {
    /** Copies. */
    public Requirement {
        options = List.copyOf(options);
    }

    /** {@return where it came from, to go on with the running kernel: {@code it came with Linux 6.6, built with ..}} */
    public String origin() {
        return "it came with " + kernel();
    }

    /** {@return what the kernel lacks, as a sentence; nothing where it lacks nothing, as far as that can be told} */
    Optional<String> lackOf(Host host) {
        if (host.isBefore(since)) {
            return Optional.of(what + " needs Linux " + since + ", this is " + host.release());
        }
        Optional<KernelConfig> config = host.config();
        List<String> lacking = config.map(known -> options.stream().filter(option -> !known.has(option)).toList())
                .orElse(List.of());
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of(what + " needs a kernel built with " + list(lacking) + ", and this one (" + host.release()
                        + ") is not, says " + config.map(KernelConfig::file).orElse(""));
    }

    /** {@return all that it needs, for a kernel that does not tell how it was built; nothing where it does} */
    Optional<String> need(Host host) {
        return host.config().isPresent()
                ? Optional.empty()
                : Optional.of(what + " needs " + kernel() + "; this is " + host.release());
    }

    private String kernel() {
        return "Linux " + since + (options.isEmpty() ? "" : ", built with " + list(options));
    }

    private static String list(List<String> options) {
        return options.stream().map(option -> option + "=y").collect(Collectors.joining(" and "));
    }
}
