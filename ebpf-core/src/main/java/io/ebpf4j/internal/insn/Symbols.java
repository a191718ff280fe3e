package io.ebpf4j.internal.insn;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.insn.Call;
import io.ebpf4j.insn.Instruction;
import io.ebpf4j.insn.LoadImmediate;
import io.ebpf4j.insn.Symbol;
import io.ebpf4j.insn.Word;
import io.ebpf4j.internal.spec.MapSections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What the instructions of an object refer to, as libbpf will see it. Safe for use by several threads. */
final class Symbols {
    private final ElfFile elf;
    private final Map<Integer, Map<Long, ElfRelocation>> relocations = new ConcurrentHashMap<>();
    /** Functions and variables by section and place. */
    private final Map<Integer, TreeMap<Long, ElfSymbol>> named = new HashMap<>();

    Symbols(ElfFile elf) {
        this.elf = elf;
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.isInSection() && (symbol.isFunction() || symbol.isObject())) {
                named.computeIfAbsent(symbol.sectionIndex(), index -> new TreeMap<>()).putIfAbsent(symbol.value(),
                        symbol);
            }
        }
    }

    /**
     * {@return what an instruction refers to}
     *
     * @param section that of the instruction
     * @param offset its own there
     */
    Optional<Symbol> of(ElfSection section, long offset, Instruction instruction) {
        ElfRelocation relocation = relocations.computeIfAbsent(section.index(), index -> byOffset(section)).get(offset);
        if (relocation == null) {
            // Within a section the compiler settles calls itself.
            return instruction instanceof Call call && call.kind() == Call.Kind.FUNCTION
                    ? Optional.of(place(section, offset + Word.SIZE * (1L + call.target())))
                    : Optional.empty();
        }
        if (relocation.symbolIndex() >= elf.symbols().size()) {
            return Optional.empty();
        }
        ElfSymbol symbol = elf.symbols().get(relocation.symbolIndex());
        long addend = relocation.addend().orElseGet(() -> addend(instruction, symbol));
        if (symbol.isInSection()) {
            return Optional.of(symbol.isSection()
                    ? place(elf.section(symbol.sectionIndex()), symbol.value() + addend)
                    : new Symbol(kind(symbol), symbol.name(), addend));
        }
        return symbol.name().isEmpty()
                ? Optional.empty()
                : Optional.of(new Symbol(Symbol.Kind.EXTERN, symbol.name(), addend));
    }

    private Map<Long, ElfRelocation> byOffset(ElfSection section) {
        var result = new HashMap<Long, ElfRelocation>();
        elf.relocations(section).forEach(relocation -> result.putIfAbsent(relocation.offset(), relocation));
        return result;
    }

    /** What lies in the place that is to be changed; calls count from the next word. */
    private static long addend(Instruction instruction, ElfSymbol symbol) {
        if (instruction instanceof LoadImmediate load) {
            return load.low();
        }
        return instruction instanceof Call call && !symbol.isUndefined() ? Word.SIZE * (1L + call.target()) : 0;
    }

    private Symbol place(ElfSection section, long offset) {
        TreeMap<Long, ElfSymbol> symbols = named.get(section.index());
        var before = symbols == null ? null : symbols.floorEntry(offset);
        if (before != null) {
            ElfSymbol symbol = before.getValue();
            long inside = offset - symbol.value();
            if (inside == 0 || Long.compareUnsigned(inside, symbol.size()) < 0) {
                return new Symbol(kind(symbol), symbol.name(), inside);
            }
        }
        return new Symbol(Symbol.Kind.SECTION, section.name(), offset);
    }

    private Symbol.Kind kind(ElfSymbol symbol) {
        if (MapSections.declaresMaps(elf.section(symbol.sectionIndex()).name())) {
            return Symbol.Kind.MAP;
        }
        return symbol.isFunction()
                ? Symbol.Kind.FUNCTION
                : symbol.isObject() ? Symbol.Kind.DATA : Symbol.Kind.SECTION;
    }
}
