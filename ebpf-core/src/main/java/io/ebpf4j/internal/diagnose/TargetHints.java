package io.ebpf4j.internal.diagnose;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.attach.Trace;
import io.ebpf4j.internal.spec.Suggestion;
import io.ebpf4j.internal.symbols.FileSymbols;
import io.ebpf4j.libbpf.Errno;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is probably wrong with that to which a function was to be attached. */
public final class TargetHints {
    private static final List<String> TRACEFS = List.of("sys/kernel/tracing/events", "sys/kernel/debug/tracing/events");

    /** At one place; at raw tracepoints before Linux 6.10 only. */
    private static final Set<ProgramType> CALLED_ONCE = Set.of(ProgramType.TRACEPOINT, ProgramType.PERF_EVENT,
            ProgramType.RAW_TRACEPOINT, ProgramType.RAW_TRACEPOINT_WRITABLE);
    private static final Set<ProgramType> TRAMPOLINES = Set.of(ProgramType.TRACING, ProgramType.LSM);
    private static final String ALREADY = "; the function is attached there already, and this kernel calls it once for each"
            + " event; go on with that attachment, close it before this call, or load the program twice";
    /** How targets of that kind begin. */
    private static final String REPLACEMENT = "replacement of ";
    private static final Set<String> FUNCTIONS = Set.of("kprobe", "kretprobe", "ksyscall", "kretsyscall",
            "kprobe.multi", "kretprobe.multi");
    private static final Pattern NO_SYMBOL = Pattern
            .compile("failed to find symbol '(?<symbol>[^']*)' in '(?<file>[^']*)'");
    private static final Set<String> FILES = Set.of("uprobe", "uretprobe", "uprobe.multi", "uretprobe.multi");

    private TargetHints() {}

    /**
     * {@return what follows the error's name in a message: empty, or a semicolon and a sentence}
     *
     * @param function what was to be attached
     * @param target to what, as messages say it: its section, or a word of a kind and more
     * @param errno positive
     * @param host the kernel
     * @param said all that libbpf said
     */
    public static String hint(FunctionSpec function, String target, int errno, Host host, String said) {
        return switch (errno) {
            case Errno.ENOENT -> missing(function, target, host, said);
            case Errno.EINVAL -> again(function, target).orElseGet(() -> misread(function, target));
            case Errno.EBADF -> isForCgroups(function.programType()) ? "; " + Mounts.cgroup2(host) : "";
            case Errno.EBUSY -> busy(function.programType());
            case Errno.EEXIST -> CALLED_ONCE.contains(function.programType())
                    ? ALREADY
                    : "; this function is attached there already, or another that leaves no room for it, which `bpftool"
                            + " link` and `bpftool net` show; close or detach that first";
            case Errno.E2BIG, Errno.ERANGE -> full(function.programType());
            default -> "";
        };
    }

    private static String busy(ProgramType type) {
        if (type == ProgramType.NETFILTER) {
            return "; another function has this priority there, choose another one";
        }
        return TRAMPOLINES.contains(type)
                ? ALREADY
                : "; something is attached there that allows nothing beside it; `bpftool link` and `bpftool net` show what";
    }

    private static String full(ProgramType type) {
        return type == ProgramType.FLOW_DISSECTOR
                ? "; a network namespace takes one flow dissector, and one is attached already, this or another, which"
                        + " `bpftool link` shows; close or detach it, or put this in its place by Attachment.replace"
                : "; as many functions are attached there already as the kernel takes at one place, which `bpftool link`"
                        + " shows; close or detach one";
    }

    /** A function of another program the kernel forgets when the first link to it is gone, so it can be named to no second. */
    private static Optional<String> again(FunctionSpec function, String target) {
        if (function.programType() == ProgramType.EXT) {
            if (target.startsWith(REPLACEMENT)) {
                return Optional
                        .of("; that function has other parameters than the one this was loaded for, or its program"
                                + " takes no replacements");
            }
            return Optional.of("; what it was loaded for a function replaces but once, from then on"
                    + " attach(new Replacement(..)) has to name it");
        }
        return function.programType() == ProgramType.TRACING
                && (target.contains(" of program ") || target.equals(Trace.loadedFor().description()))
                        ? Optional.of("; to a function of another program it is hooked but once, load it again")
                        : Optional.empty();
    }

    private static String misread(FunctionSpec function, String target) {
        return function.sectionKind().filter(_ -> target.equals(function.section()))
                .flatMap(kind -> kind.autoAttach().map(how -> "; libbpf reads it as SEC(\"" + kind.name() + "/<"
                        + how.target() + ">\")"))
                .orElse("");
    }

    private static String missing(FunctionSpec function, String target, Host host, String said) {
        Matcher symbol = NO_SYMBOL.matcher(said);
        if (symbol.find()) {
            return "; " + FileSymbols.missing(symbol.group("file"), symbol.group("symbol"));
        }
        String kind = Requirements.kind(function, target);
        if (function.programType() == ProgramType.PERF_EVENT) {
            return "; this machine has no such counter, as virtual machines mostly have none of the CPU; count the"
                    + " software event cpu-clock instead";
        }
        if (target.startsWith(REPLACEMENT)) {
            return "; the other program has no global function of that name; write `__noinline` and no `static`";
        }
        if (FUNCTIONS.contains(kind)) {
            return "; this kernel has no such function, or has it inlined; `grep <name> /proc/kallsyms` shows those that it"
                    + " has";
        }
        if (kind.equals("usdt")) {
            return "; there is no such file, or no such probe in it; `readelf -n <file>` shows those that it has";
        }
        if (FILES.contains(kind)) {
            return "; there is no such file, or no such function in it; `nm -D <file>` shows those that it exports";
        }
        return "; this kernel has no such event" + (kind.equals("tp") || kind.equals("tracepoint")
                ? event(function.section().equals(target)
                        ? function.target().orElse("")
                        : target.substring(target.indexOf(' ') + 1), host)
                : "");
    }

    /** {@return the event of the same category that was probably meant} */
    private static String event(String name, Host host) {
        String[] parts = name.split("/", -1);
        if (parts.length != 2 || parts[0].contains("..")) {
            return "";
        }
        for (String tracefs : TRACEFS) {
            List<String> events = host.list(tracefs + "/" + parts[0]);
            if (!events.isEmpty()) {
                return Suggestion.of(parts[1], events);
            }
            List<String> categories = host.list(tracefs);
            if (!categories.isEmpty()) {
                return Suggestion.of(parts[0], categories);
            }
        }
        return "";
    }

    private static boolean isForCgroups(ProgramType type) {
        return switch (type) {
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_DEVICE, CGROUP_SOCK_ADDR, CGROUP_SYSCTL, CGROUP_SOCKOPT, SOCK_OPS,
                    LSM ->
                true;
            case UNKNOWN, SOCKET_FILTER, KPROBE, SCHED_CLS, SCHED_ACT, TRACEPOINT, XDP, PERF_EVENT, LWT_IN, LWT_OUT,
                    LWT_XMIT,
                    SK_SKB, SK_MSG, RAW_TRACEPOINT, LWT_SEG6LOCAL, LIRC_MODE2, SK_REUSEPORT, FLOW_DISSECTOR,
                    RAW_TRACEPOINT_WRITABLE, TRACING, STRUCT_OPS, EXT, SK_LOOKUP, SYSCALL, NETFILTER ->
                false;
        };
    }
}
