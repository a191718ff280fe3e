package io.ebpf4j.elf;

/**
 * A symbol: a name for a place in a section.
 *
 * {@snippet lang = c :
 * typedef struct {                  // <elf.h>, 24 bytes
 *     Elf64_Word    st_name;
 *     unsigned char st_info;        // binding << 4 | type
 *     unsigned char st_other;       // the lower 2 bits: visibility
 *     Elf64_Section st_shndx;
 *     Elf64_Addr    st_value;
 *     Elf64_Xword   st_size;
 * } Elf64_Sym;
 * }
 *
 * @param index its place in the symbol table; symbol 0 is always the empty one
 * @param name its name; that of a section symbol is mostly empty
 * @param value {@code st_value}; in an object the offset inside its section, in bytes
 * @param size {@code st_size} in bytes, 0 when not known
 * @param binding upper half of {@code st_info}, for instance {@link ElfConstants#STB_GLOBAL}
 * @param type lower half of {@code st_info}, for instance {@link ElfConstants#STT_OBJECT}
 * @param visibility lower 2 bits of {@code st_other}, for instance {@link ElfConstants#STV_HIDDEN}
 * @param sectionIndex the section in which it lies, {@link #UNDEFINED}, or a negative number for a reserved index such as
 *        {@link #ABSOLUTE}; resolved through {@code SHT_SYMTAB_SHNDX} where {@code st_shndx} is {@code SHN_XINDEX}
 */
public record ElfSymbol(int index, String name, long value, long size, int binding, int type, int visibility,
        int sectionIndex) {

    /** {@code SHN_UNDEF}: another object, or the kernel, has to bring the symbol. */
    public static final int UNDEFINED = 0;

    /**
     * {@code SHN_ABS}, 0xfff1: the value is no offset. Reserved indexes are kept as negative numbers (the 16 bits with
     * their sign), for in a file of more than 0xff00 sections a section may have the index 0xfff1 as well.
     */
    public static final int ABSOLUTE = (short) 0xfff1;

    /** {@code SHN_COMMON}, 0xfff2: not yet allocated; {@code value} is the alignment. */
    public static final int COMMON = (short) 0xfff2;

    /** {@return whether another object, or the kernel, has to bring it: an extern, a kfunc} */
    public boolean isUndefined() {
        return sectionIndex == UNDEFINED;
    }

    /** {@return whether its value is no offset in a section} */
    public boolean isAbsolute() {
        return sectionIndex == ABSOLUTE;
    }

    /** {@return whether it is not yet allocated to a section} */
    public boolean isCommon() {
        return sectionIndex == COMMON;
    }

    /** {@return whether it lies in a section of this file, so that {@code sectionIndex} names one} */
    public boolean isInSection() {
        return sectionIndex > UNDEFINED;
    }

    /** {@return whether only this file sees it} */
    public boolean isLocal() {
        return binding == ElfConstants.STB_LOCAL;
    }

    /** {@return whether all files see it, weak ones not included} */
    public boolean isGlobal() {
        return binding == ElfConstants.STB_GLOBAL;
    }

    /** {@return whether it may be missing, or be replaced by a global one} */
    public boolean isWeak() {
        return binding == ElfConstants.STB_WEAK;
    }

    /** {@return whether it names a function} */
    public boolean isFunction() {
        return type == ElfConstants.STT_FUNC;
    }

    /** {@return whether it names a variable, for instance a map} */
    public boolean isObject() {
        return type == ElfConstants.STT_OBJECT;
    }

    /** {@return whether it stands for its whole section} */
    public boolean isSection() {
        return type == ElfConstants.STT_SECTION;
    }
}
