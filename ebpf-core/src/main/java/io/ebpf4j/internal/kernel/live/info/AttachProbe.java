package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.AttachType;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.SectionKind.Flag;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.internal.diagnose.Requirement;
import io.ebpf4j.internal.diagnose.Requirements;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Whether functions can be hooked to a kind of place: loads one for it, and hooks that to what is no such place. A kernel
 * that knows the kind complains of the place, another one of the kind.
 */
public final class AttachProbe {
    private static final int EFAULT = 14;
    private static final int ENODEV = 19;
    private static final int EAFNOSUPPORT = 97;
    private static final int NO_PLACE = 0;
    /** Far beyond those that there are. */
    private static final int NO_SUCH_PLACE = 9999;

    /** Functions of the kernel that its own tests hook to, and nothing else calls. */
    private static final String TEST_FUNCTION = "bpf_fentry_test1";
    private static final String TEST_FUNCTION_TO_MODIFY = "bpf_modify_return_test";

    private static final Path DYNAMIC_EVENTS = Path.of("/sys/bus/event_source/devices");
    private static final List<Path> TRACEFS = List.of(Path.of("/sys/kernel/tracing"),
            Path.of("/sys/kernel/debug/tracing"));
    private static final Path SECURITY_MODULES = Path.of("/sys/kernel/security/lsm");

    private AttachProbe() {}

    /** {@return whether it can be done, by functions that do not sleep} */
    public static Support of(AttachType type) {
        return switch (type) {
            case PERF_EVENT -> loadable(ProgramType.PERF_EVENT,
                    () -> of(new Place(ProgramType.PERF_EVENT, type, 0)));
            case STRUCT_OPS -> loadable(ProgramType.STRUCT_OPS,
                    () -> NeededType.with(BtfType.Struct.class, "bpf_struct_ops_link",
                            Requirements.of(type, ProgramType.STRUCT_OPS), id -> Answers.supported()));
            default -> SectionKind.all().stream()
                    .filter(kind -> kind.attachType().filter(type::equals).isPresent())
                    .min(Comparator.comparingInt(kind -> loadFlags(kind.flags()))).map(AttachProbe::of).orElseThrow();
        };
    }

    /** {@return whether it can be done as a section says} */
    public static Support of(SectionKind kind) {
        int flags = loadFlags(kind.flags());
        Support answer = of(kind, flags);
        return answer instanceof Support.Unsupported && flags != 0 && of(kind, 0).isSupported()
                ? new Support.Unsupported(
                        "Linux " + RunningKernel.release() + " attaches such functions, but takes none"
                                + " of section " + kind.name()
                                + (kind.sleepable() ? " that may sleep" : " for packets in pieces"))
                : answer;
    }

    private static Support of(SectionKind kind, int flags) {
        return loadable(kind.programType(),
                () -> kind.attachType().map(type -> of(new Place(kind.programType(), type, flags)))
                        .orElseGet(() -> ofUnsettled(kind, flags)));
    }

    /** What a function is loaded for. */
    private record Place(ProgramType program, AttachType type, int flags) {
        Requirement needs() {
            return Requirements.of(type, program);
        }

        Trial trial(int typeId) {
            return Trial.returning(program, type.number(), flags, typeId);
        }
    }

    /** A probe that needs the kind of function. */
    private interface Probe {
        Support ask();
    }

    private static Support loadable(ProgramType type, Probe probe) {
        Support support = ProgramProbe.of(type);
        return support.isSupported() ? probe.ask() : support;
    }

