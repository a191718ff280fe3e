package io.ebpf4j.internal.diagnose;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Of which CPU an object reads registers, by how it calls them: {@code PT_REGS_PARM1(ctx)} of {@code bpf_tracing.h} is
 * {@code pt_regs.di} when it was compiled for x86, and {@code user_pt_regs.regs[0]} when for arm64. On another machine the
 * kernel has no such field, and the function is rejected; asked for only then, this raises no false alarm.
 */
final class Registers {
    /** {@code __PT_PARM1_REG} and the others; names that several have are left out. */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "x86", Set.of("pt_regs.di", "pt_regs.si", "pt_regs.dx", "pt_regs.cx", "pt_regs.r8", "pt_regs.r9",
                    "pt_regs.r10", "pt_regs.bp", "pt_regs.ax", "pt_regs.orig_ax", "pt_regs.ip", "pt_regs.rdi",
                    "pt_regs.rsi", "pt_regs.rdx", "pt_regs.rax", "pt_regs.rip"),
            "arm64", Set.of("user_pt_regs.regs", "user_pt_regs.pc", "pt_regs.orig_x0", "pt_regs.syscallno"),
            "s390", Set.of("user_pt_regs.gprs", "user_pt_regs.psw", "pt_regs.gprs", "pt_regs.orig_gpr2"),
            "powerpc", Set.of("pt_regs.gpr", "pt_regs.nip", "pt_regs.orig_gpr3"),
            "riscv", Set.of("user_regs_struct.a0", "user_regs_struct.a1", "user_regs_struct.a2", "user_regs_struct.pc",
                    "pt_regs.epc", "pt_regs.orig_a0"),
            "arm", Set.of("pt_regs.uregs"),
            "mips", Set.of("pt_regs.cp0_epc"));

    /** What {@code -D__TARGET_ARCH_..} calls the machines that Java has another name for. */
    private static final Map<String, String> MACHINES = Map.of("amd64", "x86", "x86_64", "x86", "aarch64", "arm64",
            "s390x", "s390", "ppc64le", "powerpc", "ppc64", "powerpc", "riscv64", "riscv", "arm", "arm");

    private Registers() {}

    /**
     * {@return what is wrong, where a field is a register of another machine}
     *
     * @param field what the kernel does not have
     * @param machine this machine, as {@code os.arch} calls it
     */
    static Optional<String> foreign(MissingField field, String machine) {
        String name = field.typeName() + "." + field.firstMember();
        String here = MACHINES.get(machine);
        return here == null
                ? Optional.empty()
                : FIELDS.entrySet().stream().filter(entry -> entry.getValue().contains(name)).map(Map.Entry::getKey)
                        .filter(there -> !there.equals(here)).findFirst()
                        .map(there -> "that is a register of " + there + ", and this machine is " + here
                                + "; compile the object for it: clang -D__TARGET_ARCH_" + here
                                + ", with the vmlinux.h of a kernel for " + here);
    }
}
