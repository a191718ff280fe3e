package io.ebpf4j.insn;

/** How many bytes an access or a swap is about. */
public enum Size {
    /** Four bytes, {@code BPF_W}. */
    WORD(4, 0x00),
    /** Two bytes, {@code BPF_H}. */
    HALF(2, 0x08),
    /** One byte, {@code BPF_B}. */
    BYTE(1, 0x10),
    /** Eight bytes, {@code BPF_DW}. */
    DOUBLE(8, 0x18);

    private final int bytes;
    private final int code;

    Size(int bytes, int code) {
        this.bytes = bytes;
        this.code = code;
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
        return code;
    }
}
