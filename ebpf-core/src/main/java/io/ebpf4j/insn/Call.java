package io.ebpf4j.insn;

import java.util.Optional;

/**
 * {@code r0 = function(r1, r2, r3, r4, r5)}: {@code BPF_CALL}.
 *
 * @param kind what is called, told by {@code src_reg}
 * @param offset {@code off}, signed 16 bits; see the kinds
 * @param target {@code imm}; see the kinds
 */
public record Call(Kind kind, int offset, int target) implements Transfer {
    static final int OPCODE = 0x80 | Fields.JMP;

    /**
     * Checks the offset.
     *
     * @throws IllegalArgumentException when it does not fit, or helpers are given one
     */
    public Call {
        Fields.offset(offset);
        if (kind == Kind.HELPER && offset != 0) {
            throw new IllegalArgumentException("the call of a helper has offset " + offset + ", must be 0");
        }
    }

    /**
     * {@return the name of the helper that is called, as in {@code bpf_map_lookup_elem}; nothing when it is none, or
     * one that Linux 6.18 does not have}
     */
    public Optional<String> helper() {
        return kind == Kind.HELPER ? HelperNames.of(target) : Optional.empty();
    }

    /**
     * {@return how many words a function of the program that is called begins behind the next instruction} That is the
     * immediate, but in a program that the kernel has compiled, the offset: the immediate is the function's index then.
     */
    public int displacement() {
        return offset == 0 ? target : offset;
    }

    @Override
    public Word word() {
        return new Word(OPCODE, 0, kind.source, offset, target);
    }

    /** What is called. */
    public enum Kind {
        /**
         * A helper of the kernel. The immediate is its number; in what the kernel tells of a program, how far its code
         * lies from {@code __bpf_call_base}, or 0 when it does not tell addresses.
         */
        HELPER(0),
        /** A function of the program, {@code BPF_PSEUDO_CALL}; the immediate is its distance. Linux 4.16. */
        FUNCTION(1),
        /**
         * A kernel function, {@code BPF_PSEUDO_KFUNC_CALL}. The immediate is the id of its type in the kernel's BTF;
         * the offset tells which BTF, 0 for vmlinux. Linux 5.13.
         */
        KERNEL_FUNCTION(2);

        private final int source;

        Kind(int source) {
            this.source = source;
        }

        int source() {
            return source;
        }
    }
}
