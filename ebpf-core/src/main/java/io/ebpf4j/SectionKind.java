package io.ebpf4j;

import io.ebpf4j.internal.spec.Sections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the beginning of {@code SEC("..")} makes of a function: one row of libbpf's table {@code section_defs}.
 *
 * <pre>
 *   section = name              where name is the whole of it, or the target is left to a call
 *           | name '/' target   only where the kind takes a target
 * </pre>
 *
 * Names match in full: {@code kprobe/do_exit} is a {@code kprobe}, {@code kprobes/do_exit} and {@code xdp/eth0} are
 * nothing.
 *
 * @param name the section without a target, as {@code kprobe.multi} or {@code cgroup/bind4}
 * @param takesTarget whether a slash and what to hook to may follow
 * @param programType the kind of function
 * @param attachType where it is hooked, if the section settles that
 * @param flags how libbpf loads it
 * @param autoAttach how libbpf attaches a function whose section has a target; empty where a call has to say to what
 * @param since the first libbpf from 1.0 on that knows the name, as {@code 1.3}
 */
public record SectionKind(String name, boolean takesTarget, ProgramType programType, Optional<AttachType> attachType,
        Set<Flag> flags, Optional<AutoAttach> autoAttach, String since) {

    /** How libbpf loads a function: {@code enum sec_def_flags}. */
    public enum Flag {
        /** The attach type is one of {@code BPF_PROG_ATTACH}, as those of cgroups are. */
        ATTACHABLE,
        /** Kernels that know no expected attach type, before 4.17, get none. */
        ATTACH_TYPE_OPTIONAL,
        /** The target is a function or hook in BTF, and the verifier has to know it: without one nothing is loaded. */
        ATTACH_BTF,
        /** It may sleep: {@code BPF_F_SLEEPABLE}. */
        SLEEPABLE,
        /** It takes packets in several buffers: {@code BPF_F_XDP_HAS_FRAGS}. */
        XDP_FRAGS,
        /** It has {@link AttachType#TRACE_UPROBE_MULTI} where the kernel knows that. */
        USDT
    }

    /** How libbpf reads a target, after its functions {@code attach_..}. */
    public enum AutoAttach {
        /** A function of the kernel. */
        KPROBE("function[+offset]"),
        /** A function in a program or library. */
        UPROBE("binary:function[+offset]"),
        /** A system call under its own name, whatever the machine's prefix. */
        KSYSCALL("syscall"),
        /** A static tracepoint of a program; libbpf 1.8 still refuses one behind {@code usdt.s/}. */
        USDT("binary:provider:name"),
        /** A tracepoint. */
        TP("category/name"),
        /** A tracepoint with its raw arguments. */
        RAW_TP("name"),
        /** What the verifier has checked it for: a function, a tracepoint or a program. */
        TRACE("name"),
        /** All functions of the kernel that match. */
        KPROBE_MULTI("pattern of * and ?"),
        /** All functions of the kernel that match, at entry and return. */
        KPROBE_SESSION("pattern of * and ?"),
        /** All functions in a program or library that match. */
        UPROBE_MULTI("binary:pattern of * and ?"),
        /** A hook of the security modules. */
        LSM("hook"),
        /** What to iterate over. */
        ITER("kind of object"),
        /** All functions in BTF that match. */
        TRACING_MULTI("pattern of * and ?");

        private final String target;

        AutoAttach(String target) {
            this.target = target;
        }

        /** {@return what stands behind the slash, as {@code binary:function[+offset]}} */
        public String target() {
            return target;
        }
    }

    /** Checks that nothing is null. */
    public SectionKind {
        Objects.requireNonNull(name);
        Objects.requireNonNull(programType);
        Objects.requireNonNull(attachType);
        flags = Set.copyOf(flags);
        Objects.requireNonNull(autoAttach);
        Objects.requireNonNull(since);
    }

    /**
     * {@return what libbpf takes a section for; empty where it takes it for nothing, and so refuses to load the function}
     *
     * @param section what {@code SEC(..)} says, without a leading {@code ?}
     */
    public static Optional<SectionKind> of(String section) {
        return Sections.find(section);
    }

    /** {@return all kinds that libbpf 1.8 knows, in its order} */
    public static List<SectionKind> all() {
        return Sections.all();
    }

    /** {@return whether functions of this kind may sleep} */
    public boolean sleepable() {
        return flags.contains(Flag.SLEEPABLE);
    }

    /**
     * {@return what stands behind the name and a slash; empty where there is none}
     *
     * @param section a section of this kind
     */
    Optional<String> target(String section) {
        return section.length() > name.length() ? Optional.of(section.substring(name.length() + 1)) : Optional.empty();
    }
}
