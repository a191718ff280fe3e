package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.libbpf.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Why a function could not be hooked. */
final class AttachFailure {
    private static final List<Path> TRACEFS = List.of(Path.of("/sys/kernel/tracing/events"),
            Path.of("/sys/kernel/debug/tracing/events"));

    private AttachFailure() {}

    /**
     * {@return what to throw}
     *
     * @param target to what, in words that follow "cannot be attached to", as {@code tp/sched/sched_switch}
     * @param errno positive
     * @param messages of this attempt alone
     */
    static BpfException explain(ProgramSpec spec, FunctionSpec function, String target, int errno,
            LibbpfMessages messages) {
        String what = spec.name() + ": function '" + function.name() + "' cannot be attached to " + target;
        if (function.programType() == ProgramType.TRACEPOINT && TRACEFS.stream().noneMatch(Files::isDirectory)) {
            return new KernelSupportException(
                    what + ": tracefs, where tracepoints have their numbers, is not mounted; run:"
                            + " mount -t tracefs tracefs /sys/kernel/tracing",
                    errno);
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return LoadFailure.refused(what, errno, messages);
        }
        String hint = switch (errno) {
            case Errno.ENOENT -> "; this kernel has no such event";
            case Errno.EINVAL -> function.sectionKind()
                    .flatMap(kind -> kind.autoAttach().map(how -> "; libbpf reads it as SEC(\"" + kind.name() + "/<"
                            + how.target() + ">\")"))
                    .orElse("");
            default -> "";
        };
        return new AttachException(what + ": " + Errno.describe(errno) + hint + ": " + messages.summary(), errno);
    }
}
