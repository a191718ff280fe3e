package io.ebpf4j.insn;

/**
 * {@code dst = addr_space_cast(src, to, from)}: a pointer to arena memory as the kernel (space 0) or the program
 * (space 1) sees it. Linux 6.9.
 *
 * @param dst the register that is set
 * @param src the register with the pointer
 * @param to the number of the address space of the result, unsigned 16 bits
 * @param from the number of the address space of the pointer, unsigned 16 bits
 */
public record AddressSpaceCast(int dst, int src, int to, int from) implements Computation {
    static final int SELECTOR = 1;

    /** Checks the ranges. */
    public AddressSpaceCast {
        Fields.register(dst);
        Fields.register(src);
        Fields.check("address space", to, 0, 0xffff);
        Fields.check("address space", from, 0, 0xffff);
    }

    @Override
    public Word word() {
        return new Word(Move.CODE | Fields.ALU64 | Fields.X, dst, src, SELECTOR, to << 16 | from);
    }
}
