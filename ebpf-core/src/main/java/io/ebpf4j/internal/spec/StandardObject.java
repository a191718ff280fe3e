package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Merges all {@code .maps.<output>} into {@code .maps}, the one section that stock loaders know:
 *
 * <pre>
 *   sections      .maps [a b]   .maps.counter [c]        .maps [a b c]   .maps.counter []
 *   symbols       c: .maps.counter + 0                   c: .maps + base
 *   .BTF          DATASEC .maps {a, b}                   DATASEC .maps {a, b, c + base}
 *                 DATASEC .maps.counter {c}              const void, so that no type id moves
 *   relocations   .rel.maps.counter                      .rel.maps, offsets + base
 * </pre>
 *
 * Where there is no {@code .maps} yet, one is added. What maps consist of is in BTF; the sections hold zeros, but for
 * the places of inner maps, which the relocations fill.
 */
public final class StandardObject {
    private static final int ALIGNMENT = 8;
    private static final Set<String> EXTERNS = Set.of(".ksyms", ".kconfig");

    private final ElfFile elf;
    private final Btf btf;
    private final ElfEditor editor;
    private final List<ElfSection> marked;

    private StandardObject(ElfFile elf, Btf btf, List<ElfSection> marked) {
        this.elf = elf;
        this.btf = btf;
        this.editor = ElfEditor.of(elf);
        this.marked = marked;
    }

    /**
     * {@return the bytes of the object as stock loaders take it; those of the file where nothing has to be changed}
     *
     * @param elf the file
     * @param btf its types
     * @throws ObjectFileException when the file is damaged
     */
    public static byte[] of(ElfFile elf, Btf btf) {
        List<ElfSection> marked = MapSections.of(elf).stream().filter(s -> MapSections.isMarked(s.name())).toList();
        List<BtfType.DataSec> orphans = orphans(elf, btf);
        if (marked.isEmpty() && orphans.isEmpty()) {
            return elf.bytes().toArray(ValueLayout.JAVA_BYTE);
        }
        var object = new StandardObject(elf, btf, marked);
        List<Long> bases = object.mergeSections();
        object.replaceTypes(bases, orphans);
        return object.editor.toBytes();
    }

    /**
     * {@return the DATASECs whose section is not in the file} clang 14 writes such for constants that it puts into a
     * mergeable section of another name, and libbpf then refuses the file. Externs have a DATASEC without a section by
     * design.
     */
    private static List<BtfType.DataSec> orphans(ElfFile elf, Btf btf) {
        Set<String> present = elf.sections().stream().map(ElfSection::name).collect(Collectors.toSet());
        return btf.types().stream().filter(BtfType.DataSec.class::isInstance).map(BtfType.DataSec.class::cast)
                .filter(s -> !EXTERNS.contains(s.name()) && !present.contains(s.name())).toList();
    }

    private List<Long> mergeSections() {
        if (marked.isEmpty()) {
            return List.of();
        }
        Optional<ElfSection> standard = elf.section(MapSections.STANDARD);
        List<Long> bases = new ArrayList<>();
        long size = standard.map(ElfSection::size).orElse(0L);
        for (ElfSection section : marked) {
            long base = Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
            bases.add(base);
            size = base + section.size();
        }
        if (size > elf.bytes().byteSize()) {
            throw new ObjectFileException(elf.name() + ": the sections of maps have " + size
                    + " bytes together, more than the file; it is damaged");
        }
        byte[] body = new byte[Math.toIntExact(size)];
        standard.ifPresent(section -> copy(section, body, 0));
        for (int i = 0; i < marked.size(); i++) {
            copy(marked.get(i), body, bases.get(i));
        }
        int target = standard.map(section -> replace(section, body))
                .orElseGet(() -> editor.addSection(MapSections.STANDARD,
                        ElfConstants.SHT_PROGBITS, ElfConstants.SHF_ALLOC | ElfConstants.SHF_WRITE, ALIGNMENT, body));
        for (int i = 0; i < marked.size(); i++) {
            move(marked.get(i), target, bases.get(i));
        }
        return bases;
    }

    private void replaceTypes(List<Long> bases, List<BtfType.DataSec> orphans) {
        var types = BtfEditor.of(btf);
        orphans.forEach(section -> types.replace(section.id(), inert(section)));
        if (!marked.isEmpty()) {
            mergeTypes(types, bases);
        }
        elf.section(".BTF").ifPresent(section -> {
            editor.replaceContents(section.index(), types.toBytes());
            dropRelocations(section); // their places have moved, and loaders know better where variables lie
        });
    }

    private static BtfType inert(BtfType.DataSec section) {
        return new BtfType.Const(section.id(), 0);
    }

    private void copy(ElfSection section, byte[] body, long base) {
        MemorySegment contents = elf.contents(section);
        MemorySegment.copy(contents, ValueLayout.JAVA_BYTE, 0, body, Math.toIntExact(base),
                Math.toIntExact(contents.byteSize()));
    }

    private int replace(ElfSection section, byte[] body) {
        editor.replaceContents(section.index(), body);
        return section.index();
    }

    private void move(ElfSection from, int target, long base) {
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.sectionIndex() == from.index() && !symbol.isSection()) {
                editor.setSymbol(symbol.index(), target, symbol.value() + base);
            }
        }
        List<ElfRelocation> relocations = elf.relocations(from);
        editor.addRelocations(target, relocations.stream().map(r -> r.atOffset(r.offset() + base)).toList());
        dropRelocations(from);
        editor.emptySection(from.index());
    }

    private void dropRelocations(ElfSection of) {
        elf.sections().stream().filter(s -> s.isRelocations() && s.info() == of.index())
                .forEach(s -> editor.emptySection(s.index()));
    }

    private void mergeTypes(BtfEditor types, List<Long> bases) {
        // Without the section it is an orphan: reading did not see its maps either.
        Optional<BtfType.DataSec> standard = btf.find(BtfType.DataSec.class, MapSections.STANDARD)
                .filter(section -> elf.section(MapSections.STANDARD).isPresent());
        List<BtfType.VarInfo> variables = new ArrayList<>(standard.map(BtfType.DataSec::variables).orElse(List.of()));
        List<BtfType.DataSec> moved = new ArrayList<>();
        for (int i = 0; i < marked.size(); i++) {
            long base = bases.get(i);
            btf.find(BtfType.DataSec.class, marked.get(i).name()).ifPresent(section -> {
                section.variables().forEach(
                        v -> variables.add(new BtfType.VarInfo(v.type(), v.offset() + base, v.size())));
                moved.add(section);
            });
        }
        moved.forEach(section -> types.replace(section.id(), inert(section)));
        long size = variables.stream().mapToLong(v -> v.offset() + v.size()).max().orElse(0);
        var merged = new BtfType.DataSec(0, MapSections.STANDARD, size, variables);
        standard.ifPresentOrElse(section -> types.replace(section.id(), merged), () -> types.append(merged));
    }
}
