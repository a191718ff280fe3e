package io.ebpf4j.insn;

/**
 * {@code goto pc+displacement}: {@code BPF_JA}, of class {@code BPF_JMP}, or {@code BPF_JMP32} for a far one.
 *
 * @param displacement how many words the target lies behind the next instruction: 16 bits, or 32 for a far one
 * @param far {@code gotol}; Linux 6.6, instruction set version 4
 */
public record Goto(int displacement, boolean far) implements Jump {
    static final int CODE = 0x00;

    /** Checks the distance. */
    public Goto {
        if (!far) {
            Fields.offset(displacement);
        }
    }

    @Override
    public Word word() {
        return far
                ? new Word(CODE | Fields.JMP32, 0, 0, 0, displacement)
                : new Word(CODE | Fields.JMP, 0, 0, displacement, 0);
    }
}
