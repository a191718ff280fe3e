package io.ebpf4j.insn;

/**
 * {@code if dst condition operand goto pc+displacement}: the conditional jumps of {@code BPF_JMP} and, of instruction
 * set version 3 and Linux 5.1, {@code BPF_JMP32}.
 *
 * @param condition when to jump
 * @param width whether 32 or 64 bits are compared
 * @param dst the register that is compared
 * @param operand with what
 * @param displacement how many words the target lies behind the next instruction, signed 16 bits
 */
public record Branch(Condition condition, Width width, int dst, Operand operand, int displacement) implements Jump {
    /** Checks the ranges. */
    public Branch {
        Fields.register(dst);
        Fields.offset(displacement);
    }

    @Override
    public Word word() {
        return Decoder.word(condition.code | width.jump(), dst, operand, displacement);
    }

    /** A comparison. Those with {@code SIGNED} take the bits as signed numbers, all others as unsigned. */
    public enum Condition {
        /** Equal. */
        EQUAL(0x10, "=="),
        /** Greater. */
        GREATER(0x20, ">"),
        /** Greater or equal. */
        GREATER_OR_EQUAL(0x30, ">="),
        /** Some bits in common. */
        INTERSECTS(0x40, "&"),
        /** Not equal. */
        NOT_EQUAL(0x50, "!="),
        /** Greater. */
        SIGNED_GREATER(0x60, "s>"),
        /** Greater or equal. */
        SIGNED_GREATER_OR_EQUAL(0x70, "s>="),
        /** Less; instruction set version 2, Linux 4.14, as all below. */
        LESS(0xa0, "<"),
        /** Less or equal. */
        LESS_OR_EQUAL(0xb0, "<="),
        /** Less. */
        SIGNED_LESS(0xc0, "s<"),
        /** Less or equal. */
        SIGNED_LESS_OR_EQUAL(0xd0, "s<=");

        private final int code;
        private final String text;

        Condition(int code, String text) {
            this.code = code;
            this.text = text;
        }

        int code() {
            return code;
        }

        String text() {
            return text;
        }
    }
}
