package io.ebpf4j.insn;

/**
 * {@code dst = dst operation operand}: {@code BPF_ALU} and {@code BPF_ALU64}. Division by zero gives 0, and the rest of
 * it the dividend.
 *
 * @param operation what to do
 * @param width with 32 or 64 bits
 * @param dst the register that is changed
 * @param operand the other value
 */
public record Arithmetic(Operation operation, Width width, int dst, Operand operand) implements Computation {
    /** Checks the register. */
    public Arithmetic {
        Fields.register(dst);
    }

    @Override
    public Word word() {
        return Decoder.word(operation.code | width.computation(), dst, operand, operation.offset);
    }

    /** An arithmetic operation. */
    public enum Operation {
        /** Sum. */
        ADD(0x00, 0, "+="),
        /** Difference. */
        SUB(0x10, 0, "-="),
        /** Product. */
        MUL(0x20, 0, "*="),
        /** Quotient of unsigned numbers. */
        DIV(0x30, 0, "/="),
        /** Bitwise or. */
        OR(0x40, 0, "|="),
        /** Bitwise and. */
        AND(0x50, 0, "&="),
        /** Shift left. */
        LSH(0x60, 0, "<<="),
        /** Shift right; zeros come in. */
        RSH(0x70, 0, ">>="),
        /** Rest of the division of unsigned numbers. */
        MOD(0x90, 0, "%="),
        /** Bitwise exclusive or. */
        XOR(0xa0, 0, "^="),
        /** Shift right; the sign comes in. */
        ARSH(0xc0, 0, "s>>="),
        /** Quotient of signed numbers, rounded to zero; Linux 6.6, instruction set version 4. */
        SDIV(0x30, 1, "s/="),
        /** Rest of the division of signed numbers, with the sign of the dividend; Linux 6.6, version 4. */
        SMOD(0x90, 1, "s%=");

        private final int code;
        private final int offset;
        private final String text;

        Operation(int code, int offset, String text) {
            this.code = code;
            this.offset = offset;
            this.text = text;
        }

        int code() {
            return code;
        }

        int selector() {
            return offset;
        }

        String text() {
            return text;
        }
    }
}
