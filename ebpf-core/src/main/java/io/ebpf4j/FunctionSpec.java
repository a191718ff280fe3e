package io.ebpf4j;

import java.util.Optional;

/**
 * One entry point as the object file declares it: a C function with a {@code SEC(..)}.
 *
 * @param name the C function's name
 * @param section what {@code SEC(..)} says, without a leading {@code ?}
 * @param optional whether the section began with {@code ?}: such a function is not loaded unless asked for
 * @param instructions its size in 8-byte instructions, before subprograms are linked in
 */
public record FunctionSpec(String name, String section, boolean optional, int instructions) {
    /** {@return what libbpf takes the section for; empty where it takes it for nothing, and so refuses to load the function} */
    public Optional<SectionKind> sectionKind() {
        return SectionKind.of(section);
    }

    /** {@return the kind of function, {@link ProgramType#UNKNOWN} where libbpf takes the section for nothing} */
    public ProgramType programType() {
        return sectionKind().map(SectionKind::programType).orElse(ProgramType.UNKNOWN);
    }

    /** {@return where it is hooked, if the section settles that} */
    public Optional<AttachType> attachType() {
        return sectionKind().flatMap(SectionKind::attachType);
    }

    /** {@return whether it may sleep} */
    public boolean sleepable() {
        return sectionKind().map(SectionKind::sleepable).orElse(false);
    }

    /** {@return to what it is hooked, as the section says it: {@code do_exit} for {@code kprobe/do_exit}} */
    public Optional<String> target() {
        return sectionKind().flatMap(kind -> kind.target(section));
    }

    /** {@return whether the section alone says to what it is hooked; a bare {@code SEC("kprobe")} leaves that to a call} */
    public boolean attachesItself() {
        return target().isPresent() && sectionKind().flatMap(SectionKind::autoAttach).isPresent();
    }
}
