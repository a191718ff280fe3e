package io.ebpf4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachType;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.insn.Call;
import io.ebpf4j.internal.kernel.live.info.Bpftool;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What this kernel can do, compared with what bpftool finds out, with the versions that brought it, and with what is known of
 * how kernels are built. On any kernel from 6.1 on.
 */
@Live
class KernelFeaturesLiveTest {
    private static final int ROUNDS = 100;
    private static final int LAST_HELPER = 211;
    private static final Pattern LINE = Pattern.compile("\"have_(\\w+)_(prog|map)_type\":\\s*(true|false)");
    private static final Pattern HELPERS = Pattern
            .compile("\"(\\w+)_available_helpers\":\\s*\\[([^]]*)]", Pattern.DOTALL);

    private final KernelFeatures features = new KernelFeatures();

    private static Set<MapType> mapTypes() {
        return EnumSet.complementOf(EnumSet.of(MapType.UNKNOWN));
    }

    private static Set<ProgramType> programTypes() {
        return EnumSet.complementOf(EnumSet.of(ProgramType.UNKNOWN));
    }

    private static Set<AttachType> attachTypes() {
        return EnumSet.complementOf(EnumSet.of(AttachType.UNKNOWN));
    }

    /** bpftool takes "you may not" for "there is none", so that what we do not know it denies. */
    @Test
    void typesOfMapsAndPrograms_areThoseThatBpftoolFinds() {
        Map<String, Boolean> found = new LinkedHashMap<>();
        LINE.matcher(Bpftool.run("feature", "probe", "kernel")).results()
                .forEach(result -> found.put(result.group(2) + " " + result.group(1).toUpperCase(Locale.ROOT),
                        Boolean.valueOf(result.group(3))));
        assertThat(found).hasSizeGreaterThan(55);
        int[] compared = {0};
        mapTypes().forEach(type -> compared[0] += compare(found.get("map " + type), features.mapType(type), type));
        programTypes()
                .forEach(type -> compared[0] += compare(found.get("prog " + type), features.programType(type), type));
        assertThat(compared[0]).isGreaterThan(55);
    }

    private static int compare(@Nullable Boolean bpftool, Support ours, Enum<?> type) {
        if (bpftool == null) {
            return 0; // newer than bpftool
        }
        switch (ours) {
            case Support.Supported _ -> {
                // It tries fentry, which policies forbid more often than tracepoints.
                if (type != ProgramType.TRACING) {
                    assertThat(bpftool).as("%s", type).isTrue();
                }
            }
            case Support.Unsupported _ -> assertThat(bpftool).as("%s", type).isFalse();
            case Support.Unknown unknown -> {
                assertThat(bpftool).as("%s", type).isFalse();
                assertThat(unknown.cause()).contains("EPERM");
            }
        }
        return 1;
    }

