package io.ebpf4j.internal.global;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.VariableSpec;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads which global variables an object file has. */
public final class Variables {
    static final String KCONFIG = ".kconfig";
    private static final String RODATA = ".rodata";
    private static final List<String> KINDS = List.of(".data", ".bss", RODATA);

    private final ElfFile elf;
    private final Btf btf;

    private Variables(ElfFile elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
    }

    /**
     * {@return the variables in the order of sections, then of addresses; last those of the kernel's configuration}
     *
     * @throws ObjectFileException when a variable has a type without a size, or lies outside its section
     */
    public static List<VariableSpec> read(ElfFile elf, Btf btf) {
        var reader = new Variables(elf, btf);
        List<VariableSpec> variables = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try {
            for (ElfSection section : elf.sections()) {
                if (isGlobal(section.name()) && section.size() > 0 && seen.add(section.name())) {
                    btf.find(BtfType.DataSec.class, section.name())
                            .ifPresent(declared -> reader.add(section, declared, variables));
                }
            }
            btf.find(BtfType.DataSec.class, KCONFIG).ifPresent(declared -> reader.addKconfig(declared, variables));
        } catch (MalformedBtfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
        return List.copyOf(variables);
    }

    /** {@return whether the loader makes a map of a section of this name} */
    static boolean isGlobal(String section) {
        return KINDS.stream().anyMatch(kind -> section.equals(kind) || section.startsWith(kind + '.'));
    }

    /** {@return whether the kernel lets nobody write a section of this name once it is loaded} */
    static boolean isConstant(String section) {
        return section.equals(KCONFIG) || section.equals(RODATA) || section.startsWith(RODATA + '.');
    }

    /** {@return where the last variable of a section ends} */
    static long end(List<VariableSpec> variables, String section) {
        return variables.stream().filter(variable -> variable.section().equals(section))
                .mapToLong(variable -> variable.offset() + variable.size()).max().orElse(0);
    }

    private void add(ElfSection section, BtfType.DataSec declared, List<VariableSpec> variables) {
        for (BtfType.VarInfo place : declared.variables()) {
            if (btf.type(place.type()) instanceof BtfType.Var variable
                    && variable.linkage() != BtfType.Linkage.EXTERN) {
                // A struct whose last member is an array without a length has more bytes than its type.
                long size = Math.max(place.size(), btf.sizeOf(variable.type()));
                if (place.offset() < 0 || place.offset() > section.size() - size) {
                    throw new ObjectFileException(elf.name() + ": variable '" + variable.name() + "' has " + size
                            + " bytes at offset " + Long.toUnsignedString(place.offset()) + " of section "
                            + section.name() + ", which has " + section.size() + "; the file is damaged");
                }
                variables.add(spec(variable, section.name(), place.offset(), size));
            }
        }
    }

    /** The file does not say where these lie: libbpf's {@code bpf_object__collect_externs} decides, and this does as it. */
    private void addKconfig(BtfType.DataSec declared, List<VariableSpec> variables) {
        record Extern(BtfType.Var variable, long align, long size) {}
        List<Extern> externs = declared.variables().stream().map(place -> btf.type(place.type()))
                .filter(BtfType.Var.class::isInstance).map(BtfType.Var.class::cast)
                .map(variable -> new Extern(variable, btf.alignOf(variable.type()), btf.sizeOf(variable.type())))
                .sorted(Comparator.comparingLong(Extern::align).reversed().thenComparingLong(Extern::size)
                        .thenComparing(extern -> extern.variable().name()))
                .toList();
        long end = 0;
        for (Extern extern : externs) {
            long offset = Math.ceilDiv(end, Math.max(1, extern.align())) * Math.max(1, extern.align());
            end = offset + extern.size();
            if (end > Integer.MAX_VALUE) {
                throw new ObjectFileException(elf.name() + ": section " + KCONFIG + " would have over " + offset
                        + " bytes; the file is damaged");
            }
            variables.add(spec(extern.variable(), KCONFIG, offset, extern.size()));
        }
    }

    private VariableSpec spec(BtfType.Var variable, String section, long offset, long size) {
        return new VariableSpec(variable.name(), section, variable.type(), btf.spell(variable.type()), offset, size,
                isConstant(section), variable.linkage());
    }
}
