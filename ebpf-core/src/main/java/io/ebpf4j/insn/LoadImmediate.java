package io.ebpf4j.insn;

import java.util.List;

/**
 * {@code dst = value}: {@code ld_imm64}, the only instruction of two words. The second has the upper half of the value
 * as its immediate.
 *
 * <p>What the value means is told by {@code src_reg}, {@code BPF_PSEUDO_*} in {@code <linux/bpf.h>}. Some of them are
 * two numbers of 32 bits: {@link #low()} and {@link #high()}.
 *
 * @param kind what the value means
 * @param dst the register that is set
 * @param immediate the value, 64 bits
 */
public record LoadImmediate(Kind kind, int dst, long immediate) implements Computation {
    static final int OPCODE = 0x18;

    /** Checks the register. */
    public LoadImmediate {
        Fields.register(dst);
    }

    /** {@return the number in the first word} */
    public int low() {
        return (int) immediate;
    }

    /** {@return the number in the second word} */
    public int high() {
        return (int) (immediate >>> Integer.SIZE);
    }

    @Override
    public Word word() {
        return new Word(OPCODE, dst, kind.source, 0, low());
    }

    @Override
    public List<Word> words() {
        return List.of(word(), new Word(0, 0, 0, 0, high()));
    }

    /** What the value is. */
    public enum Kind {
        /** The value itself. */
        VALUE(0),
        /**
         * The address of a map. The lower half is its file descriptor, {@code BPF_PSEUDO_MAP_FD}; in what the kernel
         * tells of a program, its id.
         */
        MAP(1),
        /**
         * An address in the first value of a map, {@code BPF_PSEUDO_MAP_VALUE}: of global data. The lower half is the
         * map's file descriptor or id, the upper half the offset in bytes.
         */
        MAP_VALUE(2),
        /**
         * The address of a kernel variable, {@code BPF_PSEUDO_BTF_ID}. The lower half is the id of its type, the upper
         * half the file descriptor of the module's BTF, 0 for vmlinux.
         */
        KERNEL_VARIABLE(3),
        /** The address of a function of the program, {@code BPF_PSEUDO_FUNC}: its distance in the lower half. */
        FUNCTION(4),
        /** As {@link #MAP}, by its index among the file descriptors given, {@code BPF_PSEUDO_MAP_IDX}. */
        MAP_INDEX(5),
        /** As {@link #MAP_VALUE}, by its index among the file descriptors given, {@code BPF_PSEUDO_MAP_IDX_VALUE}. */
        MAP_INDEX_VALUE(6);

        private final int source;

        Kind(int source) {
            this.source = source;
        }

        int source() {
            return source;
        }
    }
}
