package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.FunctionSpec;
import java.util.Set;

/**
 * Which sections say to what a function is hooked, so that libbpf attaches it by itself. From the section table of
 * libbpf 1.8 ({@code section_defs} in libbpf.c): the definitions with an attach handler.
 */
final class AutoAttach {
    static final Set<String> KINDS = Set.of("kprobe", "kretprobe", "uprobe", "uretprobe", "kprobe.multi",
            "kretprobe.multi", "kprobe.session", "uprobe.multi", "uretprobe.multi", "uprobe.session", "ksyscall",
            "kretsyscall", "usdt", "tracepoint", "tp", "raw_tracepoint", "raw_tp", "raw_tracepoint.w", "raw_tp.w",
            "tp_btf",
            "fentry", "fexit", "fmod_ret", "fsession", "fentry.multi", "fexit.multi", "fsession.multi", "freplace",
            "lsm",
            "iter");
    private static final String SLEEPABLE = ".s";

    private AutoAttach() {}

    /** {@return whether the section names a target; a bare {@code SEC("kprobe")} leaves it to a call} */
    static boolean applies(FunctionSpec function) {
        String kind = function.kind();
        String base = kind.endsWith(SLEEPABLE) ? kind.substring(0, kind.length() - SLEEPABLE.length()) : kind;
        return KINDS.contains(base) && function.section().length() > kind.length() + 1;
    }
}
