package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.internal.diagnose.Host;
import io.ebpf4j.internal.diagnose.Lacking;
import io.ebpf4j.internal.diagnose.Mounts;
import io.ebpf4j.internal.diagnose.Refusals;
import io.ebpf4j.internal.diagnose.TargetHints;
import io.ebpf4j.libbpf.Errno;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why a function could not be hooked. */
final class AttachFailure {
    /** Where libbpf looks for the functions of a kprobe.multi, since 1.3, before it asks the kernel whether that can. */
    private static final Pattern NO_LIST = Pattern.compile("failed to open \\S*/available_filter_functions");

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
        Host host = Host.running();
        Optional<String> lack = function.programType() == ProgramType.TRACEPOINT || missesList(messages)
                ? Mounts.tracefs(host)
                : Optional.empty();
        lack = lack.or(() -> Lacking.atAttach(function, target, missesList(messages) ? Errno.ENOENT : errno, host));
        if (lack.isPresent()) {
            return new KernelSupportException(what + ": " + lack.get(), errno);
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return Refusals.explain(what, errno, List.of(function), List.of(), host, messages.summary());
        }
        return new AttachException(
                what + ": " + Errno.describe(errno) + TargetHints.hint(function, target, errno, host, messages.text())
                        + ": " + messages.summary(),
                errno);
    }

    private static boolean missesList(LibbpfMessages messages) {
        return messages.find(NO_LIST).find();
    }
}
