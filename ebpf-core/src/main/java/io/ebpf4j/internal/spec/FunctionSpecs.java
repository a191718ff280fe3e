package io.ebpf4j.internal.spec;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads the entry points: the functions in sections of code, except {@code .text}, which holds subprograms. */
public final class FunctionSpecs {
    private static final int INSTRUCTION_SIZE = 8;

    private FunctionSpecs() {}

    /** {@return the entry points in the order of sections, then of addresses} */
    public static List<FunctionSpec> read(ElfFile elf) {
        return elf.symbols().stream().filter(symbol -> symbol.isFunction() && symbol.isInSection())
                .filter(symbol -> isEntry(elf.section(symbol.sectionIndex())))
                .sorted(Comparator.comparingInt(ElfSymbol::sectionIndex).thenComparingLong(ElfSymbol::value))
                .map(symbol -> function(symbol, elf.section(symbol.sectionIndex()).name())).toList();
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

    private static boolean isEntry(ElfSection section) {
        return section.isExecutable() && !section.name().equals(".text");
    }

    private static FunctionSpec function(ElfSymbol symbol, String section) {
        boolean optional = section.startsWith("?");
        return new FunctionSpec(symbol.name(), optional ? section.substring(1) : section, optional,
                Math.toIntExact(Math.min(Integer.MAX_VALUE, symbol.size() / INSTRUCTION_SIZE)));
    }
}