    private static Support of(Place place) {
        AttachType type = place.type;
        return switch (type) {
            case CGROUP_INET_INGRESS, CGROUP_INET_EGRESS, CGROUP_INET_SOCK_CREATE, CGROUP_SOCK_OPS, CGROUP_DEVICE,
                    CGROUP_INET4_BIND, CGROUP_INET6_BIND, CGROUP_INET4_CONNECT, CGROUP_INET6_CONNECT,
                    CGROUP_INET4_POST_BIND, CGROUP_INET6_POST_BIND, CGROUP_UDP4_SENDMSG, CGROUP_UDP6_SENDMSG,
                    CGROUP_SYSCTL, CGROUP_UDP4_RECVMSG, CGROUP_UDP6_RECVMSG, CGROUP_GETSOCKOPT, CGROUP_SETSOCKOPT,
                    CGROUP_INET4_GETPEERNAME, CGROUP_INET6_GETPEERNAME, CGROUP_INET4_GETSOCKNAME,
                    CGROUP_INET6_GETSOCKNAME, CGROUP_INET_SOCK_RELEASE, CGROUP_UNIX_CONNECT, CGROUP_UNIX_SENDMSG,
                    CGROUP_UNIX_RECVMSG, CGROUP_UNIX_GETPEERNAME, CGROUP_UNIX_GETSOCKNAME, SK_LOOKUP, FLOW_DISSECTOR,
                    PERF_EVENT ->
                hook(place, program -> Hook.toNone(program, type), Errno.EBADF);
            case SK_SKB_STREAM_PARSER, SK_SKB_STREAM_VERDICT, SK_SKB_VERDICT, SK_MSG_VERDICT, LIRC_MODE2 ->
                hook(place, program -> Hook.withoutLink(program, type), Errno.EBADF);
            case XDP -> hook(place, Hook::toLoopbackDriver, Errno.EOPNOTSUPP);
            case XDP_DEVMAP -> valuesTakePrograms(place, MapType.DEVMAP);
            case XDP_CPUMAP -> valuesTakePrograms(place, MapType.CPUMAP);
            case TCX_INGRESS, TCX_EGRESS, NETKIT_PRIMARY, NETKIT_PEER ->
                hook(place, program -> Hook.toNone(program, type), ENODEV);
            case NETFILTER -> hook(place, program -> Hook.toNone(program, type), EAFNOSUPPORT);
            case TRACE_KPROBE_MULTI, TRACE_KPROBE_SESSION ->
                hook(place, program -> Hook.toUnreadableSymbol(program, type), EFAULT);
            case TRACE_UPROBE_MULTI, TRACE_UPROBE_SESSION ->
                hook(place, program -> Hook.toDirectory(program, type), Errno.EBADF);
            case TRACE_FENTRY_MULTI, TRACE_FEXIT_MULTI, TRACE_FSESSION_MULTI ->
                hook(place, program -> Hook.toUnreadableType(program, type), EFAULT);
            case TRACE_FENTRY, TRACE_FEXIT, TRACE_FSESSION -> hookToFunction(place, TEST_FUNCTION);
            case MODIFY_RETURN -> hookToFunction(place, TEST_FUNCTION_TO_MODIFY);
            case TRACE_RAW_TP ->
                withType(place, BtfType.Typedef.class, "btf_trace_sched_switch", id -> load(place, id));
            case TRACE_ITER -> withType(place, BtfType.Func.class, "bpf_iter_bpf_map", id -> load(place, id));
            case LSM_MAC -> withType(place, BtfType.Func.class, "bpf_lsm_file_open", id -> asked(load(place, id)));
            case LSM_CGROUP -> withType(place, BtfType.Func.class, "bpf_lsm_socket_post_create",
                    id -> asked(hook(place, id, program -> Hook.toNone(program, type), Errno.EBADF)));
            case SK_REUSEPORT_SELECT, SK_REUSEPORT_SELECT_OR_MIGRATE -> loadWhereChecked(place);
            case STRUCT_OPS, UNKNOWN -> throw new IllegalArgumentException(type.toString()); // of no section
        };
    }

    /** Where the section does not settle the kind of place. */
    private static Support ofUnsettled(SectionKind kind, int flags) {
        return switch (kind.programType()) {
            case KPROBE -> dynamicEvents(kind, flags, kind.name().startsWith("k") ? "kprobe" : "uprobe");
            case EXT -> Replacement.probe();
            case STRUCT_OPS -> Answers.supported(); // for that is asked before
            case CGROUP_SKB -> of(new Place(kind.programType(), AttachType.CGROUP_INET_INGRESS, flags));
            case SK_SKB -> of(new Place(kind.programType(), AttachType.SK_SKB_STREAM_VERDICT, flags));
            case UNKNOWN, SOCKET_FILTER, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, CGROUP_SOCK, LWT_IN,
                    LWT_OUT,
                    LWT_XMIT, SOCK_OPS, CGROUP_DEVICE, SK_MSG, RAW_TRACEPOINT, CGROUP_SOCK_ADDR, LWT_SEG6LOCAL,
                    LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SYSCTL, RAW_TRACEPOINT_WRITABLE, CGROUP_SOCKOPT,
                    TRACING, LSM, SK_LOOKUP, SYSCALL, NETFILTER ->
                loadOnly(kind, flags);
        };
    }

