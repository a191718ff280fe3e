package io.ebpf4j.internal.diagnose;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.ProgramType;
import io.ebpf4j.libbpf.Errno;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Why the kernel answered EPERM or EACCES, and who has to do what about it. */
public final class Refusals {
    private static final KernelVersion NEWEST = new KernelVersion(Integer.MAX_VALUE, 0);
    /** The last kernel that counted maps and programs as locked memory is 5.10. */
    private static final String FREE_OF_LIMIT = "5.11";
    /** More than any map of a small program takes, less than what is set where somebody has thought of it. */
    private static final long ENOUGH_LOCKED_MEMORY = 64L << 20;

    private Refusals() {}

    /**
     * {@return what to throw}
     *
     * @param what the sentence so far: which program is refused what
     * @param errno positive
     * @param functions what was to be loaded or attached
     * @param maps what was to be created
     * @param host this process, on this kernel
     * @param said what libbpf said of it, in one line
     */
    public static PrivilegeException explain(String what, int errno, Collection<FunctionSpec> functions,
            Collection<MapSpec> maps, Host host, String said) {
        Set<Capability> held = host.capabilities().orElse(EnumSet.allOf(Capability.class));
        List<Capability> lacking = NeededRights.lacking(NeededRights.of(functions, maps, host.version().orElse(NEWEST)),
                held);
        return new PrivilegeException(
                what + " (" + Errno.describe(errno) + "): " + why(functions, host, held, lacking, said), errno,
                lacking.stream().map(Enum::name).toList());
    }

    /** {@return why the kernel refuses this process something, of whatever kind, as a clause without the number} */
    public static String why(Host host) {
        Set<Capability> held = host.capabilities().orElse(EnumSet.allOf(Capability.class));
        return why(List.of(), host, held,
                NeededRights.lacking(NeededRights.ofAllKinds(host.version().orElse(NEWEST)), held), "");
    }

    private static String why(Collection<FunctionSpec> functions, Host host, Set<Capability> held,
            List<Capability> lacking, String said) {
        if (host.isInOwnUserNamespace()) {
            return "it runs in a user namespace of its own, whose capabilities the kernel does not count for eBPF; run it"
                    + " in that of the host (docker run --userns=host, podman as root), or give it a BPF token (Linux 6.9)";
        }
        if (!lacking.isEmpty()) {
            return "it lacks " + Capability.list(lacking) + setting(functions, host, lacking)
                    + "; run it as root, or grant "
                    + (lacking.size() == 1 ? "it" : "them") + ": " + grant(lacking) + beforeTheSplit(host, lacking);
        }
        if (host.isBefore(FREE_OF_LIMIT) && !held.contains(Capability.CAP_SYS_RESOURCE)
                && host.lockedMemoryLimit().orElse(Long.MAX_VALUE) < ENOUGH_LOCKED_MEMORY) {
            return "it may lock no more than " + host.lockedMemoryLimit().getAsLong()
                    + " bytes of memory, which maps count"
                    + " as before Linux " + FREE_OF_LIMIT + " (this is " + host.release()
                    + "), and lacks CAP_SYS_RESOURCE"
                    + " to raise that; run `ulimit -l unlimited` before it starts (LimitMEMLOCK=infinity in a systemd unit,"
                    + " docker run --ulimit memlock=-1)";
        }
        List<String> suspects = suspects(host);
        return "it has every capability that this needs, so something else is in the way: "
                + (suspects.isEmpty()
                        ? "a policy of the host, such as SELinux, or a kernel that allows this to nobody"
                        : String.join("; ", suspects))
                + (said.isEmpty() ? "" : ": " + said);
    }

    private static List<String> suspects(Host host) {
        List<String> suspects = new ArrayList<>();
        host.lockdown().ifPresent(mode -> suspects.add("the kernel is locked down (" + mode
                + " in /sys/kernel/security/lockdown), boot it without lockdown=" + mode + " or Secure Boot"));
        if (host.hasSeccompFilter()) {
            suspects.add("a seccomp filter looks at its system calls, allow bpf and perf_event_open in it (docker run"
                    + " --security-opt seccomp=unconfined)");
        }
        return suspects;
    }

    /** {@return the setting of the kernel for which it needs the right at all} */
    private static String setting(Collection<FunctionSpec> functions, Host host, List<Capability> lacking) {
        if (lacking.contains(Capability.CAP_PERFMON)
                && functions.stream().anyMatch(function -> function.programType() == ProgramType.PERF_EVENT)
                && host.perfEventParanoid().orElse(-1) > -1) {
            return " (kernel.perf_event_paranoid is " + host.perfEventParanoid().getAsInt() + ")";
        }
        boolean all = lacking.contains(Capability.CAP_BPF) || lacking.contains(Capability.CAP_SYS_ADMIN);
        return all && host.unprivilegedBpfDisabled().orElse(0) != 0
                ? " (kernel.unprivileged_bpf_disabled is " + host.unprivilegedBpfDisabled().getAsInt() + ")"
                : "";
    }

    private static String grant(List<Capability> lacking) {
        return "AmbientCapabilities=" + lacking.stream().map(Enum::name).collect(Collectors.joining(" "))
                + " in a systemd unit, docker run "
                + lacking.stream().map(right -> "--cap-add " + right.dockerName()).collect(Collectors.joining(" "));
    }

    private static String beforeTheSplit(Host host, List<Capability> lacking) {
        return lacking.contains(Capability.CAP_SYS_ADMIN)
                ? " (CAP_BPF and CAP_PERFMON are enough from Linux 5.8 on, this is " + host.release() + ")"
                : "";
    }
}
