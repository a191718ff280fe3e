package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class StandardObjectTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;
    private static final List<String> MARKED = List.of("maps_print", "maps_counter", "maps_gauge", "maps_mixed",
            "inner_maps", "counter_fields", "field_types", "ring_records", "subprograms");

    static Stream<Arguments> marked() {
        return FOLDERS.stream().flatMap(folder -> MARKED.stream().map(name -> Arguments.of(folder, name)));
    }

    private static ElfFile file(String folder, String name) {
        return ElfFile.parse(Fixtures.path(folder, name));
    }

    private static Btf types(ElfFile elf) {
        return Btf.of(elf).orElseThrow();
    }

    private static ElfFile standard(ElfFile elf) {
        return ElfFile.parse(StandardObject.of(elf, types(elf)), elf.name());
    }

    private static byte[] contents(ElfFile elf, ElfSection section) {
        return elf.contents(section).toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isMap(ElfFile elf, ElfSymbol symbol) {
        return symbol.isObject() && symbol.isInSection()
                && elf.section(symbol.sectionIndex()).name().startsWith(".maps");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void object_withoutMarkedSections_isUnchangedByteForByte(String folder) throws Exception {
        for (String name : Fixtures.names(folder)) {
            ElfFile elf = file(folder, name);
            if (elf.section(".BTF").isEmpty() || name.equals("datasec_alone")
                    || elf.sections().stream().anyMatch(s -> s.name().startsWith(".maps."))) {
                continue;
            }
            assertThat(StandardObject.of(elf, types(elf))).as(name)
                    .isEqualTo(Files.readAllBytes(Fixtures.path(folder, name)));
        }
        assertThat(Fixtures.spec(folder, "maps_all").toStandardObject())
                .isEqualTo(Files.readAllBytes(Fixtures.path(folder, "maps_all")));
    }

    @ParameterizedTest
    @MethodSource("marked")
    void ids_ofAllTypesButTheMergedSections_doNotMove(String folder, String name) {
        ElfFile before = file(folder, name);
        Btf old = types(before);
        Btf merged = types(standard(before));
        Set<Integer> standing = new HashSet<>();
        for (BtfType type : old.types()) {
            if (type instanceof BtfType.DataSec section && section.name().startsWith(".maps.")) {
                assertThat(merged.type(type.id())).isEqualTo(new BtfType.Const(type.id(), 0));
            } else if (type instanceof BtfType.DataSec section && section.name().equals(".maps")) {
                standing.add(type.id());
            } else {
                assertThat(merged.type(type.id())).isEqualTo(type);
            }
        }
        assertThat(merged.size()).as("one more where there was no .maps")
                .isEqualTo(old.size() + (standing.isEmpty() ? 1 : 0));
        assertThat(merged.find(BtfType.DataSec.class, ".maps").orElseThrow().id())
                .isEqualTo(standing.isEmpty() ? old.size() : standing.iterator().next());
        assertThat(merged.order()).isEqualTo(old.order());
    }

    @ParameterizedTest
    @MethodSource("marked")
    void lineAndFunctionInfo_staysReadable(String folder, String name) {
        ElfFile before = file(folder, name);
        ElfFile after = standard(before);
        assertThat(BtfExt.of(after, types(after))).isPresent().isEqualTo(BtfExt.of(before, types(before)));
    }

    @ParameterizedTest
    @MethodSource("marked")
    void symbols_landWhereDatasecSaysAndDoNotOverlap(String folder, String name) {
        ElfFile before = file(folder, name);
        ElfFile after = standard(before);
        Btf btf = types(after);
        ElfSection maps = after.section(".maps").orElseThrow();
        Map<String, BtfType.VarInfo> declared = new HashMap<>();
        BtfType.DataSec section = btf.find(BtfType.DataSec.class, ".maps").orElseThrow();
        section.variables().forEach(v -> declared.put(btf.type(v.type()).name(), v));

        Map<String, ElfSymbol> moved = new LinkedHashMap<>();
        after.symbols().stream().filter(s -> isMap(after, s)).forEach(s -> moved.put(s.name(), s));
        assertThat(moved.keySet()).isEqualTo(declared.keySet()).isEqualTo(
                before.symbols().stream().filter(s -> isMap(before, s)).map(ElfSymbol::name)
                        .collect(Collectors.toSet()));
        List<ElfSymbol> byAddress = moved.values().stream()
                .sorted(Comparator.comparingLong(ElfSymbol::value)).toList();
        long free = 0;
        for (ElfSymbol symbol : byAddress) {
            assertThat(symbol.sectionIndex()).isEqualTo(maps.index());
            assertThat(symbol.value()).as(symbol.name()).isEqualTo(declared.get(symbol.name()).offset())
                    .isGreaterThanOrEqualTo(free);
            assertThat(symbol.value() % 8).as("pointers in a map's definition are aligned").isZero();
            assertThat(symbol.size()).isEqualTo(declared.get(symbol.name()).size());
            free = symbol.value() + symbol.size();
        }
        assertThat(maps.size()).isGreaterThanOrEqualTo(free);
        assertThat(section.size()).isLessThanOrEqualTo(maps.size());
        assertThat(section.variables()).extracting(BtfType.VarInfo::offset).isSorted();
        assertThat(maps.isAllocated() && maps.isWritable() && !maps.isNoBits()).isTrue();
        assertThat(contents(after, maps)).as("zeros").containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("marked")
    void everythingElse_keepsIndexNameContentsAndSymbols(String folder, String name) {
        ElfFile before = file(folder, name);
        ElfFile after = standard(before);
        for (ElfSection section : before.sections()) {
            ElfSection same = after.section(section.index());
            assertThat(same.name()).isEqualTo(section.name());
            assertThat(same.type()).isEqualTo(section.type());
            if (section.isExecutable() || Set.of("license", ".BTF.ext").contains(section.name())) {
                assertThat(contents(after, same)).as(section.name()).isEqualTo(contents(before, section));
                assertThat(after.relocations(same)).as(section.name()).isEqualTo(before.relocations(section));
            }
            if (section.name().startsWith(".maps.")) {
                assertThat(same.size()).isZero();
            }
        }
        for (ElfSymbol symbol : before.symbols()) {
            ElfSymbol same = after.symbols().get(symbol.index());
            assertThat(same.name()).isEqualTo(symbol.name());
            if (!isMap(before, symbol)) {
                assertThat(same).isEqualTo(symbol);
            }
        }
    }

    /** What a relocation says, whatever the numbers: the place of which map's member points to which symbol. */
    private static List<String> relocations(ElfFile elf) {
        List<String> found = new ArrayList<>();
        for (ElfSection section : elf.sections()) {
            if (!section.name().startsWith(".maps")) {
                continue;
            }
            for (ElfRelocation relocation : elf.relocations(section)) {
                ElfSymbol owner = elf.symbols().stream()
                        .filter(s -> isMap(elf, s) && s.sectionIndex() == section.index()
                                && s.value() <= relocation.offset() && relocation.offset() < s.value() + s.size())
                        .findFirst().orElseThrow();
                found.add(owner.name() + "+" + (relocation.offset() - owner.value()) + " type " + relocation.type()
                        + " -> " + elf.symbols().get(relocation.symbolIndex()).name());
            }
        }
        return found;
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void relocations_ofMarkedSections_moveWithTheirMaps(String folder) {
        ElfFile before = file(folder, "inner_maps");
        ElfFile after = standard(before);
        assertThat(relocations(before)).hasSize(2).anyMatch(r -> r.endsWith("-> inner_counted"))
                .anyMatch(r -> r.endsWith("-> inner_plain"));
        assertThat(relocations(after)).containsExactlyInAnyOrderElementsOf(relocations(before));
        assertThat(after.relocations(after.section(".maps").orElseThrow())).hasSize(2);
        ElfSection emptied = after.section(".maps.counter").orElseThrow();
        assertThat(after.relocations(emptied)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void object_withMarkedSectionsOnly_getsMaps(String folder) {
        for (String name : List.of("maps_print", "maps_counter", "maps_gauge")) {
            ElfFile before = file(folder, name);
            assertThat(before.section(".maps")).isEmpty();
            ElfFile after = standard(before);
            assertThat(after.section(".maps")).get().satisfies(
                    maps -> assertThat(maps.index()).as("behind all others").isEqualTo(before.sections().size()));
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void result_readAgain_hasTheSameMapsWithoutMarks(String folder) {
        for (String name : MARKED) {
            if (name.equals("inner_maps")) {
                continue; // an output on a map of maps is refused
            }
            ProgramSpec before = Fixtures.spec(folder, name);
            ProgramSpec after = ProgramSpec.read(before.toStandardObject(), name);
            assertThat(after.maps()).extracting(MapSpec::section).containsOnly(".maps");
            assertThat(after.maps()).extracting(MapSpec::output).containsOnly(Optional.empty());
            assertThat(after.maps())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("section", "output", "inner")
                    .containsExactlyInAnyOrderElementsOf(before.maps());
            assertThat(after.functions()).isEqualTo(before.functions());
            assertThat(after.functions()).extracting(FunctionSpec::name).isNotEmpty();
            assertThat(after.license()).isEqualTo(before.license());
            assertThat(after.toStandardObject()).as("nothing is left to merge").isEqualTo(before.toStandardObject());
        }
    }
}
