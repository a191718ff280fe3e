package io.ebpf4j.libbpf;

import java.util.Map;
import java.util.Optional;

/**
 * Which libbpf brought a function, for those of the bindings that 1.0 lacks. The source is the version node of the symbol
 * ({@code nm -D --with-symbol-versions libbpf.so}); {@code libbpf_set_memlock_rlim} alone is of an older node, but was
 * hidden until 1.4.
 */
final class FunctionVersions {

    static final Map<String, String> SINCE = Map.ofEntries(//
            Map.entry("bpf_link__update_map", "1.2"), //
            Map.entry("bpf_obj_pin_opts", "1.3"), //
            Map.entry("bpf_prog_detach_opts", "1.3"), //
            Map.entry("bpf_program__attach_netfilter", "1.3"), //
            Map.entry("bpf_program__attach_netkit", "1.3"), //
            Map.entry("bpf_program__attach_tcx", "1.3"), //
            Map.entry("bpf_program__attach_uprobe_multi", "1.3"), //
            Map.entry("bpf_program__attach_raw_tracepoint_opts", "1.4"), //
            Map.entry("bpf_token_create", "1.4"), //
            Map.entry("libbpf_set_memlock_rlim", "1.4"), //
            Map.entry("bpf_map__autoattach", "1.5"), //
            Map.entry("bpf_map__set_autoattach", "1.5"), //
            Map.entry("bpf_object__token_fd", "1.5"), //
            Map.entry("bpf_program__attach_sockmap", "1.5"), //
            Map.entry("bpf_object__prepare", "1.6"), //
            Map.entry("bpf_prog_stream_read", "1.6"), //
            Map.entry("bpf_program__attach_cgroup_opts", "1.6"), //
            Map.entry("bpf_program__assoc_struct_ops", "1.7"), //
            Map.entry("bpf_program__attach_tracing_multi", "1.8"), //
            Map.entry("bpf_program__clone", "1.8"));

    private FunctionVersions() {}

    static Optional<String> since(String function) {
        return Optional.ofNullable(SINCE.get(function));
    }
}