    private static Support hook(Place place, IntUnaryOperator hook, int complaint) {
        return hook(place, 0, hook, complaint);
    }

    private static Support hook(Place place, int typeId, IntUnaryOperator hook, int complaint) {
        try (var outcome = place.trial(typeId).load()) {
            int errno = outcome.loaded() ? hook.applyAsInt(outcome.fd()) : outcome.errno();
            return outcome.loaded() && (errno == 0 || errno == complaint)
                    ? Answers.supported()
                    : refused(place, errno);
        }
    }

    private static Support hookToFunction(Place place, String function) {
        return withType(place, BtfType.Func.class, function,
                id -> hook(place, id, program -> Hook.toWhatItIsFor(program, place.type), 0));
    }

    private static Support load(Place place, int typeId) {
        try (var outcome = place.trial(typeId).load()) {
            return outcome.loaded() ? Answers.supported() : refused(place, outcome.errno());
        }
    }

    /** Kernels before 5.14 look at the place of no such function, so that they would take any. */
    private static Support loadWhereChecked(Place place) {
        try (var any = place.trial(0).at(NO_SUCH_PLACE).load()) {
            return any.loaded() ? Answers.unsupported(place.needs()) : load(place, 0);
        }
    }

    private static Support loadOnly(SectionKind kind, int flags) {
        try (var outcome = Trial.returning(kind.programType(), NO_PLACE, flags, 0).load()) {
            return outcome.loaded()
                    ? Answers.supported()
                    : Answers.refused("a function in section " + kind.name(), outcome.errno(),
                            Requirements.of(kind.programType()));
        }
    }

    private static Support withType(Place place, Class<? extends BtfType> kind, String name,
            IntFunction<Support> probe) {
        return NeededType.with(kind, name, place.needs(), probe);
    }

    private static Support valuesTakePrograms(Place place, MapType map) {
        Support maps = MapProbe.of(map);
        if (!maps.isSupported()) {
            return maps;
        }
        return MapProbe.valuesTakePrograms(map) ? load(place, 0) : Answers.unsupported(place.needs());
    }

    /** Functions of the security modules are loaded and hooked, and then never called, where bpf is none of the modules. */
    private static Support asked(Support loaded) {
        try {
            if (loaded.isSupported() && Files.exists(SECURITY_MODULES)) {
                String modules = Files.readString(SECURITY_MODULES).strip();
                if (!List.of(modules.split(",")).contains("bpf")) {
                    return new Support.Unsupported("this kernel does not ask eBPF, for its security modules are "
                            + modules + "; add bpf to them with the boot parameter lsm=" + modules + ",bpf");
                }
            }
            return loaded;
        } catch (IOException e) {
            return new Support.Unknown("whether eBPF is one of the security modules cannot be told: " + e);
        }
    }

    /** Whether the kernel makes events of its own functions (kprobe) or of those of processes (uprobe). */
    private static Support dynamicEvents(SectionKind kind, int flags, String event) {
        if (!Files.isDirectory(DYNAMIC_EVENTS)) {
            return new Support.Unknown("there is no " + DYNAMIC_EVENTS + ", where the kernel tells whether it has "
                    + event + "s; mount sysfs: mount -t sysfs sysfs /sys");
        }
        boolean has = Files.exists(DYNAMIC_EVENTS.resolve(event))
                || TRACEFS.stream().anyMatch(tracefs -> Files.exists(tracefs.resolve(event + "_events")));
        return has
                ? loadOnly(kind, flags)
                : Answers.unsupported(Requirements.toAttach(kind));
    }

    private static Support refused(Place place, int errno) {
        return Answers.refused("to attach to " + place.type, errno, place.needs());
    }

    private static int loadFlags(Set<Flag> flags) {
        return (flags.contains(Flag.SLEEPABLE) ? Libbpf.BPF_F_SLEEPABLE() : 0)
                | (flags.contains(Flag.XDP_FRAGS) ? Libbpf.BPF_F_XDP_HAS_FRAGS() : 0);
    }
}
