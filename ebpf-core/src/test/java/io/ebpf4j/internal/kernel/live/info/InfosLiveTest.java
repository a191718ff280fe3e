package io.ebpf4j.internal.kernel.live.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ebpf4j.KernelAccessException;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.kernel.FunctionInfo;
import io.ebpf4j.kernel.KernelObjects;
import io.ebpf4j.kernel.LinkInfo;
import io.ebpf4j.kernel.LinkTarget;
import io.ebpf4j.kernel.LinkType;
import io.ebpf4j.kernel.MapInfo;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the kernel tells, compared with what bpftool reads out of it and with what was loaded. */
@Live
class InfosLiveTest {
    private static LoadedProbes probes;
    private static Instant loadedAt;

    @BeforeAll
    static void load() {
        RunningKernel.require("test");
        loadedAt = Instant.now();
        probes = LoadedProbes.load("testrun_all");
    }

    @AfterAll
    static void unload() {
        probes.close();
    }

    @Test
    void function_isDescribed_asBpftoolDoes() {
        FunctionInfo info = FunctionInfos.of(probes.function("testrun_xdp"), "it");
        MapInfo map = MapInfos.of(probes.map("testrun_seen"), "it");
        assertThat(info.type()).isEqualTo(ProgramType.XDP);
        assertThat(info.mapIds()).containsExactly(map.id());
        assertThat(info.uid()).isZero();
        assertThat(info.loadedAt()).isCloseTo(loadedAt, within(Duration.ofSeconds(30)));

        String json = Bpftool.run("prog", "show", "id", Integer.toString(info.id()));
        assertThat(Bpftool.number(json, "id")).isEqualTo(info.id());
        assertThat(Bpftool.text(json, "type")).isEqualTo("xdp");
        assertThat(Bpftool.text(json, "name")).isEqualTo(info.name());
        assertThat(Bpftool.text(json, "tag")).isEqualTo(info.tag()).hasSize(16);
        assertThat(json).contains("\"gpl_compatible\":" + info.gplCompatible())
                .contains("\"map_ids\":[" + map.id() + "]");
        assertThat(Bpftool.number(json, "loaded_at")).isCloseTo(info.loadedAt().getEpochSecond(), within(1L));
        assertThat(Bpftool.number(json, "bytes_xlated")).isEqualTo(info.instructionBytes()).isPositive();
        assertThat(Bpftool.number(json, "bytes_jited")).isEqualTo(info.machineCodeBytes());
        assertThat(Bpftool.number(json, "btf_id")).isEqualTo(info.btfId().orElseThrow());
        assertThat(info.gplCompatible()).isTrue();
        // The six steps of the loop are all walked, and each instruction at least once.
        assertThat(info.verifiedInstructions().orElseThrow()).isGreaterThanOrEqualTo(info.instructionBytes() / 8 / 2);
    }

    @Test
    void functionName_cutByTheKernel_isWholeAgain() {
        assertThat(FunctionInfos.of(probes.function("testrun_xdp_shorter_by_four"), "it").name())
                .isEqualTo("testrun_xdp_shorter_by_four");
        assertThat(FunctionInfos.of(probes.function("testrun_syscall"), "it").name()).isEqualTo("testrun_syscall");
    }

    @Test
    void map_isDescribed_asBpftoolDoes() {
        MapInfo info = MapInfos.of(probes.map("testrun_seen"), "it");
        assertThat(info.type()).isEqualTo(MapType.HASH);
        assertThat(info.keySize()).isEqualTo(4);
        assertThat(info.valueSize()).isEqualTo(16);
        assertThat(info.maxEntries()).isEqualTo(77);
        assertThat(info.frozen()).isFalse();
        assertThat(info.keyTypeId()).isPresent();
        assertThat(info.valueTypeId()).isPresent().isNotEqualTo(info.keyTypeId());

        String json = Bpftool.run("map", "show", "id", Integer.toString(info.id()));
        assertThat(Bpftool.text(json, "name")).isEqualTo(info.name()).isEqualTo("testrun_seen");
        assertThat(Bpftool.number(json, "bytes_key")).isEqualTo(info.keySize());
        assertThat(Bpftool.number(json, "bytes_value")).isEqualTo(info.valueSize());
        assertThat(Bpftool.number(json, "max_entries")).isEqualTo(info.maxEntries());
        assertThat(Bpftool.number(json, "flags")).isEqualTo(info.flags());
        assertThat(Bpftool.number(json, "bytes_memlock")).isEqualTo(info.memoryBytes().orElseThrow()).isPositive();
        assertThat(Bpftool.number(json, "btf_id")).isEqualTo(info.btfId().orElseThrow());
    }

