package io.ebpf4j.insn;

/**
 * {@code dst = *(size *)(src + offset)}: {@code BPF_LDX} with {@code BPF_MEM} or {@code BPF_MEMSX}.
 *
 * @param size how many bytes are read
 * @param signed whether their sign is extended, else zeros are; Linux 6.6, instruction set version 4
 * @param dst the register that is set
 * @param src the register with the address
 * @param offset what is added to it, in bytes, signed 16 bits
 */
public record Load(Size size, boolean signed, int dst, int src, int offset) implements MemoryAccess {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a number does not fit its field, or eight bytes are to be extended
     */
    public Load {
        if (signed && size == Size.DOUBLE) {
            throw new IllegalArgumentException("no instruction extends 64 bits");
        }
        Fields.register(dst);
        Fields.register(src);
        Fields.offset(offset);
    }

    @Override
    public Word word() {
        return new Word(Fields.LDX | size.code() | (signed ? Fields.MEMSX : Fields.MEM), dst, src, offset, 0);
    }
}
