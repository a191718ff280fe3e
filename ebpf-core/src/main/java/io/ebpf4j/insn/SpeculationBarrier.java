package io.ebpf4j.insn;

/**
 * {@code nospec}: the CPU does not run on before it knows what it reads. The kernel puts it where the verifier found
 * need for it; no program may hold it. Linux 5.14.
 */
public record SpeculationBarrier() implements MemoryAccess {
    static final int OPCODE = Fields.ST | Fields.NOSPEC;

    @Override
    public Word word() {
        return new Word(OPCODE, 0, 0, 0, 0);
    }
}
