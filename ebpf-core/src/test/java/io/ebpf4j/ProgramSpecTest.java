package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The facts that the README of the fixtures tells. */
class ProgramSpecTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    /** Those the README lists, an output on a map of maps, and what clang 14 makes of a section that is not there. */
    private static final Set<String> REFUSED = Set.of("suffix_unknown", "marks_conflict", "ring_untyped",
            "value_incomplete", "ipv4_wide", "no_btf", "inner_maps", "datasec_alone");

    /** Entry points, maps; not subprograms in {@code .text}, nor maps for globals. */
    private static final Map<String, List<Integer>> COUNTS = Map.ofEntries(Map.entry("no_maps", List.of(1, 0)),
            Map.entry("types", List.of(1, 0)), Map.entry("maps_all", List.of(2, 22)),
            Map.entry("pinned", List.of(1, 1)), Map.entry("maps_print", List.of(1, 1)),
            Map.entry("maps_counter", List.of(1, 2)), Map.entry("maps_gauge", List.of(1, 1)),
            Map.entry("maps_mixed", List.of(2, 6)),
            Map.entry("counter_fields", List.of(1, 9)), Map.entry("field_types", List.of(1, 1)),
            Map.entry("field_pointers", List.of(1, 1)), Map.entry("ipv6_founding", List.of(1, 1)),
            Map.entry("tags", List.of(1, 3)), Map.entry("prefixes", List.of(1, 7)),
            Map.entry("ring_records", List.of(4, 1)), Map.entry("globals", List.of(1, 0)),
            Map.entry("subprograms", List.of(1, 1)), Map.entry("same_section", List.of(3, 0)),
            Map.entry("optional", List.of(3, 0)), Map.entry("sections", List.of(9, 1)),
            Map.entry("usdt", List.of(1, 2)), Map.entry("core_relocations", List.of(1, 0)),
            Map.entry("externs", List.of(1, 0)), Map.entry("no_license", List.of(2, 0)),
            Map.entry("section_unknown", List.of(2, 0)),
            Map.entry("reject_null", List.of(1, 1)), Map.entry("reject_loop", List.of(1, 0)));

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void read_everyFixture_countsFunctionsAndMaps(String folder) throws Exception {
        for (String name : Fixtures.names(folder)) {
            if (REFUSED.contains(name)) {
                continue;
            }
            ProgramSpec spec = Fixtures.spec(folder, name);
            assertThat(spec.name()).isEqualTo(name);
            assertThat(List.of(spec.functions().size(), spec.maps().size())).as("%s/%s", folder, name)
                    .isEqualTo(COUNTS.get(name));
            assertThat(spec.license()).as("%s/%s", folder, name)
                    .isEqualTo(name.equals("no_license")
                            ? Optional.empty()
                            : Optional.of("Dual MIT/GPL"));
            assertThat(spec).hasToString(name + " (" + COUNTS.get(name).get(0) + " functions, "
                    + COUNTS.get(name).get(1) + " maps)");
        }
    }

    private record Facts(String name, MapType type, int typeId, int keySize, int valueSize, long maxEntries, int flags,
            String key, String value, String output, String section) {
        static Facts of(ProgramSpec spec, MapSpec map) {
            return new Facts(map.name(), map.type(), map.typeId(), map.keySize(), map.valueSize(), map.maxEntries(),
                    map.flags(), map.key().map(type -> spec.btf().spell(type.id())).orElse("-"),
                    map.value().map(type -> spec.btf().spell(type.id())).orElse("-"),
                    map.output().map(Output::label).orElse("-"), map.section());
        }
    }

    @Test
    void read_byEitherCompilerAndInEitherByteOrder_givesEqualSpecs() throws Exception {
        for (String name : Fixtures.names(Fixtures.CLANG14)) {
            if (REFUSED.contains(name)) {
                continue;
            }
            ProgramSpec expected = Fixtures.spec(Fixtures.CLANG14, name);
            for (String folder : List.of(Fixtures.CLANG19, Fixtures.BIG)) {
                ProgramSpec spec = Fixtures.spec(folder, name);
                assertThat(spec.maps().stream().map(map -> Facts.of(spec, map))).as("%s/%s", folder, name)
                        .containsExactlyInAnyOrderElementsOf(
                                expected.maps().stream().map(map -> Facts.of(expected, map)).toList());
                assertThat(spec.maps())
                        .extracting(MapSpec::name, MapSpec::numaNode, MapSpec::mapExtra, MapSpec::pinning,
                                MapSpec::contents, MapSpec::declTags)
                        .as("%s/%s", folder, name)
                        .containsExactlyInAnyOrderElementsOf(expected.maps().stream().map(map -> tuple(map.name(),
                                map.numaNode(), map.mapExtra(), map.pinning(), map.contents(), map.declTags()))
                                .toList());
                assertThat(spec.functions()).as("%s/%s", folder, name)
                        .extracting(FunctionSpec::name, FunctionSpec::section, FunctionSpec::optional)
                        .containsExactlyInAnyOrderElementsOf(expected.functions().stream()
                                .map(f -> tuple(f.name(), f.section(), f.optional())).toList());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void maps_withEveryFieldOfADefinition_areReadWhole(String folder) {
        ProgramSpec spec = Fixtures.spec(folder, "maps_all");
        assertThat(spec.maps().stream().map(map -> Facts.of(spec, map))).containsExactlyInAnyOrder(
                map("by_type", MapType.HASH, 1, 8, 16, 100, 0, "struct key", "struct value"),
                map("by_size", MapType.HASH, 1, 12, 20, 101, 0, "-", "-"),
                map("by_both", MapType.HASH, 1, 4, 8, 102, 0, "__u32", "__u64"),
                map("flags", MapType.LPM_TRIE, 11, 8, 4, 103, 1 | 1 << 7, "struct key", "__u32"),
                map("numa", MapType.ARRAY, 2, 4, 8, 4, 1 << 2 | 1 << 10, "__u32", "__u64"),
                map("extra", MapType.BLOOM_FILTER, 30, 0, 8, 104, 0, "-", "__u64"),
                map("pin_none", MapType.ARRAY, 2, 4, 4, 1, 0, "__u32", "__u32"),
                map("percpu_hash", MapType.PERCPU_HASH, 5, 4, 8, 16, 0, "__u32", "__u64"),
                map("percpu_array", MapType.PERCPU_ARRAY, 6, 4, 16, 16, 0, "__u32", "struct value"),
                map("lru_hash", MapType.LRU_HASH, 9, 4, 8, 16, 0, "__u32", "__u64"),
                map("lru_percpu_hash", MapType.LRU_PERCPU_HASH, 10, 4, 8, 16, 0, "__u32", "__u64"),
                map("queue", MapType.QUEUE, 22, 0, 8, 16, 0, "-", "__u64"),
                map("stack", MapType.STACK, 23, 0, 8, 16, 0, "-", "-"),
                map("stack_trace", MapType.STACK_TRACE, 7, 4, 1016, 16, 0, "-", "-"),
                map("perf_events", MapType.PERF_EVENT_ARRAY, 4, 4, 4, 0, 0, "-", "-"),
                map("ring", MapType.RINGBUF, 27, 0, 0, 4096, 0, "-", "-"),
                map("user_ring", MapType.USER_RINGBUF, 31, 0, 0, 4096, 0, "-", "-"),
                map("inner_a", MapType.ARRAY, 2, 4, 8, 8, 0, "__u32", "__u64"),
                map("inner_b", MapType.ARRAY, 2, 4, 8, 8, 0, "__u32", "__u64"),
                map("array_of_maps", MapType.ARRAY_OF_MAPS, 12, 4, 4, 4, 0, "__u32", "-"),
                map("hash_of_maps", MapType.HASH_OF_MAPS, 13, 8, 4, 4, 0, "__u64", "-"),
                map("functions", MapType.PROG_ARRAY, 3, 4, 4, 3, 0, "-", "-"));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void maps_withContents_nameThemByIndex(String folder) {
        ProgramSpec spec = Fixtures.spec(folder, "maps_all");
        assertThat(spec.map("array_of_maps").orElseThrow().contents())
                .isEqualTo(Map.of(0, "inner_a", 2, "inner_b"));
        assertThat(spec.map("functions").orElseThrow().contents()).isEqualTo(Map.of(1, "called"));
        assertThat(spec.maps()).filteredOn(map -> !map.contents().isEmpty()).hasSize(2);
        MapSpec outer = spec.map("hash_of_maps").orElseThrow();
        assertThat(outer.inner()).get().satisfies(inner -> {
            assertThat(inner.name()).isEqualTo("hash_of_maps.inner");
            assertThat(Facts.of(spec, inner)).isEqualTo(
                    map(inner.name(), MapType.HASH, 1, 4, 16, 32, 0, "__u32", "struct value"));
        });
        assertThat(spec.maps()).filteredOn(map -> map.inner().isPresent()).extracting(MapSpec::name)
                .containsExactlyInAnyOrder("array_of_maps", "hash_of_maps");
        assertThat(spec.map("extra").orElseThrow().mapExtra()).isEqualTo(3);
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void maps_pinnedAndTagged_tellIt(String folder) {
        assertThat(Fixtures.spec(folder, "pinned").maps()).extracting(MapSpec::pinning)
                .containsExactly(MapSpec.Pinning.BY_NAME);
        assertThat(Fixtures.spec(folder, "maps_all").maps()).extracting(MapSpec::pinning)
                .containsOnly(MapSpec.Pinning.NONE);
        assertThat(Fixtures.spec(folder, "tags").map("sizes").orElseThrow().declTags())
                .contains("bpf.export:counter");
    }

    private static Facts map(String name, MapType type, int id, int key, int value, long entries, int flags,
            String keyType, String valueType) {
        return new Facts(name, type, id, key, value, entries, flags, keyType, valueType, "-", ".maps");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void ring_withARecordType_keepsItThoughTheMapHasNoValue(String folder) {
        MapSpec ring = Fixtures.spec(folder, "maps_print").map("events").orElseThrow();
        assertThat(ring.type()).isEqualTo(MapType.RINGBUF);
        assertThat(ring.valueSize()).isZero();
        assertThat(ring.keySize()).isZero();
        assertThat(ring.value()).isPresent();
        assertThat(ring.output()).contains(Output.PRINT);
        assertThat(ring.section()).isEqualTo(".maps.print");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void outputs_bySuffixInEverySection_areRead(String folder) {
        assertThat(Fixtures.spec(folder, "maps_mixed").maps()).extracting(MapSpec::name, MapSpec::output)
                .containsExactlyInAnyOrder(mark("by_cpu", Output.GAUGE), mark("scratch"), mark("events", Output.PRINT),
                        mark("renames", Output.COUNTER), mark("more_scratch"), mark("nobody", Output.COUNTER));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void outputs_byDeclTag_areRead(String folder) {
        assertThat(Fixtures.spec(folder, "tags").maps()).extracting(MapSpec::name, MapSpec::output)
                .containsExactlyInAnyOrder(mark("sizes", Output.COUNTER), mark("levels", Output.GAUGE),
                        mark("unmarked"));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void outputs_byPrefix_areReadAndLeaveTheBaseName(String folder) {
        assertThat(Fixtures.spec(folder, "prefixes").maps())
                .extracting(MapSpec::name, map -> map.output().orElse(null), MapSpec::baseName)
                .containsExactlyInAnyOrder(tuple("print_events", Output.PRINT, "events"),
                        tuple("counter_events", Output.COUNTER, "events"),
                        tuple("hist_events", Output.HISTOGRAM, "events"),
                        tuple("counter_totals", Output.COUNTER, "totals"),
                        tuple("gauge_levels", Output.GAUGE, "levels"), tuple("printer", null, "printer"),
                        tuple("counters", null, "counters"));
    }

    private static Tuple mark(String name, Output output) {
        return tuple(name, Optional.of(output));
    }

    private static Tuple mark(String name) {
        return tuple(name, Optional.empty());
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void functions_ofEachSection_haveKindAndSize(String folder) {
        assertThat(Fixtures.spec(folder, "optional").functions())
                .extracting(FunctionSpec::name, FunctionSpec::optional)
                .containsExactlyInAnyOrder(tuple("needed", false), tuple("wanted", true), tuple("impossible", true));
        assertThat(Fixtures.spec(folder, "optional").functions()).extracting(FunctionSpec::section)
                .noneMatch(section -> section.startsWith("?"));
        assertThat(Fixtures.spec(folder, "sections").functions()).extracting(f -> f.sectionKind().orElseThrow().name())
                .containsExactlyInAnyOrder("tracepoint", "tp", "raw_tracepoint", "raw_tp", "tp_btf", "uprobe",
                        "uretprobe", "iter", "iter");
        assertThat(Fixtures.spec(folder, "same_section").functions()).extracting(FunctionSpec::instructions)
                .allMatch(count -> count > 0 && count < 100);
        assertThat(Fixtures.spec(folder, "maps_print").functions()).singleElement()
                .satisfies(f -> assertThat(f.target()).contains("task_rename"));
    }

    @Test
    void specs_areImmutable() {
        ProgramSpec spec = Fixtures.spec(Fixtures.CLANG19, "maps_mixed");
        assertThatThrownBy(() -> spec.maps().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> spec.functions().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(spec.maps()).hasSize(6);
    }

    @Test
    void bytes_changedAfterReading_doNotCount() throws Exception {
        byte[] bytes = Files.readAllBytes(Fixtures.path(Fixtures.CLANG19, "maps_print"));
        ProgramSpec spec = ProgramSpec.read(bytes, "given.bpf.o");
        byte[] before = bytes.clone();
        Arrays.fill(bytes, (byte) 0);
        assertThat(spec.name()).isEqualTo("given");
        assertThat(spec.map("events")).isPresent();
        assertThat(spec.map("event")).isEmpty();
        assertThat(spec.elf().bytes().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"x.bpf.o, x", "x.o, x", "x.bpf, x.bpf", "a.o.bpf.o, a.o", "x, x"})
    void name_isTheFileWithoutItsEnding(String file, String name) throws Exception {
        byte[] bytes = Files.readAllBytes(Fixtures.path(Fixtures.CLANG19, "no_maps"));
        assertThat(ProgramSpec.read(bytes, file).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"1, HASH", "2, ARRAY", "9, LRU_HASH", "27, RINGBUF", "34, INSN_ARRAY", "0, UNKNOWN", "35, UNKNOWN",
            "-1, UNKNOWN"})
    void mapType_ofTheKernelsNumber(int id, MapType type) {
        assertThat(MapType.of(id)).isEqualTo(type);
    }

    /** A section's name can be a megabyte, and thousands of functions can be in it. */
    @Test
    void functions_ofOneOptionalSection_shareItsName() {
        var elf = ElfFile.parse(Fixtures.path("same_section"));
        var first = elf.symbol("first").orElseThrow();
        byte[] bytes = ElfEditor.of(elf).renameSection(first.sectionIndex(), "?raw_tp/sys_enter").toBytes();
        var functions = ProgramSpec.read(bytes, "x.o").functions();
        assertThat(functions).hasSizeGreaterThan(1).allMatch(FunctionSpec::optional)
                .allMatch(function -> function.section().equals("raw_tp/sys_enter"));
        assertThat(functions.get(1).section()).isSameAs(functions.get(0).section());
    }
}
