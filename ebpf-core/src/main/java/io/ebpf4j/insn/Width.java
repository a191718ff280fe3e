package io.ebpf4j.insn;

/** How much of a register a computation or comparison takes. */
public enum Width {
    /** The lower 32 bits; the upper ones become zero. */
    BITS_32("w"),
    /** All 64 bits. */
    BITS_64("r");

    private final String prefix;

    Width(String prefix) {
        this.prefix = prefix;
    }

    /** {@return what stands before the number of a register: {@code w} or {@code r}} */
    String prefix() {
        return prefix;
    }

    int computation() {
        return this == BITS_64 ? Fields.ALU64 : Fields.ALU;
    }

    int jump() {
        return this == BITS_64 ? Fields.JMP : Fields.JMP32;
    }
}
