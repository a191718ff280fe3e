package io.ebpf4j.insn;

/**
 * {@code dst = (s8)src}: {@code BPF_MOVSX}, the lower bits of a register as a signed number. Linux 6.6, instruction set
 * version 4.
 *
 * @param width how far the sign is extended; 32 bits clear the upper half of the destination
 * @param from what is extended: 8 or 16 bits, or 32 to 64
 * @param dst the register that is set
 * @param src the register with the number
 */
public record SignExtend(Width width, Size from, int dst, int src) implements Computation {
    /**
     * Checks that there is something to extend.
     *
     * @throws IllegalArgumentException when not, or for a register that cannot be
     */
    public SignExtend {
        if (!isPossible(width, from)) {
            throw new IllegalArgumentException("no instruction extends " + from.bits() + " bits to " + width);
        }
        Fields.register(dst);
        Fields.register(src);
    }

    static boolean isPossible(Width width, Size from) {
        return from.bits() < (width == Width.BITS_64 ? 64 : 32);
    }

    @Override
    public Word word() {
        return new Word(Move.CODE | width.computation() | Fields.X, dst, src, from.bits(), 0);
    }
}
