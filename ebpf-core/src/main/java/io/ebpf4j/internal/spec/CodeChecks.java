package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Refuses functions that libbpf would relocate beyond their memory. {@link FunctionSpecs} has seen to their bounds. */
final class CodeChecks {
    private static final int INSTRUCTION_SIZE = 8;
    /** The first byte of {@code ld_imm64}, the one instruction that takes two places. */
    private static final byte LOAD_64 = 0x18;
    private static final String SUBPROGRAMS = ".text";
    /** The kernel takes 256 a program. One that calls the next that calls the next costs libbpf a stack frame each. */
    private static final int MOST_SUBPROGRAMS = 2048;

    private CodeChecks() {}

    static void check(ElfFile elf) {
        List<ElfSymbol> functions = elf.symbols().stream().filter(symbol -> symbol.isFunction() && symbol.isInSection())
                .filter(symbol -> isCode(elf.section(symbol.sectionIndex()))).toList();
        functions.forEach(function -> checkEnd(elf, function));
        List<ElfSymbol> subprograms = functions.stream()
                .filter(function -> elf.section(function.sectionIndex()).name().equals(SUBPROGRAMS)).toList();
        if (subprograms.size() > MOST_SUBPROGRAMS) {
            throw new ObjectFileException(elf.name() + ": section .text has " + subprograms.size()
                    + " functions, over " + MOST_SUBPROGRAMS);
        }
        // libbpf takes a lone function for a program wherever it is, and then, when it calls itself, appends it to itself,
        // counting what it is just growing.
        if (functions.size() == 1 && !subprograms.isEmpty()) {
            throw new ObjectFileException(elf.name() + ": function '" + functions.getFirst().name()
                    + "' is in section .text and nothing calls it; put SEC(..) before what the kernel should run");
        }
    }

    private static boolean isCode(ElfSection section) {
        return section.isExecutable() && section.type() == ElfConstants.SHT_PROGBITS;
    }

    /** A relocation of an ld_imm64 writes its second half unasked. */
    private static void checkEnd(ElfFile elf, ElfSymbol function) {
        ElfSection section = elf.section(function.sectionIndex());
        long last = function.value() + function.size() - INSTRUCTION_SIZE;
        if (elf.contents(section).get(ValueLayout.JAVA_BYTE, last) == LOAD_64) {
            throw new ObjectFileException(elf.name() + ": function '" + function.name() + "' ends, at offset " + last
                    + " of section " + section.name() + ", in half of an ld_imm64; the file is damaged");
        }
    }
}
