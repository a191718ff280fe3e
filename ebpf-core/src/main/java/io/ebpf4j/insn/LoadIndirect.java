package io.ebpf4j.insn;

/**
 * {@code r0 = *(size *)skb[src + immediate]}: {@code BPF_LD} with {@code BPF_IND}; otherwise as {@link LoadAbsolute}.
 *
 * @param size how many bytes are read
 * @param src the register with the place in the packet
 * @param position what is added to it, in bytes
 */
public record LoadIndirect(Size size, int src, int position) implements MemoryAccess {
    /** Checks the register. */
    public LoadIndirect {
        Fields.register(src);
    }

    @Override
    public Word word() {
        return new Word(Fields.LD | size.code() | Fields.IND, 0, src, 0, position);
    }
}
