package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.Messages;

/**
 * A section: a named range of the file.
 *
 * {@snippet lang = c :
 * typedef struct {                  // <elf.h>, 64 bytes
 *     Elf64_Word  sh_name;
 *     Elf64_Word  sh_type;
 *     Elf64_Xword sh_flags;
 *     Elf64_Addr  sh_addr;
 *     Elf64_Off   sh_offset;
 *     Elf64_Xword sh_size;
 *     Elf64_Word  sh_link;
 *     Elf64_Word  sh_info;
 *     Elf64_Xword sh_addralign;
 *     Elf64_Xword sh_entsize;
 * } Elf64_Shdr;
 * }
 *
 * <p>That the bytes of a section lie inside the file, and that {@code link} and {@code info} of symbol tables and
 * relocations name existing sections, has been checked when the file was parsed. Nothing is said about the other
 * numbers.
 *
 * @param index its place in the section table; section 0 is always the unused one
 * @param name its name, not necessarily unique, empty when it has none
 * @param type {@code sh_type}, unsigned 32 bits, for instance {@link ElfConstants#SHT_PROGBITS}
 * @param flags {@code sh_flags}, bits such as {@link ElfConstants#SHF_EXECINSTR}
 * @param address {@code sh_addr}, 0 in an object
 * @param offset {@code sh_offset}, where in the file it begins, in bytes
 * @param size {@code sh_size} in bytes; of a {@link #isNoBits() section without bits}, in memory, not in the file
 * @param link {@code sh_link}, unsigned 32 bits: for a symbol table its string table, for relocations their symbol table
 * @param info {@code sh_info}, unsigned 32 bits: for relocations the section that they change, for a symbol table the
 *        index of the first symbol that is not local
 * @param alignment {@code sh_addralign} in bytes, 0 and 1 both mean none
 * @param entrySize {@code sh_entsize} in bytes, 0 when it is no table
 */
public record ElfSection(int index, String name, int type, long flags, long address, long offset, long size, int link,
        int info, long alignment, long entrySize) {

    /** {@return whether it is all zero and takes no room in the file, as {@code .bss}} */
    public boolean isNoBits() {
        return type == ElfConstants.SHT_NOBITS;
    }

    /** {@return whether it holds instructions} */
    public boolean isExecutable() {
        return (flags & ElfConstants.SHF_EXECINSTR) != 0;
    }

    /** {@return whether it is writable at run time} */
    public boolean isWritable() {
        return (flags & ElfConstants.SHF_WRITE) != 0;
    }

    /** {@return whether it has memory at run time; {@code .BTF}, say, has none} */
    public boolean isAllocated() {
        return (flags & ElfConstants.SHF_ALLOC) != 0;
    }

    /** {@return whether its contents are compressed, so that {@link ElfFile#contents} refuses it} */
    public boolean isCompressed() {
        return (flags & ElfConstants.SHF_COMPRESSED) != 0;
    }

    /** {@return whether it holds relocations, with or without addends} */
    public boolean isRelocations() {
        return type == ElfConstants.SHT_REL || type == ElfConstants.SHT_RELA;
    }

    /** {@return whether it is a symbol table, the full one or that of dynamic linking} */
    public boolean isSymbolTable() {
        return type == ElfConstants.SHT_SYMTAB || type == ElfConstants.SHT_DYNSYM;
    }

    /** {@return whether there are bytes of it in the file} */
    boolean occupiesFile() {
        return type != ElfConstants.SHT_NULL && !isNoBits() && size != 0;
    }

    /** {@return how messages call it} */
    String label() {
        return "section " + index + " " + Messages.quote(name);
    }
}
