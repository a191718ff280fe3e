package io.ebpf4j.insn;

/** What a computation, comparison or store works with besides its destination. */
public sealed interface Operand {
    /**
     * The value in a register.
     *
     * @param number 0 to 15; registers from 11 on are the kernel's own
     */
    record Register(int number) implements Operand {
        /** Checks the number. */
        public Register {
            Fields.register(number);
        }
    }

    /**
     * A value in the instruction.
     *
     * @param value signed 32 bits, extended with its sign where 64 are needed
     */
    record Constant(int value) implements Operand {}
}
