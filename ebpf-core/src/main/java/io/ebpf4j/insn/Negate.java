package io.ebpf4j.insn;

/**
 * {@code dst = -dst}: {@code BPF_NEG}.
 *
 * @param width with 32 or 64 bits
 * @param dst the register that is changed
 */
public record Negate(Width width, int dst) implements Computation {
    static final int CODE = 0x80;

    /** Checks the register. */
    public Negate {
        Fields.register(dst);
    }

    @Override
    public Word word() {
        return new Word(CODE | width.computation(), dst, 0, 0, 0);
    }
}
