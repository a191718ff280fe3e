package io.ebpf4j.insn;

/**
 * {@code r0 = *(size *)skb[immediate]}: {@code BPF_LD} with {@code BPF_ABS}, from the packet that register 6 points to,
 * in network byte order; beyond its end the program ends with 0. From classic BPF, deprecated.
 *
 * @param size how many bytes are read
 * @param position where in the packet, in bytes
 */
public record LoadAbsolute(Size size, int position) implements MemoryAccess {
    @Override
    public Word word() {
        return new Word(Fields.LD | size.code() | Fields.ABS, 0, 0, 0, position);
    }
}
