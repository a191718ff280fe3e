package io.ebpf4j.insn;

/**
 * {@code dst = be16(dst)}: {@code BPF_END}, the lower bytes of a register in another order; the upper ones become zero.
 *
 * @param to the order
 * @param size how many bytes: 2, 4 or 8
 * @param dst the register that is changed
 */
public record ByteSwap(Order to, Size size, int dst) implements Computation {
    static final int CODE = 0xd0;

    /**
     * Checks that there is something to swap.
     *
     * @throws IllegalArgumentException when not, or for a register that cannot be
     */
    public ByteSwap {
        if (size == Size.BYTE) {
            throw new IllegalArgumentException("one byte has no order");
        }
        Fields.register(dst);
    }

    @Override
    public Word word() {
        return new Word(CODE | to.code, dst, 0, 0, size.bits());
    }

    /** To which order bytes are brought. */
    public enum Order {
        /** Little-endian, {@code BPF_TO_LE}: no change but the cut on a little-endian machine. */
        LITTLE(Fields.ALU, "le"),
        /** Big-endian, {@code BPF_TO_BE}. */
        BIG(Fields.ALU | Fields.X, "be"),
        /** The other one, {@code bswap}; Linux 6.6, instruction set version 4. */
        OTHER(Fields.ALU64, "bswap");

        private final int code;
        private final String text;

        Order(int code, String text) {
            this.code = code;
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
