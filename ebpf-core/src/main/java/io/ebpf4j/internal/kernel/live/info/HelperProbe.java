package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.AttachType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.insn.Call;
import io.ebpf4j.internal.diagnose.Requirements;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.Errno;
import java.util.List;

/**
 * Whether functions of a kind may call a helper: loads one that does, with arguments that do not fit, and reads what the
 * verifier does not like about it.
 */
public final class HelperProbe {
    /** A kernel that does not know the number says this. */
    private static final String NO_SUCH_HELPER = "invalid func ";
    /** One that does, but has no such helper for this kind of function, one of these; newer ones the second. */
    private static final List<String> NOT_FOR_THIS_TYPE = List.of("unknown func ",
            "program of this type cannot use helper ");

    private HelperProbe() {}

    /** {@return whether the verifier knows the helper there} */
    public static Support of(ProgramType type, int helper) {
        return switch (ProgramProbe.of(type)) {
            case Support.Unsupported no -> no;
            case Support.Unknown unknown -> unknown;
            case Support.Supported _ -> ofLoadable(type, helper);
        };
    }

    private static Support ofLoadable(ProgramType type, int helper) {
        return switch (type) {
            case TRACING ->
                hooked(type, AttachType.TRACE_RAW_TP, BtfType.Typedef.class, "btf_trace_sched_switch", helper);
            case LSM -> hooked(type, AttachType.LSM_MAC, BtfType.Func.class, "bpf_lsm_file_open", helper);
            case EXT -> new Support.Unknown("what a function of type EXT may call is what the one may that it replaces;"
                    + " ask for the type of that one");
            case STRUCT_OPS ->
                new Support.Unknown("what a function of type STRUCT_OPS may call depends on the struct it is"
                        + " for; load it to find out");
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SKB,
                    CGROUP_SOCK, LWT_IN, LWT_OUT, LWT_XMIT, SOCK_OPS, SK_SKB, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT,
                    CGROUP_SOCK_ADDR, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL,
                    RAW_TRACEPOINT_WRITABLE, CGROUP_SOCKOPT, SK_LOOKUP, SYSCALL, NETFILTER ->
                call(ProgramProbe.trial(type), helper);
        };
    }

    private static Support hooked(ProgramType type, AttachType place, Class<? extends BtfType> kind, String hook,
            int helper) {
        return NeededType.with(kind, hook, Requirements.of(type),
                id -> call(Trial.returning(type, place.number(), 0, id), helper));
    }

    private static Support call(Trial trial, int helper) {
        String name = new Call(Call.Kind.HELPER, 0, helper).helper().orElse("helper") + "#" + helper;
        try (var outcome = trial.calling(helper).load()) {
            if (outcome.loaded()) {
                return Answers.supported();
            }
            if (outcome.log().contains(NO_SUCH_HELPER)) {
                return new Support.Unsupported("Linux " + RunningKernel.release() + " has no " + name);
            }
            if (NOT_FOR_THIS_TYPE.stream().anyMatch(outcome.log()::contains)) {
                return new Support.Unsupported("functions of type " + trial.type() + " may not call " + name
                        + " on Linux " + RunningKernel.release() + " as it is built and locked down");
            }
            // Another complaint of the verifier's is one about the arguments, so that it knows which it wants.
            return outcome.log().isBlank() || outcome.errno() == Errno.EPERM
                    ? new Support.Unknown("the kernel cannot try a call of " + name + " in a function of type "
                            + trial.type() + ": " + Errno.describe(outcome.errno()))
                    : Answers.supported();
        }
    }
}
