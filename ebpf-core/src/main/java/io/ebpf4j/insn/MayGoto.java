package io.ebpf4j.insn;

/**
 * {@code may_goto pc+displacement}: {@code BPF_JCOND}. Goes on, and when it was met too often, jumps: the way out of a
 * loop whose end the verifier cannot see. Linux 6.9.
 *
 * @param displacement how many words the target lies behind the next instruction, signed 16 bits
 */
public record MayGoto(int displacement) implements Jump {
    static final int OPCODE = 0xe0 | Fields.JMP;

    /** Checks the distance. */
    public MayGoto {
        Fields.offset(displacement);
    }

    @Override
    public Word word() {
        return new Word(OPCODE, 0, 0, displacement, 0);
    }
}
