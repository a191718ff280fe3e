package io.ebpf4j.insn;

/** {@code exit}: {@code BPF_EXIT}, back to the caller with what is in register 0. */
public record Exit() implements Transfer {
    static final int OPCODE = 0x90 | Fields.JMP;

    @Override
    public Word word() {
        return new Word(OPCODE, 0, 0, 0, 0);
    }
}
