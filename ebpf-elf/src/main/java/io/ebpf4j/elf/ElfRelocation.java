package io.ebpf4j.elf;

import java.util.OptionalLong;

/**
 * A relocation: a place that has to be changed once it is known where a symbol lies.
 *
 * {@snippet lang = c :
 * typedef struct {                  // <elf.h>, 16 bytes; what clang writes for BPF
 *     Elf64_Addr   r_offset;
 *     Elf64_Xword  r_info;          // symbol << 32 | type
 * } Elf64_Rel;
 *
 * typedef struct {                  // 24 bytes
 *     Elf64_Addr   r_offset;
 *     Elf64_Xword  r_info;
 *     Elf64_Sxword r_addend;
 * } Elf64_Rela;
 * }
 *
 * @param offset {@code r_offset}: the place, in an object as offset in the section that is changed, in bytes
 * @param type lower half of {@code r_info}: what to do, for instance {@link ElfConstants#R_BPF_64_64}
 * @param symbolIndex upper half of {@code r_info}: index in the symbol table, 0 for none
 * @param addend what to add to the symbol's value; empty in {@code SHT_REL}, where it lies in the place itself
 */
public record ElfRelocation(long offset, int type, int symbolIndex, OptionalLong addend) {

    /**
     * Makes a relocation of the kind without addend, {@code Elf64_Rel}.
     *
     * @param offset the place in the changed section, in bytes
     * @param type what to do
     * @param symbolIndex index in the symbol table
     */
    public ElfRelocation(long offset, int type, int symbolIndex) {
        this(offset, type, symbolIndex, OptionalLong.empty());
    }

    /**
     * {@return the same relocation at another place}
     *
     * @param newOffset the place in the changed section, in bytes
     */
    public ElfRelocation atOffset(long newOffset) {
        return new ElfRelocation(newOffset, type, symbolIndex, addend);
    }
}
