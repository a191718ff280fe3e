package io.ebpf4j.libbpf;

import java.util.Map;
import java.util.Optional;

/**
 * Which libbpf brought a function, for those of the bindings that 1.0 lacks. The source is the version node of the symbol
 * ({@code nm -D --with-symbol-versions libbpf.so}).
 */
final class FunctionVersions {

    static final Map<String, String> SINCE = Map.ofEntries(//
            Map.entry("bpf_program__attach_netfilter", "1.3"), //
            Map.entry("bpf_program__attach_netkit", "1.3"), //
            Map.entry("bpf_program__attach_tcx", "1.3"), //
            Map.entry("bpf_program__attach_uprobe_multi", "1.3"), //
            Map.entry("bpf_program__attach_raw_tracepoint_opts", "1.4"), //
            Map.entry("bpf_program__attach_sockmap", "1.5"), //
            Map.entry("bpf_map__autoattach", "1.5"), //
            Map.entry("bpf_map__set_autoattach", "1.5"));

    private FunctionVersions() {}

    static Optional<String> since(String function) {
        return Optional.ofNullable(SINCE.get(function));
    }
}
