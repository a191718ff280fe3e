package io.ebpf4j.insn;

/**
 * {@code dst = operand}: {@code BPF_MOV}.
 *
 * @param width of 32 bits, which clear the upper half of the destination, or 64
 * @param dst the register that is set
 * @param operand the value
 */
public record Move(Width width, int dst, Operand operand) implements Computation {
    static final int CODE = 0xb0;

    /** Checks the register. */
    public Move {
        Fields.register(dst);
    }

    @Override
    public Word word() {
        return Decoder.word(CODE | width.computation(), dst, operand, 0);
    }
}
