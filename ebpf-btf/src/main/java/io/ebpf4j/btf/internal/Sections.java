package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.DataSec;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Var;
import io.ebpf4j.btf.BtfType.VarInfo;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.elf.internal.Messages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Fills in what only the ELF file knows. The compiler cannot tell where it will put a variable when it writes BTF, so
 * it leaves the size of each section and the offset of each global variable zero (those of static ones are right) and
 * expects the loader to look at the section and its symbols. Follows libbpf's {@code btf_fixup_datasec}.
 */
public final class Sections {
    /** Externs: no section and no symbol tells where they lie, for the loader itself makes up their place. */
    private static final Set<String> MADE_BY_LOADER = Set.of(".ksyms", ".kconfig");

    private final TypeTable table;
    private final Names names;
    private final Map<String, ElfSection> sections = new HashMap<>();
    /** By the index of their section and by name, without local ones. */
    private final Map<Integer, Map<String, ElfSymbol>> symbols = new HashMap<>();
    private final Map<Integer, BtfType> corrected = new HashMap<>();

    private Sections(ElfFile elf, TypeTable table) {
        this.table = table;
        this.names = table.names();
        elf.sections().forEach(s -> sections.putIfAbsent(s.name(), s));
        elf.symbols().stream().filter(s -> !s.isLocal()).forEach(s -> symbols
                .computeIfAbsent(s.sectionIndex(), index -> new HashMap<>()).putIfAbsent(s.name(), s));
    }

    /** {@return the same types, with sizes, offsets and visibility taken from the ELF file they come from} */
    public static TypeTable correct(ElfFile elf, TypeTable table) {
        var sections = new Sections(elf, table);
        for (int id = table.firstId(); id < table.size(); id++) {
            if (table.kind(id) == Kind.DATASEC && table.type(id, sections.names) instanceof DataSec section
                    && !MADE_BY_LOADER.contains(section.name())) {
                sections.correct(section);
            }
        }
        return table.correctedBy(sections.corrected);
    }

    private void correct(DataSec section) {
        boolean open = section.size() == 0;
        var elfSection = sections.get(section.name());
        if (elfSection == null) {
            // clang 14 lists constants in .rodata that it has put into .rodata.cst16: they lie nowhere by this name.
            return;
        }
        var known = symbols.getOrDefault(elfSection.index(), Map.of());
        long size = open ? elfSection.size() : section.size();
        var variables = new ArrayList<VarInfo>();
        for (var place : section.variables()) {
            if (table.type(place.type(), names) instanceof Var variable && variable.linkage() == Linkage.GLOBAL) {
                var symbol = known.get(variable.name());
                if (symbol == null && open) {
                    throw fail(section, "has variable %s, but the file has no symbol for it there: was it stripped?"
                            .formatted(Messages.quote(variable.name())));
                }
                if (symbol != null && isHidden(symbol)) {
                    corrected.put(variable.id(),
                            new Var(variable.id(), symbol.name(), variable.type(), Linkage.STATIC));
                }
                if (symbol != null && open) {
                    place = new VarInfo(place.type(), symbol.value(), place.size());
                }
            }
            if (!isExtern(place) && (place.offset() < 0 || place.offset() > size - place.size())) {
                throw fail(section, "has %d bytes, but its variable type %d has %d at offset %s".formatted(size,
                        place.type(), place.size(), Long.toUnsignedString(place.offset())));
            }
            variables.add(place);
        }
        variables.sort(Comparator.comparingLong(VarInfo::offset));
        corrected.put(section.id(), new DataSec(section.id(), elfSection.name(), size, variables));
    }

    private boolean isExtern(VarInfo place) {
        return !(table.type(place.type(), names) instanceof Var variable) || variable.linkage() == Linkage.EXTERN;
    }

    private static boolean isHidden(ElfSymbol symbol) {
        return symbol.visibility() == ElfConstants.STV_HIDDEN || symbol.visibility() == ElfConstants.STV_INTERNAL;
    }

    private RuntimeException fail(DataSec section, String reason) {
        return table.fail(table.describe(section.id()) + " " + Messages.quote(section.name()) + " " + reason);
    }
}