    @Test
    void mapOfConstants_isFrozen() {
        try (var globals = LoadedProbes.load(Fixtures.path("globals"))) {
            assertThat(MapInfos.of(globals.map(".rodata"), "it").frozen()).isTrue();
            assertThat(MapInfos.of(globals.map(".data"), "it").frozen()).isFalse();
        }
    }

    @Test
    void link_isDescribed_asBpftoolDoes() {
        try (var renames = LoadedProbes.load(Fixtures.path("no_maps"))) {
            LinkInfo info = LinkInfos.of(renames.attach("on_rename"), "it");
            assertThat(info.type()).isEqualTo(LinkType.RAW_TRACEPOINT);
            assertThat(info.target()).isEqualTo(new LinkTarget.RawTracepoint("task_rename"));
            assertThat(info.functionId())
                    .isEqualTo(FunctionInfos.of(renames.function("on_rename"), "it").id());

            String json = Bpftool.run("link", "show", "id", Integer.toString(info.id()));
            assertThat(Bpftool.number(json, "prog_id")).isEqualTo(info.functionId());
            assertThat(Bpftool.text(json, "type")).isEqualTo("raw_tracepoint");
            assertThat(Bpftool.text(json, "tp_name")).isEqualTo("task_rename");
            assertThat(KernelObjects.link(info.id())).contains(info);
            assertThat(KernelObjects.links().map(LinkInfo::id)).contains(info.id());
        }
    }

    @Test
    void everythingLoaded_isListedByRisingIds_withWhatIsOurs() {
        FunctionInfo ours = FunctionInfos.of(probes.function("testrun_tc"), "it");
        List<FunctionInfo> functions = KernelObjects.functions().toList();
        assertThat(functions).extracting(FunctionInfo::id).isSorted().doesNotHaveDuplicates().contains(ours.id());
        assertThat(functions).filteredOn(function -> function.id() == ours.id()).singleElement()
                .extracting(FunctionInfo::name, FunctionInfo::tag).containsExactly("testrun_tc", ours.tag());
        MapInfo seen = MapInfos.of(probes.map("testrun_seen"), "it");
        assertThat(KernelObjects.maps().map(MapInfo::id)).isSorted().contains(seen.id());
        assertThat(KernelObjects.function(ours.id())).map(FunctionInfo::name).contains("testrun_tc");
        assertThat(KernelObjects.map(seen.id())).contains(seen);
    }

    @Test
    void idThatNobodyHas_isEmpty() {
        assertThat(KernelObjects.function(Integer.MAX_VALUE)).isEmpty();
        assertThat(KernelObjects.map(Integer.MAX_VALUE)).isEmpty();
        assertThat(KernelObjects.link(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void closedDescriptor_isToldByName() {
        assertThatThrownBy(() -> FunctionInfos.of(-1, "function 'x'")).isInstanceOf(KernelAccessException.class)
                .hasMessageStartingWith("function 'x': the kernel does not describe it: EBADF");
    }

    @Test
    void constants_areThoseOfTheBindings() {
        assertThat(LinkType.of(Libbpf.BPF_LINK_TYPE_NETFILTER())).isEqualTo(LinkType.NETFILTER);
        assertThat(LinkType.of(Libbpf.BPF_LINK_TYPE_SOCKMAP())).isEqualTo(LinkType.SOCKMAP);
        assertThat(LinkType.of(99)).isEqualTo(LinkType.UNKNOWN);
    }
}
