package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What options make of maps in the running kernel. */
@Live
class MapOptionsLiveTest {
    private static final Path MAPS = Fixtures.path("live", "options_maps");
    private static final Path SHARED = Fixtures.path("live", "options_shared");
    /** {@code outer} does not say what it holds, so that nothing loads without. */
    private static final LoadOptions LIKE = LoadOptions.defaults().innerMap("outer", "like");

    private final Path folder = Path.of("/sys/fs/bpf/ebpf4j_options_" + ProcessHandle.current().pid());

    @BeforeEach
    @AfterEach
    void removePins() throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void pin_outsideTheBpfFileSystem_saysHowToMountOne(@TempDir Path plain) {
        assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.pin("counts", plain.resolve("a/counts"))))
                .isInstanceOf(MapAccessException.class).hasMessageStartingWith("options_maps: map 'counts': cannot be"
                        + " pinned at " + plain + "/a/counts: " + plain + " is in a file system of type ")
                .hasMessageEndingWith("run: mount -t bpf bpf /sys/fs/bpf");
        assertThat(plain).isEmptyDirectory();
    }

    @Test
    void pin_withADot_saysWhatToWrite() {
        assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.pin(".bss", folder.resolve("probe.bss"))))
                .isInstanceOf(MapAccessException.class).hasMessageContaining("takes no name with a dot, as in ")
                .hasMessageEndingWith("probe_bss");
        assertThat(folder).doesNotExist();
    }

    @Test
    void pin_whereSomethingIs_saysWhatToDo() {
        Path path = folder.resolve("counts");
        try (var first = BpfProgram.load(MAPS, LIKE.pin("counts", path))) {
            assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.pin("counts", path)))
                    .isInstanceOf(MapAccessException.class)
                    .hasMessage("options_maps: map 'counts': cannot be pinned at " + path + ", for something is there"
                            + " already; LoadOptions.reuseMap uses it, and this removes it: rm " + path);
            assertThat(first.map("counts").isPinned(path)).isTrue();
            assertThatThrownBy(() -> first.map("events").pin(path)).isInstanceOf(MapAccessException.class);
        }
    }

    @Test
    void pins_ofAProgramThatComesToNothing_areGone() {
        var options = LIKE.pin("counts", folder.resolve("deep/counts")).pin("like", folder.resolve("like"))
                .pinRoot(folder);
        var reject = LoadOptions.defaults().pinRoot(folder).kernelTypes(Path.of("/no/such/file"));
        assertThatThrownBy(() -> BpfProgram.load(SHARED, reject)).isInstanceOf(LoadException.class)
                .hasMessage("options_shared: the kernel's types are to be in /no/such/file, but that cannot be read;"
                        + " LoadOptions.kernelTypes takes a file of raw BTF");
        assertThat(folder).doesNotExist();
        // The log's handler comes last of all that loading does.
        assertThatThrownBy(() -> BpfProgram.load(MAPS, options.verifierLog(1, (function, log) -> {
            assertThat(folder.resolve("deep/counts")).exists();
            throw new IllegalStateException("seen enough");
        }))).isInstanceOf(IllegalStateException.class).hasMessage("seen enough");
        assertThat(folder.resolve("deep/counts")).doesNotExist();
        assertThat(folder.resolve("like")).doesNotExist();
    }

    @Test
    void pins_ofAProgramThatCannotBeAttached_areGone() {
        var options = LoadOptions.defaults().pinRoot(folder);
        assertThatThrownBy(() -> BpfProgram.load(SHARED, options.enable("impossible")))
                .isInstanceOf(BpfException.class).hasMessageContaining("'impossible'");
        assertThat(folder.resolve("options_shared")).doesNotExist();
        try (var _ = BpfProgram.load(SHARED, options)) {
            // What was there before stays.
            assertThatThrownBy(() -> BpfProgram.load(SHARED, options.enable("impossible")))
                    .isInstanceOf(BpfException.class);
            assertThat(folder.resolve("options_shared")).exists();
        }
    }

    @Test
    void pin_ofMapsAndVariables_outlivesTheProgram() {
        Path counts = folder.resolve("a/b/counts");
        Path bss = folder.resolve("bss");
        try (var program = BpfProgram.load(MAPS, LIKE.pin("counts", counts).pin(".bss", bss))) {
            program.variable("hits", int.class).set(1000);
            assertThat(program.map(".bss").isPinned(bss)).isTrue();
            assertThat(program.map(".bss").isPinned(counts)).isFalse();
            assertThat(program.map("like").isPinned(folder.resolve("none"))).isFalse();
            Events.rename();
        }
        var options = LIKE.reuseMap("counts", counts).reuseMap(".bss", bss);
        try (var program = BpfProgram.load(MAPS, options)) {
            assertThat(program.variable("hits", int.class).get()).isGreaterThan(1000);
            assertThat(program.hashMap("counts", Integer.class, Long.class).get(7)).hasValueSatisfying(
                    count -> assertThat(count).isPositive());
            program.map("counts").unpin(counts);
            assertThat(counts).doesNotExist();
            assertThatThrownBy(() -> program.map("counts").unpin(bss)).isInstanceOf(MapAccessException.class)
                    .hasMessage("options_maps: map 'counts': is not pinned at " + bss);
            assertThat(bss).exists();
        }
        assertThatThrownBy(() -> BpfProgram.load(MAPS, options)).isInstanceOf(LoadException.class)
                .hasMessageContaining("map 'counts': cannot be taken from " + counts + ", for nothing is there");
    }

    @Test
    void reuse_ofSomethingElse_listsEachDifference() {
        Path path = folder.resolve("other");
        try (var program = BpfProgram.load(MAPS, LIKE.pin("events", path))) {
            assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.reuseMap("counts", path)))
                    .isInstanceOf(LoadException.class)
                    .hasMessage("options_maps: map 'counts': cannot be " + path + ", which is not like it: wanted is"
                            + " type HASH, there RINGBUF; key size 4, there 0; value size 8, there 0; max entries 16,"
                            + " there 4096; declare it alike, give it LoadOptions.maxEntries, or remove the other");
            assertThat(program.map("events").isPinned(path)).isTrue();
        }
    }

    @Test
    void reuse_ofAnotherProgramsMap_sharesItAndOutlivesThatProgram() {
        var first = BpfProgram.load(MAPS, LIKE.maxEntries("counts", 32));
        BpfMap counts = first.map("counts");
        assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.reuseMap("counts", counts)))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("options_maps: map 'counts' (HASH), which is not"
                        + " like it: wanted is max entries 16, there 32;");
        try (var second = BpfProgram.load(MAPS,
                LIKE.maxEntries("counts", 32).reuseMap("counts", counts).attachNothing())) {
            Events.rename();
            assertThat(second.hashMap("counts", Integer.class, Long.class).get(7)).isPresent();
            first.close();
            assertThat(second.hashMap("counts", Integer.class, Long.class).get(7)).isPresent();
            assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.reuseMap("counts", counts)))
                    .isInstanceOf(IllegalStateException.class).hasMessage("program options_maps is closed");
        }
    }

    /** libbpf renames a map that takes over one of another name. */
    @Test
    void reuse_underAnotherName_isFoundByItsOwn() {
        try (var first = BpfProgram.load(SHARED, LoadOptions.defaults().pinRoot(folder));
                var second = BpfProgram.load(MAPS, LIKE.reuseMap("counts", folder.resolve("options_shared")))) {
            Events.rename();
            assertThat(second.hashMap("counts", Integer.class, Long.class).get(7)).isPresent();
            assertThat(first.hashMap("options_shared", Integer.class, Long.class).get(7)).isPresent();
            assertThat(second.map("counts").isPinned(folder.resolve("options_shared"))).isTrue();
        }
    }

    @Test
    void pinByName_isMadeSharedAndCompared() {
        var options = LoadOptions.defaults().pinRoot(folder);
        Path path = folder.resolve("options_shared");
        try (var first = BpfProgram.load(SHARED, options); var second = BpfProgram.load(SHARED, options)) {
            assertThat(first.map("options_shared").isPinned(path)).isTrue();
            assertThat(second.map("options_shared").isPinned(path)).isTrue();
        }
        assertThat(path).exists();
        assertThatThrownBy(() -> BpfProgram.load(SHARED, options.maxEntries("options_shared", 17)))
                .isInstanceOf(LoadException.class).hasMessageContaining("max entries 17, there 16");
        assertThat(path).exists();
    }

    @Test
    void reusedVariables_cannotBeginOtherwise() {
        assertThatThrownBy(() -> LIKE.global("hits", 3).reuseMap(".bss", folder).plan(ProgramSpec.read(MAPS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("options_maps: the variables of section .bss are in a map that is there already, so none of"
                        + " them can be given a first value; set it after loading, by BpfProgram.variable");
    }

    @Test
    void maxEntries_makeMapsLarger() {
        var options = LIKE.maxEntries("counts", 1000).maxEntries("events", 10000).maxEntries("nested.inner", 9);
        try (var program = BpfProgram.load(MAPS, options)) {
            assertThat(program.map("counts").spec().maxEntries()).isEqualTo(1000);
            assertThat(program.spec().map("counts").orElseThrow().maxEntries()).isEqualTo(16);
            Path path = folder.resolve("events");
            program.map("events").pin(path);
            // The kernel has 16384: whole pages, a power of two.
            assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.reuseMap("events", path)))
                    .hasMessageContaining("max entries 4096, there 16384");
            try (var second = BpfProgram.load(MAPS, LIKE.maxEntries("events", 10000).reuseMap("events", path))) {
                assertThat(second.map("events").isPinned(path)).isTrue();
            }
        }
    }

    @Test
    void innerMap_missing_isTakenFromOptions() {
        assertThatThrownBy(() -> BpfProgram.load(MAPS)).isInstanceOf(LoadException.class)
                .hasMessage("options_maps: map 'outer': is a ARRAY_OF_MAPS and does not say what maps it holds; declare"
                        + " it with __array(values, struct {..}), or load it with LoadOptions.innerMap(\"outer\", ..)");
        var inner = new MapSpec("any", MapType.HASH, 1, 8, 16, 10, 0, Optional.empty(), Optional.empty(),
                Optional.empty(), ".maps");
        try (var program = BpfProgram.load(MAPS, LoadOptions.defaults().innerMap("outer", inner))) {
            assertThat(program.map("outer").spec().type()).isEqualTo(MapType.ARRAY_OF_MAPS);
        }
        var impossible = new MapSpec("odd", MapType.ARRAY, 2, 3, 0, 0, 0, Optional.empty(), Optional.empty(),
                Optional.empty(), ".maps");
        assertThatThrownBy(() -> BpfProgram.load(MAPS, LoadOptions.defaults().innerMap("outer", impossible)))
                .isInstanceOf(LoadException.class).hasMessageStartingWith("options_maps: map 'outer': no map like odd"
                        + " (ARRAY, 3 + 0 bytes, 0 entries) can be made to be in it: EINVAL");
        assertThatThrownBy(() -> BpfProgram.load(MAPS, LIKE.innerMap("counts", "like")))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("options_maps: map 'counts' is a HASH, which"
                        + " holds no maps; ARRAY_OF_MAPS and HASH_OF_MAPS do");
    }

    @Test
    void maps_areAllThoseOfTheKernel() {
        try (var program = BpfProgram.load(MAPS, LIKE)) {
            assertThat(program.maps()).extracting(BpfMap::name).containsExactlyInAnyOrder("counts", "events", "like",
                    "outer", "nested", "options_.bss", "options_.rodata");
            assertThat(program.maps()).filteredOn(BpfMap::isInternal).extracting(map -> map.spec().section())
                    .containsExactlyInAnyOrder(".bss", ".rodata");
            assertThat(program.map(".bss").spec().valueSize()).isEqualTo(4);
            assertThatThrownBy(() -> program.map("count")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("options_maps: has no map 'count' (did you mean 'counts'?); its maps are [")
                    .hasMessageContaining("options_.bss");
        }
    }

    @Test
    void freeze_endsWritesOfSystemCalls() {
        try (var program = BpfProgram.load(MAPS, LIKE)) {
            program.map("counts").freeze();
            assertThatThrownBy(() -> program.map("counts").freeze()).isInstanceOf(MapAccessException.class)
                    .hasMessageContaining(
                            "map 'counts': cannot be frozen: " + (Kernels.since(6, 12) ? "EPERM" : "EBUSY"))
                    .hasMessageEndingWith("frozen already");
            program.variable("hits", int.class).set(1);
            assertThatThrownBy(() -> program.map(".bss").freeze()).isInstanceOf(MapAccessException.class)
                    .hasMessageContaining("its memory is mapped to be written");
        }
    }

    @Test
    void verifierLog_ofEachFunction_isHandedOver() {
        Map<String, String> logs = new HashMap<>();
        try (var _ = BpfProgram.load(MAPS, LIKE.verifierLog(7, logs::put))) {
            assertThat(logs).containsOnlyKeys("on_rename");
            assertThat(logs.get("on_rename")).contains("processed ").contains(" insns");
        }
        try (var _ = BpfProgram.load(MAPS, LIKE)) {
            assertThat(logs).hasSize(1);
        }
    }

    @Test
    void kernelTypes_ofAFile_areTaken(@TempDir Path plain) throws IOException {
        var vmlinux = LoadOptions.defaults().kernelTypes(Path.of("/sys/kernel/btf/vmlinux"));
        try (var program = BpfProgram.load(Fixtures.path("core_relocations"), vmlinux)) {
            assertThat(program.attached()).hasSize(1);
        }
        Path nonsense = Files.writeString(plain.resolve("nonsense"), "this is no BTF at all, not even nearly");
        assertThatThrownBy(() -> BpfProgram.load(Fixtures.path("core_relocations"),
                LoadOptions.defaults().kernelTypes(nonsense))).isInstanceOf(BpfException.class)
                .hasMessageContaining(nonsense.toString());
    }

    @Test
    void token_whereNoneIs_saysSo(@TempDir Path plain) {
        assertThatThrownBy(() -> BpfProgram.load(SHARED, LoadOptions.defaults().pinRoot(folder).token(plain)))
                .isInstanceOf(BpfException.class).hasMessageContaining(plain.toString())
                .hasMessageContaining("token");
        assertThat(folder).doesNotExist();
    }

    @Test
    void target_missing_saysWhatToAdd() {
        assertThatThrownBy(() -> BpfProgram.load(Fixtures.path("live", "options_target"),
                LoadOptions.defaults().enable("on_function"))).isInstanceOf(LoadException.class)
                .hasMessage(
                        "options_target: function 'on_function' is in section 'fentry', which does not say to what it"
                                + " is hooked; write SEC(\"fentry/name\"), or load it with LoadOptions.target(\"on_function\","
                                + " \"name\")");
    }

    @Test
    void target_inAnotherProgram_isLookedUpThere() {
        try (var other = BpfProgram.load(Fixtures.path("live", "options_statics"))) {
            assertThatThrownBy(() -> BpfProgram.load(Fixtures.path("live", "options_target"),
                    LoadOptions.defaults().enable("on_function").target("on_function", other.function("on_rename"),
                            "nothing")))
                    .isInstanceOf(LoadException.class)
                    .hasMessageContaining("function 'on_function' cannot be hooked to function 'nothing' of program"
                            + " options_statics: ENOENT")
                    .hasMessageEndingWith("no such function, or none that can be hooked");
        }
    }

    @Test
    void target_thatIsNot_saysSo() {
        var target = Fixtures.path("live", "options_target");
        assertThatThrownBy(() -> BpfProgram.load(target,
                LoadOptions.defaults().enable("on_tracepoint").target("on_tracepoint", "no_such_tracepoint")))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("function 'on_tracepoint' cannot be hooked to the kernel's"
                        + " 'no_such_tracepoint': ")
                .hasMessageEndingWith("; there is no such function, or none that can be hooked");
    }

    /** Where the kernel takes no fentry, as some do not, the message says that it is the kernel. */
    @Test
    void target_ofFentry_attachesWhereTheKernelCan() {
        var options = LoadOptions.defaults().enable("on_function").target("on_function", "do_exit");
        List<String> attached = new ArrayList<>();
        try (var program = BpfProgram.load(Fixtures.path("live", "options_target"), options)) {
            program.attached().forEach(function -> attached.add(function.name()));
        } catch (BpfException e) {
            assertThat(e).hasMessageContaining("options_target: ");
            assertThat(e.errno()).isPresent();
            return;
        }
        assertThat(attached).containsExactly("on_function");
    }
}
