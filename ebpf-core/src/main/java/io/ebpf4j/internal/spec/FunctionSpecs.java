package io.ebpf4j.internal.spec;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the entry points: the functions in sections of code, except {@code .text}, which holds subprograms. */
public final class FunctionSpecs {
    private static final int INSTRUCTION_SIZE = 8;
    private static final String SUBPROGRAMS = ".text";

    private FunctionSpecs() {}

    /**
     * {@return the entry points in the order of sections, then of addresses}
     *
     * @param elf the file
     * @throws ObjectFileException when functions do not lie within their sections: libbpf before 1.5.1 reads at whatever
     * address their symbols name, and takes the process with it (CVE-2025-29481)
     */
    public static List<FunctionSpec> read(ElfFile elf) {
        List<ElfSymbol> functions = elf.symbols().stream().filter(symbol -> isCode(elf, symbol))
                .sorted(Comparator.comparingInt(ElfSymbol::sectionIndex).thenComparingLong(ElfSymbol::value)).toList();
        Set<String> names = new HashSet<>();
        for (ElfSymbol symbol : functions) {
            check(elf, symbol);
            // Subprograms are known by their places, and static ones of two linked files may share a name.
            if (isEntryPoint(elf, symbol) && !names.add(symbol.name())) {
                throw new ObjectFileException(
                        elf.name() + ": two functions are called '" + symbol.name() + "'; the file is damaged");
            }
        }
        // One text a section: thousands of functions may be in one whose name is long.
        Map<Integer, String> sections = new HashMap<>();
        return functions.stream().map(symbol -> function(elf.section(symbol.sectionIndex()), symbol, sections))
                .filter(function -> !function.section().equals(SUBPROGRAMS)).toList();
    }

    /** {@return whether a symbol is that of a function which the kernel can call} */
    static boolean isEntryPoint(ElfFile elf, ElfSymbol symbol) {
        return isCode(elf, symbol) && !elf.section(symbol.sectionIndex()).name().equals(SUBPROGRAMS);
    }

    private static boolean isCode(ElfFile elf, ElfSymbol symbol) {
        return symbol.isFunction() && symbol.isInSection() && elf.section(symbol.sectionIndex()).isExecutable();
    }

    private static void check(ElfFile elf, ElfSymbol symbol) {
        ElfSection section = elf.section(symbol.sectionIndex());
        long begin = symbol.value();
        long size = symbol.size();
        if (begin < 0 || size <= 0 || begin % INSTRUCTION_SIZE != 0 || size % INSTRUCTION_SIZE != 0
                || size > section.size() || begin > section.size() - size) {
            throw new ObjectFileException(elf.name() + ": function '" + symbol.name() + "' has "
                    + Long.toUnsignedString(size) + " bytes at offset " + Long.toUnsignedString(begin) + " of section "
                    + section.name() + ", which has " + section.size()
                    + " bytes of 8-byte instructions; the file is damaged");
        }
    }

    /** {@return the text of the section {@code license}, up to its NUL} */
    public static Optional<String> license(ElfFile elf) {
        return elf.section("license").map(section -> {
            byte[] bytes = elf.contents(section).toArray(ValueLayout.JAVA_BYTE);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int nul = text.indexOf('\0');
            return nul < 0 ? text : text.substring(0, nul);
        });
    }

    private static FunctionSpec function(ElfSection section, ElfSymbol symbol, Map<Integer, String> sections) {
        boolean optional = section.name().startsWith("?");
        String name = sections.computeIfAbsent(section.index(), index -> section.name().substring(optional ? 1 : 0));
        return new FunctionSpec(symbol.name(), name, optional, Math.toIntExact(symbol.size() / INSTRUCTION_SIZE));
    }
}
