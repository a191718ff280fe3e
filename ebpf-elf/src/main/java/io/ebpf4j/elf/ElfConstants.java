package io.ebpf4j.elf;

/**
 * The numbers of the ELF specification that a BPF object meets, by their names in {@code <elf.h>}. A value that is not
 * here is not an error: it is carried as it is.
 */
public final class ElfConstants {
    /** {@code e_type}: a relocatable object, which is what {@code clang -c} makes. */
    public static final int ET_REL = 1;

    /** {@code e_machine}: none, as LLVM before BPF had a number of its own wrote it. */
    public static final int EM_NONE = 0;
    /** {@code e_machine}: BPF. */
    public static final int EM_BPF = 247;

    /** {@code sh_type}: an unused entry of the section table. */
    public static final int SHT_NULL = 0;
    /** {@code sh_type}: bytes whose meaning the program defines: code, data, BTF. */
    public static final int SHT_PROGBITS = 1;
    /** {@code sh_type}: the symbol table; a file has at most one. */
    public static final int SHT_SYMTAB = 2;
    /** {@code sh_type}: a string table. */
    public static final int SHT_STRTAB = 3;
    /** {@code sh_type}: relocations with an addend. */
    public static final int SHT_RELA = 4;
    /** {@code sh_type}: data that is all zero and takes no room in the file, {@code .bss}. */
    public static final int SHT_NOBITS = 8;
    /** {@code sh_type}: relocations whose addend lies in the bytes that they change. */
    public static final int SHT_REL = 9;
    /** {@code sh_type}: the symbols that dynamic linking needs. */
    public static final int SHT_DYNSYM = 11;
    /** {@code sh_type}: section indexes of symbols that do not fit 16 bits. */
    public static final int SHT_SYMTAB_SHNDX = 18;

    /** {@code sh_flags}: writable at run time. */
    public static final long SHF_WRITE = 1;
    /** {@code sh_flags}: has memory at run time. */
    public static final long SHF_ALLOC = 1 << 1;
    /** {@code sh_flags}: holds instructions. */
    public static final long SHF_EXECINSTR = 1 << 2;
    /** {@code sh_flags}: {@code sh_info} is a section index. */
    public static final long SHF_INFO_LINK = 1 << 6;
    /** {@code sh_flags}: the contents are compressed behind an {@code Elf64_Chdr}. */
    public static final long SHF_COMPRESSED = 1 << 11;

    /** {@code st_info}, upper half: seen by this file only. */
    public static final int STB_LOCAL = 0;
    /** {@code st_info}, upper half: seen by all files. */
    public static final int STB_GLOBAL = 1;
    /** {@code st_info}, upper half: as global, and a global one of the same name wins. */
    public static final int STB_WEAK = 2;

    /** {@code st_info}, lower half: nothing is said; externs and kfuncs have it. */
    public static final int STT_NOTYPE = 0;
    /** {@code st_info}, lower half: a variable; each map is one. */
    public static final int STT_OBJECT = 1;
    /** {@code st_info}, lower half: a function. */
    public static final int STT_FUNC = 2;
    /** {@code st_info}, lower half: stands for a section. */
    public static final int STT_SECTION = 3;
    /** {@code st_info}, lower half: the name of the source file. */
    public static final int STT_FILE = 4;

    /** {@code st_other}: visible as the binding says. */
    public static final int STV_DEFAULT = 0;
    /** {@code st_other}: reserved for the processor, hidden for BPF. */
    public static final int STV_INTERNAL = 1;
    /** {@code st_other}: not seen by other objects; libbpf treats such a function as static. */
    public static final int STV_HIDDEN = 2;
    /** {@code st_other}: seen by others, not replaced by them. */
    public static final int STV_PROTECTED = 3;

    /** {@code r_info}, lower half: no relocation. */
    public static final int R_BPF_NONE = 0;
    /** {@code r_info}, lower half: the 64-bit immediate of {@code ld_imm64}: a map or data. */
    public static final int R_BPF_64_64 = 1;
    /** {@code r_info}, lower half: 64 bits of data, for instance in a map's {@code values}. */
    public static final int R_BPF_64_ABS64 = 2;
    /** {@code r_info}, lower half: 32 bits of data. */
    public static final int R_BPF_64_ABS32 = 3;
    /** {@code r_info}, lower half: 32 bits that a linker leaves alone, in {@code .BTF} and {@code .BTF.ext}. */
    public static final int R_BPF_64_NODYLD32 = 4;
    /** {@code r_info}, lower half: the immediate of a call. */
    public static final int R_BPF_64_32 = 10;

    private ElfConstants() {}
}
