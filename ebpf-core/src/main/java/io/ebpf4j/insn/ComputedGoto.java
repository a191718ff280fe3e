package io.ebpf4j.insn;

/**
 * {@code gotox dst}: {@code BPF_JA} with {@code BPF_X}, to an address from a map of type {@code INSN_ARRAY}, as clang
 * makes it of a {@code switch}. Linux 6.19.
 *
 * @param dst the register with the address
 */
public record ComputedGoto(int dst) implements Transfer {
    static final int OPCODE = Goto.CODE | Fields.JMP | Fields.X;

    /** Checks the register. */
    public ComputedGoto {
        Fields.register(dst);
    }

    @Override
    public Word word() {
        return new Word(OPCODE, dst, 0, 0, 0);
    }
}
