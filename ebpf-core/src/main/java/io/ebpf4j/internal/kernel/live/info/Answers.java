package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.internal.diagnose.Host;
import io.ebpf4j.internal.diagnose.Refusals;
import io.ebpf4j.internal.diagnose.Requirement;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.Errno;

/** From what the kernel returns to what it means. */
final class Answers {
    private Answers() {}

    static Support supported() {
        return new Support.Supported();
    }

    /**
     * {@return what a refusal means} The kernel has no number of its own for "I do not know that": it says EINVAL, or
     * E2BIG when it is told something in a field that it does not have.
     *
     * @param what was tried, as {@code a map of type ARENA}
     * @param errno why not
     * @param needs what brings it
     */
    static Support refused(String what, int errno, Requirement needs) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> new Support.Unknown(forbidden(what, errno));
            case Errno.EINVAL, Errno.E2BIG, Errno.EOPNOTSUPP, Errno.ENOTSUPP -> unsupported(needs);
            case Errno.ENOSYS -> new Support.Unsupported("this kernel has no bpf() at all; boot one with"
                    + " CONFIG_BPF_SYSCALL=y");
            default -> new Support.Unknown("the kernel cannot try " + what + ": " + Errno.describe(errno));
        };
    }

    static Support unsupported(Requirement needs) {
        return new Support.Unsupported(needs.origin() + "; this is Linux " + RunningKernel.release());
    }

    /** {@return why the kernel does not let this process try} */
    static String forbidden(String what, int errno) {
        return "the kernel does not let this process try " + what + " (" + Errno.describe(errno) + "): "
                + Refusals.why(Host.running());
    }
}
