package io.ebpf4j.insn;

/** How many bytes an access or a swap is about. The order is that of the bits {@code BPF_SIZE} of an opcode. */
public enum Size {
    /** Four bytes, {@code BPF_W}. */
    WORD(4),
    /** Two bytes, {@code BPF_H}. */
    HALF(2),
    /** One byte, {@code BPF_B}. */
    BYTE(1),
    /** Eight bytes, {@code BPF_DW}. */
    DOUBLE(8);

    private final int bytes;

    Size(int bytes) {
        this.bytes = bytes;
    }

    /** {@return 1, 2, 4 or 8} */
    public int bytes() {
        return bytes;
    }

    /** {@return 8, 16, 32 or 64} */
    public int bits() {
        return bytes * Byte.SIZE;
    }

    int code() {
        return ordinal() << 3;
    }
}
