package io.ebpf4j.internal.diagnose;

import io.ebpf4j.insn.Call;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which kernel brought a helper. Numbers are only ever appended, so the first one of each version tells it for all:
 * {@code __BPF_FUNC_MAPPER} in {@code linux/bpf.h} of each version.
 */
public final class HelperVersions {
    private static final NavigableMap<Integer, String> FIRST = new TreeMap<>(Map.ofEntries(Map.entry(1, "3.19"),
            Map.entry(4, "4.1"), Map.entry(12, "4.2"), Map.entry(17, "4.3"), Map.entry(23, "4.4"),
            Map.entry(26, "4.5"), Map.entry(27, "4.6"), Map.entry(31, "4.8"), Map.entry(37, "4.9"),
            Map.entry(42, "4.10"), Map.entry(45, "4.11"), Map.entry(46, "4.12"), Map.entry(48, "4.13"),
            Map.entry(51, "4.14"), Map.entry(54, "4.15"), Map.entry(58, "4.16"), Map.entry(60, "4.17"),
            Map.entry(65, "4.18"), Map.entry(81, "4.19"), Map.entry(84, "4.20"), Map.entry(91, "5.0"),
            Map.entry(93, "5.1"), Map.entry(99, "5.2"), Map.entry(109, "5.3"), Map.entry(110, "5.4"),
            Map.entry(111, "5.5"), Map.entry(116, "5.6"), Map.entry(119, "5.7"), Map.entry(125, "5.8"),
            Map.entry(136, "5.9"), Map.entry(142, "5.10"), Map.entry(156, "5.11"), Map.entry(163, "5.12"),
            Map.entry(164, "5.13"), Map.entry(166, "5.14"), Map.entry(169, "5.15"), Map.entry(176, "5.16"),
            Map.entry(180, "5.17"), Map.entry(186, "5.18"), Map.entry(194, "5.19"), Map.entry(204, "6.0"),
            Map.entry(208, "6.1"), Map.entry(210, "6.2")));

    /** Helpers that more than the kind of function decides on. */
    private static final Map<String, String> RESTRICTED = Map.of(
            "bpf_probe_write_user", "this helper needs CAP_SYS_ADMIN, and a kernel that is not locked down",
            "bpf_override_return", "this helper needs a kernel built with CONFIG_BPF_KPROBE_OVERRIDE=y, and"
                    + " SEC(\"kprobe/..\")");

    private HelperVersions() {}

    /** {@return the helper of a number, as {@code bpf_ringbuf_reserve}; nothing for numbers after Linux 6.18} */
    public static Optional<String> name(int number) {
        return new Call(Call.Kind.HELPER, 0, number).helper();
    }

    /** {@return the first kernel that has a helper, as {@code 5.8}; nothing for numbers after Linux 6.18} */
    public static Optional<String> since(int number) {
        return number > 0 && name(number).isPresent()
                ? Optional.of(FIRST.floorEntry(number).getValue())
                : Optional.empty();
    }

    /** {@return what a helper needs beside the right kind of function} */
    static Optional<String> restriction(String helper) {
        return Optional.ofNullable(RESTRICTED.get(helper));
    }
}
