package io.ebpf4j.insn;

/**
 * {@code *(size *)(dst + offset) = operand}: {@code BPF_ST} of a constant, {@code BPF_STX} of a register.
 *
 * @param size how many bytes are written
 * @param dst the register with the address
 * @param offset what is added to it, in bytes, signed 16 bits
 * @param operand the value; its lower bytes are written
 */
public record Store(Size size, int dst, int offset, Operand operand) implements MemoryAccess {
    /** Checks the ranges. */
    public Store {
        Fields.register(dst);
        Fields.offset(offset);
    }

    @Override
    public Word word() {
        int code = size.code() | Fields.MEM;
        return switch (operand) {
            case Operand.Register(int number) -> new Word(Fields.STX | code, dst, number, offset, 0);
            case Operand.Constant(int value) -> new Word(Fields.ST | code, dst, 0, offset, value);
        };
    }
}
