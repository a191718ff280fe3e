package io.ebpf4j.insn;

/**
 * {@code dst = &(void __percpu *)(src)}: the address of per-CPU data on this CPU. The kernel puts it in place of some
 * helper calls; no program may hold it.
 *
 * @param dst the register that is set
 * @param src the register with the per-CPU pointer
 */
public record PerCpuAddress(int dst, int src) implements Computation {
    static final int SELECTOR = -1;

    /** Checks the registers. */
    public PerCpuAddress {
        Fields.register(dst);
        Fields.register(src);
    }

    @Override
    public Word word() {
        return new Word(Move.CODE | Fields.ALU64 | Fields.X, dst, src, SELECTOR, 0);
    }
}
