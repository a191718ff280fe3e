package io.ebpf4j.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTest {
    @TempDir
    private Path root;

    @Test
    void hostOfNoFiles_isUnknown() {
        var host = new Host(root);
        assertThat(host.capabilities()).isEmpty();
        assertThat(host.hasSeccompFilter()).isFalse();
        assertThat(host.isInOwnUserNamespace()).isFalse();
        assertThat(host.lockdown()).isEmpty();
        assertThat(host.unprivilegedBpfDisabled()).isEmpty();
        assertThat(host.lockedMemoryLimit()).isEmpty();
        assertThat(host.version()).isEmpty();
        assertThat(host.isBefore("3.0")).isFalse();
        assertThat(host.securityModules()).isEmpty();
        assertThat(host.config()).isEmpty();
        assertThat(host.mountPoint("cgroup2")).isEmpty();
        assertThat(host.list("sys")).isEmpty();
    }

    /** The mask of a service that was given CAP_BPF (39), CAP_PERFMON (38) and CAP_NET_ADMIN (12). */
    @Test
    void capabilities_areThoseInEffect() {
        var host = new HostFiles(root).capabilities(0xc000001000L).host();
        assertThat(host.capabilities().orElseThrow()).containsExactlyInAnyOrder(Capability.CAP_BPF,
                Capability.CAP_PERFMON, Capability.CAP_NET_ADMIN);
    }

    @ParameterizedTest
    @CsvSource({"user:[4026531837], false", "user:[4026532201], true"})
    void userNamespace_isToldByItsNumber(String link, boolean own) {
        assertThat(new HostFiles(root).link("proc/self/ns/user", link).host().isInOwnUserNamespace()).isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({"'         0          0 4294967295', false", "'         0       1000          1', true",
            "'         0     100000      65536', true"})
    void userNamespace_isToldByItsMap_whereLinksCannotBeRead(String map, boolean own) {
        assertThat(new HostFiles(root).file("proc/self/uid_map", map + "\n").host().isInOwnUserNamespace())
                .isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({"[none] integrity confidentiality, ''", "none [integrity] confidentiality, integrity",
            "none integrity [confidentiality], confidentiality", "nonsense, ''"})
    void lockdown_isTheOneInBrackets(String text, String mode) {
        assertThat(new HostFiles(root).file("sys/kernel/security/lockdown", text + "\n").host().lockdown().orElse(""))
                .isEqualTo(mode);
    }

    @Test
    void settings_areNumbers() {
        var host = new HostFiles(root).file("proc/sys/kernel/unprivileged_bpf_disabled", "2\n")
                .file("proc/sys/kernel/perf_event_paranoid", "-1\n").host();
        assertThat(host.unprivilegedBpfDisabled()).hasValue(2);
        assertThat(host.perfEventParanoid()).hasValue(-1);
        assertThat(new HostFiles(root).file("proc/sys/kernel/perf_event_paranoid", "much\n").host().perfEventParanoid())
                .isEmpty();
    }

    @Test
    void lockedMemory_isTheSoftLimit() {
        String limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             96365                96365                processes
                Max locked memory         65536                8388608              bytes
                """;
        assertThat(new HostFiles(root).file("proc/self/limits", limits).host().lockedMemoryLimit()).hasValue(65536);
        assertThat(new HostFiles(root).file("proc/self/limits", limits.replace("65536 ", "unlimited ")).host()
                .lockedMemoryLimit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.1.0-56-amd64, 6.1", "5.10.0, 5.10", "7.3.0-rc4+, 7.3", "4.18.0-553.el8.x86_64, 4.18", "6.12, 6.12"})
    void release_hasAVersion(String release, String version) {
        assertThat(KernelVersion.parse(release)).hasToString("Optional[" + version + "]");
    }

    @ParameterizedTest
    @CsvSource({"''", "6", "linux", "six.one", "99999.1"})
    void release_thatIsNone_hasNoVersion(String release) {
        assertThat(KernelVersion.parse(release)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4.19.0-27-amd64, 0x41300", "4.14.300, 0x40eff", "6.1, 0", "nonsense, 0"})
    void versionCode_isTheKernelsNumber(String release, String code) {
        assertThat(KernelVersion.code(release)).isEqualTo(Integer.decode(code));
    }

    @Test
    void versions_areNumbersNotTexts() {
        assertThat(new HostFiles(root).kernel("5.9.1").host().isBefore("5.10")).isTrue();
        assertThat(new HostFiles(root).kernel("5.10.1").host().isBefore("5.10")).isFalse();
        assertThat(new HostFiles(root).kernel("6.1.0").host().isBefore("5.10")).isFalse();
    }

    private static final String CONFIG = """
            # Automatically generated file; DO NOT EDIT.
            CONFIG_BPF=y
            # CONFIG_KPROBES is not set
            CONFIG_NET_CLS_BPF=m
            CONFIG_LOCALVERSION="-n"
            """;

    @Test
    void config_isReadFromTheKernel_orFromItsPackage() {
        var zipped = new HostFiles(root).kernel("6.1.0").zipped("proc/config.gz", CONFIG).host().config().orElseThrow();
        assertThat(zipped.file()).isEqualTo("/proc/config.gz");
        assertThat(zipped.has("CONFIG_BPF")).isTrue();
        assertThat(zipped.has("CONFIG_NET_CLS_BPF")).isTrue();
        assertThat(zipped.has("CONFIG_KPROBES")).isFalse();
    }

    @Test
    void config_ofAPackage_isNamedByTheRelease() {
        var host = new HostFiles(root).kernel("6.1.0-56-amd64").file("boot/config-6.1.0-56-amd64", CONFIG).host();
        assertThat(host.config().orElseThrow().file()).isEqualTo("/boot/config-6.1.0-56-amd64");
        assertThat(new HostFiles(root).kernel("../../etc/passwd").host().config()).isEmpty();
    }

    @Test
    void config_thatIsNoGzip_isUnknown() {
        assertThat(new HostFiles(root).file("proc/config.gz", CONFIG).host().config()).isEmpty();
    }

    @Test
    void mounts_areFoundByTheirKind() {
        var host = new HostFiles(root).file("proc/self/mounts", """
                cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0
                cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
                """).host();
        assertThat(host.mountPoint("cgroup2")).contains("/sys/fs/cgroup/unified");
        assertThat(host.mountPoint("bpf")).isEmpty();
    }
}
