package io.ebpf4j.insn;

import java.util.List;

/**
 * One instruction, as what it does. Each kind is a record whose components are all that it says, so that decoding and
 * {@link #words() encoding} lose nothing and change nothing. Immutable.
 *
 * <p>What is in no field of a kind is zero in its words. Bytes that say something in a field that their kind does not
 * use, or that the instruction set of Linux 6.18 does not know, are {@link Unknown}, which keeps them.
 *
 * <p>The methods here tell the fields of the encoding, whatever the kind: {@code struct bpf_insn}, as quoted at
 * {@link Word}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9669">RFC 9669, BPF Instruction Set Architecture</a>
 */
public sealed interface Instruction permits Computation, MemoryAccess, Transfer, Unknown {
    /**
     * {@return the instruction of one word}
     *
     * @param word its bytes
     * @throws IllegalArgumentException when it is the first half of two
     */
    static Instruction of(Word word) {
        if (word.isWide()) {
            throw new IllegalArgumentException(word + " is half an instruction, for ld_imm64 has two words");
        }
        return Decoder.exact(word);
    }

    /**
     * {@return the instruction of two words}
     *
     * @param first begins with the opcode of {@code ld_imm64}
     * @param second the other half
     * @throws IllegalArgumentException when the first is a whole instruction
     */
    static Instruction of(Word first, Word second) {
        if (!first.isWide()) {
            throw new IllegalArgumentException(first + " is a whole instruction, for only ld_imm64 has two words");
        }
        return Decoder.exact(first, second);
    }

    /** {@return its encoding; of two words, the first} */
    Word word();

    /** {@return its encoding, one word, or the two of {@code ld_imm64}} */
    default List<Word> words() {
        return List.of(word());
    }

    /** {@return {@code code}, 0 to 255} */
    default int opcode() {
        return word().opcode();
    }

    /** {@return {@code dst_reg}, 0 to 15; 0 where not used} */
    default int dst() {
        return word().dst();
    }

    /** {@return {@code src_reg}, 0 to 15: a register, or what kind of a call or constant it is; 0 where not used} */
    default int src() {
        return word().src();
    }

    /** {@return {@code off}, signed 16 bits; 0 where not used} */
    default int offset() {
        return word().offset();
    }

    /** {@return {@code imm}, signed 32 bits, or all 64 bits of {@code ld_imm64}; 0 where not used} */
    default long immediate() {
        return word().immediate();
    }
}
