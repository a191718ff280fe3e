package io.ebpf4j.elf;

import java.nio.ByteOrder;

/**
 * The file header. Counts and indexes that do not fit its 16-bit fields and then stand in section 0 are already
 * resolved here.
 *
 * {@snippet lang = c :
 * typedef struct {                  // <elf.h>, 64 bytes
 *     unsigned char e_ident[16];    // 7f 'E' 'L' 'F', class, data, version, osabi, abiversion
 *     Elf64_Half    e_type;
 *     Elf64_Half    e_machine;
 *     Elf64_Word    e_version;
 *     Elf64_Addr    e_entry;
 *     Elf64_Off     e_phoff;
 *     Elf64_Off     e_shoff;
 *     Elf64_Word    e_flags;
 *     Elf64_Half    e_ehsize;
 *     Elf64_Half    e_phentsize;
 *     Elf64_Half    e_phnum;
 *     Elf64_Half    e_shentsize;
 *     Elf64_Half    e_shnum;
 *     Elf64_Half    e_shstrndx;
 * } Elf64_Ehdr;
 * }
 *
 * @param order the byte order of every number in the file, from {@code e_ident[EI_DATA]}
 * @param osAbi {@code e_ident[EI_OSABI]}
 * @param abiVersion {@code e_ident[EI_ABIVERSION]}
 * @param type {@code e_type}, for instance {@link ElfConstants#ET_REL}
 * @param machine {@code e_machine}, for instance {@link ElfConstants#EM_BPF}
 * @param version {@code e_version}, unsigned 32 bits
 * @param entry {@code e_entry}, an address, unsigned 64 bits
 * @param programHeaderOffset {@code e_phoff} in bytes, 0 without program headers
 * @param sectionHeaderOffset {@code e_shoff} in bytes, 0 without sections
 * @param flags {@code e_flags}, 32 bits
 * @param headerSize {@code e_ehsize} in bytes
 * @param programHeaderEntrySize {@code e_phentsize} in bytes
 * @param programHeaderCount {@code e_phnum}
 * @param sectionHeaderEntrySize {@code e_shentsize} in bytes, 64 when there are sections
 * @param sectionCount {@code e_shnum}, or {@code sh_size} of section 0 from 0xff00 sections on
 * @param sectionNamesIndex {@code e_shstrndx}, or {@code sh_link} of section 0 where that is {@code SHN_XINDEX}: the
 *        section with the names of sections, 0 when they have none
 */
public record ElfHeader(ByteOrder order, int osAbi, int abiVersion, int type, int machine, long version, long entry,
        long programHeaderOffset, long sectionHeaderOffset, int flags, int headerSize, int programHeaderEntrySize,
        int programHeaderCount, int sectionHeaderEntrySize, int sectionCount, int sectionNamesIndex) {

    /** {@return whether this is an object for the BPF machine, or for none, as old LLVM wrote it} */
    public boolean isBpfObject() {
        return type == ElfConstants.ET_REL && (machine == ElfConstants.EM_BPF || machine == ElfConstants.EM_NONE);
    }
}
