/**
 * The ELF64 of BPF object files: read by {@link io.ebpf4j.elf.ElfFile}, changed by {@link io.ebpf4j.elf.ElfEditor}. Needs
 * no kernel, no native library and no module but {@code java.base}, and works on every operating system.
 *
 * <h2>Reading</h2>
 * Which function uses which map is told by the relocations of the sections with code:
 *
 * {@snippet lang = java :
 * ElfFile file = ElfFile.parse(path);
 * for (ElfSection section : file.sections()) {
 *     if (section.isExecutable()) {
 *         for (ElfRelocation relocation : file.relocations(section)) {
 *             ElfSymbol symbol = file.symbols().get(relocation.symbolIndex());
 *             out.println(section.name() + " refers at " + relocation.offset() + " to " + symbol.name());
 *         }
 *     }
 * }
 * }
 *
 * <h2>Changing</h2>
 * An editor keeps all indexes, so that what refers to sections and symbols stays right. This moves the symbol {@code calls}
 * to a section of its own:
 *
 * {@snippet lang = java :
 * ElfEditor editor = ElfEditor.of(file);
 * int moved = editor.addSection(".maps.moved", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, new byte[32]);
 * editor.setSymbol(file.symbol("calls").orElseThrow().index(), moved, 0);
 * byte[] changed = editor.toBytes();
 * }
 *
 * <h2>What a BPF object is made of</h2>
 * As {@code clang -target bpf} writes it; arrows are indexes in the table of sections or of symbols.
 *
 * <pre>{@code
 * ElfFile
 *   = ElfHeader(type ET_REL, machine EM_BPF) ElfSection*          // section 0 is the unused one
 *
 * ElfSection
 *   = ".text" | SEC name        PROGBITS, executable              // instructions of 8 bytes; several functions follow
 *                                                                 // each other, the symbols tell where each begins
 *   | ".maps" | ".maps." output PROGBITS                          // one struct a map: all zero, what it means is in BTF
 *   | ".data*" | ".rodata*"     PROGBITS                          // global variables
 *   | ".bss*"                   NOBITS                            // the zero ones, which take no bytes
 *   | "license" | "version"     PROGBITS
 *   | ".BTF" | ".BTF.ext"       PROGBITS                          // types; functions, lines and CO-RE
 *   | ".symtab"                 SYMTAB   ElfSymbol*               // link -> STRTAB
 *   | ".strtab"                 STRTAB                            // names, mostly those of the sections too
 *   | ".rel" target             REL      ElfRelocation*           // link -> SYMTAB, info -> target
 *   | any other
 *
 * ElfSymbol
 *   = function                  FUNC     -> executable section    // value: offset in it, size: bytes of its code
 *   | map | global variable     OBJECT   -> section               // value: offset in it
 *   | section                   SECTION  -> section               // for what is static: its offset is in the code
 *   | extern | kfunc            NOTYPE   -> UNDEFINED             // the kernel has it
 *
 * ElfRelocation
 *   = R_BPF_64_64  of code      -> map | variable                 // ld_imm64
 *   | R_BPF_64_32  of code      -> function | kfunc               // call
 *   | R_BPF_64_ABS64 of ".maps" -> map | function                 // what `values` holds
 *   | R_BPF_64_NODYLD32 | ...   of ".BTF", ".BTF.ext"             // for linkers; loaders leave them alone
 * }</pre>
 *
 * <h2>Conventions</h2>
 * <ul>
 * <li>Records quote the C struct of {@code <elf.h>} they come from. What the file has as an unsigned number comes in the
 * Java type of as many bits, and is to be treated as unsigned.
 * <li>What is not known (a type of section, a kind of symbol) is a value. What is wrong is a
 * {@link io.ebpf4j.elf.MalformedElfException} with section, offset and numbers in one line; parsing takes memory in
 * proportion to the file, whatever it claims.
 * <li>A place in a list that is not there is an {@link java.lang.IndexOutOfBoundsException}; a name that is not there is an
 * empty {@link java.util.Optional}.
 * <li>No parameter and no result is {@code null}.
 * </ul>
 */
package io.ebpf4j.elf;