    /**
     * bpftool 7.1 does not understand how kernels newer than itself say that a type may not call a helper, and takes it for a
     * yes; it knows well enough which helpers there are.
     */
    @Test
    void helpers_areThoseThatBpftoolFinds() {
        Map<String, Set<String>> found = new LinkedHashMap<>();
        HELPERS.matcher(Bpftool.run("feature", "probe", "kernel", "full")).results()
                .forEach(result -> found.put(result.group(1).toUpperCase(Locale.ROOT),
                        Arrays.stream(result.group(2).split("[\", \\n]+")).filter(name -> !name.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new))));
        assertThat(found).hasSizeGreaterThan(25);
        Set<String> known = found.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        // Linux 6.1 has not all that bpftool asks for
        assertThat(known).hasSizeGreaterThan(runs("6.12") ? LAST_HELPER - 10 : 180);
        int compared = 0;
        int refined = 0;
        for (ProgramType type : programTypes()) {
            Set<String> names = found.get(type.name());
            if (names == null || names.isEmpty()) {
                continue; // bpftool cannot tell
            }
            for (int helper = 1; helper <= LAST_HELPER; helper++) {
                String name = new Call(Call.Kind.HELPER, 0, helper).helper().orElseThrow();
                if (!known.contains(name)) {
                    continue; // newer than bpftool
                }
                Support ours = features.helper(type, helper);
                if (names.contains(name) && runs("6.8") && ours instanceof Support.Unsupported no) {
                    assertThat(no.reason()).startsWith("functions of type " + type + " may not call " + name + "#");
                    refined++;
                } else {
                    assertThat(ours.isSupported()).as("%s in %s", name, type).isEqualTo(names.contains(name));
                    compared++;
                }
            }
        }
        assertThat(compared + refined).isGreaterThan(24 * (runs("6.12") ? LAST_HELPER : known.size()));
        assertThat(compared).isGreaterThan(refined / 2);
    }

    @ParameterizedTest
    @CsvSource({"SCHED_CLS, bpf_skb_store_bytes, true", "SCHED_CLS, skb_store_bytes, true",
            "XDP, bpf_skb_store_bytes, false", "TRACING, bpf_get_current_task_btf, true",
            "TRACING, bpf_skb_store_bytes, false", "SYSCALL, bpf_sys_bpf, true"})
    void helper_byName_isOfSomeTypesOnly(ProgramType type, String helper, boolean expected) {
        Support answer = features.helper(type, helper);
        assertThat(answer.isSupported()).as("%s", answer).isEqualTo(expected);
        if (answer instanceof Support.Unsupported no) {
            assertThat(no.reason()).contains("functions of type " + type + " may not call bpf_skb_store_bytes#9");
        }
    }

    @Test
    void helper_thatNoKernelHas_isUnsupportedOrNoName() {
        assertThat(features.helper(ProgramType.XDP, 100_000))
                .isEqualTo(
                        new Support.Unsupported("Linux " + System.getProperty("os.version") + " has no helper#100000"));
        assertThatThrownBy(() -> features.helper(ProgramType.XDP, "bpf_no_such"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no helper is called 'bpf_no_such'");
        assertThatThrownBy(() -> features.helper(ProgramType.XDP, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Kernels leave things out that they are old enough for; they never have what came later. */
    @ParameterizedTest
    @EnumSource(value = AttachType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void attachType_newerThanThisKernel_isUnsupportedAndSaysSince(AttachType type) {
        Support answer = features.attach(type);
        if (!runs(type.kernel())) {
            assertThat(answer).isInstanceOf(Support.Unsupported.class);
            assertThat(((Support.Unsupported) answer).reason()).contains("Linux " + type.kernel())
                    .contains("this is Linux " + System.getProperty("os.version"));
        }
        if (answer instanceof Support.Unknown unknown) {
            assertThat(unknown.cause()).contains("EPERM").containsAnyOf("it lacks CAP_", "policy");
        }
    }

    /** What Debian's kernels are built with, and the one of the machine that this was written on, if they are that new. */
    @ParameterizedTest
    @EnumSource(value = AttachType.class, names = {"CGROUP_INET_INGRESS", "CGROUP_SOCK_OPS", "CGROUP_INET4_CONNECT",
            "CGROUP_INET4_GETPEERNAME", "CGROUP_GETSOCKOPT", "CGROUP_SYSCTL", "CGROUP_DEVICE", "SK_LOOKUP",
            "FLOW_DISSECTOR", "SK_SKB_STREAM_VERDICT", "SK_SKB_VERDICT", "SK_MSG_VERDICT", "XDP", "XDP_DEVMAP",
            "XDP_CPUMAP", "PERF_EVENT", "TRACE_RAW_TP", "TRACE_ITER", "SK_REUSEPORT_SELECT_OR_MIGRATE", "STRUCT_OPS",
            "NETFILTER", "TCX_INGRESS", "TCX_EGRESS", "TRACE_UPROBE_MULTI", "CGROUP_UNIX_CONNECT"})
    void attachType_thatAllKernelsAreBuiltWith_isSupportedSinceItsVersion(AttachType type) {
        assertThat(features.attach(type).isSupported()).as("%s", features.attach(type)).isEqualTo(runs(type.kernel()));
    }

    @Test
    void netfilter_andTcx_areThereSinceTheirVersions_inSectionsToo() {
        assertThat(features.attach(section("netfilter")).isSupported()).isEqualTo(runs("6.4"));
        assertThat(features.attach(section("tcx/egress")).isSupported()).isEqualTo(runs("6.6"));
        assertThat(features.attach(section("uprobe.multi")).isSupported()).isEqualTo(runs("6.6"));
        for (String always : List.of("uprobe", "usdt", "tp", "raw_tp", "tc", "syscall", "socket", "xdp",
                "cgroup/skb")) {
            assertThat(features.attach(section(always)).isSupported()).as(always).isTrue();
        }
    }

    /** The answer, whichever, is the one that the file system gives too. */
    @Test
    void kprobe_isSupported_whereTheKernelMakesSuchEvents() {
        boolean events = Files.exists(Path.of("/sys/bus/event_source/devices/kprobe"));
        Support answer = features.attach(section("kprobe"));
        assertThat(answer.isSupported()).as("%s", answer).isEqualTo(events);
        if (answer instanceof Support.Unsupported no) {
            assertThat(no.reason()).contains("CONFIG_KPROBE_EVENTS=y");
        }
    }

    /** Either the kernel can, or a policy is in the way, as with the kernel of some machines in the cloud. */
    @ParameterizedTest
    @CsvSource({"fentry", "fexit", "freplace"})
    void trampolines_areSupportedOrForbidden(String name) {
        Support answer = features.attach(section(name));
        if (answer instanceof Support.Unknown unknown) {
            assertThat(unknown.cause()).contains("EPERM (1, Operation not permitted)", "policy");
        } else {
            assertThat(answer.isSupported()).as("%s", answer).isTrue();
        }
    }

    /** Being built in is not enough: the kernel asks only those security modules that it was booted with. */
    @ParameterizedTest
    @CsvSource({"lsm", "lsm.s", "lsm_cgroup"})
    void securityModule_isSupportedForbiddenOrNotAsked(String name) {
        switch (features.attach(section(name))) {
            case Support.Supported _ -> assertThat(Path.of("/sys/kernel/security/lsm")).satisfiesAnyOf(
                    path -> assertThat(path).doesNotExist(), path -> assertThat(path).content().contains("bpf"));
            case Support.Unsupported no ->
                assertThat(no.reason()).containsAnyOf("boot parameter lsm=", "CONFIG_BPF_LSM");
            case Support.Unknown unknown -> assertThat(unknown.cause()).contains("EPERM", "policy");
        }
    }

    @Test
    void sleepingWhereThatIsNotTaken_isToldApartFromTheKind() {
        Support answer = features.attach(section("tp.s"));
        if (answer instanceof Support.Unsupported no) {
            assertThat(no.reason()).contains("attaches such functions, but takes none of section tp.s that may sleep");
        } else {
            assertThat(answer.isSupported()).isTrue();
        }
    }

    @Test
    void unknownTypes_cannotBeAskedFor() {
        assertThatThrownBy(() -> features.mapType(MapType.UNKNOWN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> features.programType(ProgramType.UNKNOWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> features.attach(AttachType.UNKNOWN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answers_areKeptUnlessUnknown() {
        assertThat(features.mapType(MapType.ARRAY)).isSameAs(features.mapType(MapType.ARRAY));
        Support unknown = features.helper(ProgramType.STRUCT_OPS, 1);
        assertThat(unknown).isInstanceOf(Support.Unknown.class);
        assertThat(features.helper(ProgramType.STRUCT_OPS, 1)).isNotSameAs(unknown);
    }

    @Test
    @Tag("stress")
    void allProbes_ahundredTimes_leaveNothingOpen() throws IOException {
        askAll(new KernelFeatures());
        long descriptors = descriptors();
        for (int round = 0; round < ROUNDS; round++) {
            askAll(new KernelFeatures());
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    }

    private static void askAll(KernelFeatures fresh) {
        mapTypes().forEach(fresh::mapType);
        programTypes().forEach(type -> {
            fresh.programType(type);
            fresh.helper(type, 1);
        });
        attachTypes().forEach(fresh::attach);
        for (String name : List.of("freplace", "kprobe", "uprobe.s", "xdp.frags")) {
            fresh.attach(section(name));
        }
    }

    @Test
    void withoutRights_theAnswerIsUnknown_andNamesThem() {
        var result = ChildJvm.run(List.of("setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all"), List.of("--enable-native-access=ALL-UNNAMED"), AskMain.class);
        assertThat(result.output().lines()).hasSize(4).allSatisfy(line -> assertThat(line).startsWith("Unknown[cause=")
                .contains("EPERM", "it lacks ", "CAP_BPF", "run it as root"));
    }

    @Test
    void withoutLibbpf_everyQuestionSaysWhatToInstall() {
        var result = ChildJvm.run(List.of(), List.of("-Debpf4j.libbpf=/no/such/libbpf.so",
                "--enable-native-access=ALL-UNNAMED"), AskMain.class);
        assertThat(result.output().lines()).hasSize(1).first().asString()
                .startsWith("io.ebpf4j.LibbpfException: features of the kernel: ").contains("/no/such/libbpf.so");
    }

    private static boolean runs(String kernel) {
        return version(System.getProperty("os.version")) >= version(kernel);
    }

    private static int version(String text) {
        String[] parts = text.split("[^0-9]+", 3);
        return Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]);
    }

    private static SectionKind section(String name) {
        return SectionKind.all().stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
    }

    private static long descriptors() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }
}
