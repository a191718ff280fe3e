package io.ebpf4j.insn;

import java.util.List;

/**
 * Bytes that are no instruction of Linux 6.18, or one with something in a field that it does not use. The kernel does
 * not load them, but may make such itself of a program that it has loaded.
 *
 * @param words the bytes: one word, or two when the first is that of {@code ld_imm64}
 */
public record Unknown(List<Word> words) implements Instruction {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when the opcode and the number of words do not fit
     */
    public Unknown {
        words = List.copyOf(words);
        if (words.isEmpty() || words.size() != (words.getFirst().isWide() ? 2 : 1)) {
            throw new IllegalArgumentException(words + ": an instruction has one word, ld_imm64 two");
        }
    }

    @Override
    public Word word() {
        return words.getFirst();
    }

    @Override
    public long immediate() {
        long low = word().immediate();
        return words.size() == 1 ? low : ((long) words.get(1).immediate() << Integer.SIZE) | (low & 0xffff_ffffL);
    }
}
