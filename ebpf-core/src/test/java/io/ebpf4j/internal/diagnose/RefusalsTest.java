package io.ebpf4j.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.PrivilegeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    private static final long BPF = 1L << 39;
    private static final long NET_ADMIN = 1L << 12;
    private static final long SYS_ADMIN = 1L << 21;

    @TempDir
    private Path root;

    private static List<FunctionSpec> in(String... sections) {
        return List.of(sections).stream().map(section -> new FunctionSpec("f", section, false, 2)).toList();
    }

    private static PrivilegeException refused(Host host, String... sections) {
        return Refusals.explain("x: is refused", 1, in(sections), List.of(), host, "libbpf said so");
    }

    /** {@code is_net_admin_prog_type}, {@code is_perfmon_prog_type} and what attaching asks for. */
    @ParameterizedTest
    @CsvSource({"socket, CAP_BPF", "sk_reuseport, CAP_BPF", "syscall, CAP_BPF", "lirc_mode2, CAP_BPF",
            "kprobe/f, CAP_BPF CAP_PERFMON", "tp/a/b, CAP_BPF CAP_PERFMON", "raw_tp/a, CAP_BPF CAP_PERFMON",
            "perf_event, CAP_BPF CAP_PERFMON", "fentry/f, CAP_BPF CAP_PERFMON", "lsm/file_open, CAP_BPF CAP_PERFMON",
            "struct_ops/x, CAP_BPF CAP_PERFMON", "xdp, CAP_BPF CAP_NET_ADMIN", "tc, CAP_BPF CAP_NET_ADMIN",
            "cgroup/connect4, CAP_BPF CAP_NET_ADMIN", "cgroup_skb/egress, CAP_BPF CAP_NET_ADMIN",
            "sockops, CAP_BPF CAP_NET_ADMIN", "netfilter, CAP_BPF CAP_NET_ADMIN", "sk_lookup, CAP_BPF CAP_NET_ADMIN",
            "lwt_xmit, CAP_BPF CAP_NET_ADMIN", "freplace/f, CAP_BPF CAP_PERFMON CAP_NET_ADMIN", "no_such, CAP_BPF"})
    void function_needs(String section, String rights) {
        assertThat(NeededRights.of(in(section), List.of(), KernelVersion.of("6.18"))).extracting(Enum::name)
                .containsExactly(rights.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"SOCKMAP, CAP_BPF CAP_NET_ADMIN", "XSKMAP, CAP_BPF CAP_NET_ADMIN", "DEVMAP_HASH, CAP_BPF CAP_NET_ADMIN",
            "HASH, CAP_BPF", "RINGBUF, CAP_BPF", "CPUMAP, CAP_BPF"})
    void map_needs(MapType type, String rights) {
        var map = new MapSpec("m", type, 0, 4, 4, 1, 0, Optional.empty(), Optional.empty(), Optional.empty(), ".maps");
        assertThat(NeededRights.of(List.of(), List.of(map), KernelVersion.of("6.18"))).extracting(Enum::name)
                .containsExactly(rights.split(" "));
    }

    @Test
    void oldKernel_needsSysAdmin() {
        assertThat(NeededRights.of(in("kprobe/f", "xdp"), List.of(), KernelVersion.of("5.7")))
                .containsExactly(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN);
    }

    @Test
    void rightsThatLack_areNamedWithHowToGrantThem() {
        var host = HostFiles.ofRoot(root, "6.1.0").capabilities(NET_ADMIN)
                .file("proc/sys/kernel/unprivileged_bpf_disabled", "2").host();
        var e = refused(host, "kprobe/f", "xdp");
        assertThat(e).hasMessage("x: is refused (EPERM (1, Operation not permitted)): it lacks CAP_BPF and CAP_PERFMON"
                + " (kernel.unprivileged_bpf_disabled is 2); run it as root, or grant them: AmbientCapabilities=CAP_BPF"
                + " CAP_PERFMON in a systemd unit, docker run --cap-add BPF --cap-add PERFMON");
        assertThat(e.missing()).containsExactly("CAP_BPF", "CAP_PERFMON");
        assertThat(e.errno()).hasValue(1);
    }

    @Test
    void sysAdmin_standsForAllButNetAdmin() {
        var host = HostFiles.ofRoot(root, "6.1.0").capabilities(SYS_ADMIN).host();
        assertThat(refused(host, "kprobe/f", "xdp").missing()).containsExactly("CAP_NET_ADMIN");
    }

    @Test
    void oldKernel_isNamed() {
        var host = HostFiles.ofRoot(root, "5.4.0-216-generic").capabilities(BPF).host();
        assertThat(refused(host, "kprobe/f"))
                .hasMessageEndingWith("it lacks CAP_SYS_ADMIN; run it as root, or grant it:"
                        + " AmbientCapabilities=CAP_SYS_ADMIN in a systemd unit, docker run --cap-add SYS_ADMIN (CAP_BPF and"
                        + " CAP_PERFMON are enough from Linux 5.8 on, this is 5.4.0-216-generic)");
    }

    @Test
    void perfEvents_nameTheirSetting() {
        var host = HostFiles.ofRoot(root, "6.1.0").capabilities(BPF)
                .file("proc/sys/kernel/perf_event_paranoid", "3\n").host();
        assertThat(refused(host, "perf_event"))
                .hasMessageContaining("it lacks CAP_PERFMON (kernel.perf_event_paranoid is 3); run");
    }

    @Test
    void userNamespace_isNamed_whateverRightsAreHeldInIt() {
        var host = new HostFiles(root).kernel("6.1.0").capabilities(HostFiles.ALL)
                .link("proc/self/ns/user", "user:[4026532201]").host();
        assertThat(refused(host, "xdp")).hasMessageContaining("it runs in a user namespace of its own");
    }

    /** Linux before 5.11: libbpf raises the limit itself, which needs CAP_SYS_RESOURCE. */
    @Test
    void lockedMemory_isNamed_whereTheKernelCountsIt() {
        var files = HostFiles.ofRoot(root, "5.10.0").capabilities(HostFiles.ALL & ~(1L << 24)).file("proc/self/limits",
                "Max locked memory         65536                65536                bytes     \n");
        assertThat(refused(files.host(), "xdp")).hasMessage("x: is refused (EPERM (1, Operation not permitted)): it may"
                + " lock no more than 65536 bytes of memory, which maps count as before Linux 5.11 (this is 5.10.0), and"
                + " lacks CAP_SYS_RESOURCE to raise that; run `ulimit -l unlimited` before it starts"
                + " (LimitMEMLOCK=infinity in a systemd unit, docker run --ulimit memlock=-1)");
        assertThat(refused(files.kernel("5.11.0").host(), "xdp")).hasMessageNotContaining("ulimit");
        assertThat(refused(files.kernel("5.10.0").capabilities(HostFiles.ALL).host(), "xdp"))
                .hasMessageNotContaining("ulimit");
    }

    @Test
    void lockdownAndSeccomp_areNamed_whereNoRightLacks() {
        var files = HostFiles.ofRoot(root, "6.1.0").file("sys/kernel/security/lockdown",
                "none integrity [confidentiality]\n");
        assertThat(refused(files.host(), "kprobe/f")).hasMessage("x: is refused (EPERM (1, Operation not permitted)):"
                + " it has every capability that this needs, so something else is in the way: the kernel is locked down"
                + " (confidentiality in /sys/kernel/security/lockdown), boot it without lockdown=confidentiality or Secure"
                + " Boot: libbpf said so");
        files.file("proc/self/status", "CapEff:\t000001ffffffffff\nSeccomp:\t2\n");
        assertThat(refused(files.host(), "kprobe/f"))
                .hasMessageContaining("; a seccomp filter looks at its system calls,"
                        + " allow bpf and perf_event_open in it (docker run --security-opt seccomp=unconfined): libbpf said so");
    }

    @Test
    void nothingThatLacks_isAPolicy() {
        var e = refused(HostFiles.ofRoot(root, "6.18.0").host(), "fentry/f");
        assertThat(e.missing()).isEmpty();
        assertThat(e)
                .hasMessageEndingWith("so something else is in the way: a policy of the host, such as SELinux, or a"
                        + " kernel that allows this to nobody: libbpf said so");
    }

    @Test
    void probe_ofAnyKind_lacksWhatAnyNeeds() {
        assertThat(Refusals.why(HostFiles.ofRoot(root, "6.1.0").capabilities(BPF).host())).startsWith(
                "it lacks CAP_PERFMON and CAP_NET_ADMIN; run it as root, or grant them: AmbientCapabilities=CAP_PERFMON");
        assertThat(Refusals.why(HostFiles.ofRoot(root, "5.4.0").capabilities(BPF).host()))
                .startsWith("it lacks CAP_NET_ADMIN and CAP_SYS_ADMIN; run it as root");
        assertThat(Refusals.why(HostFiles.ofRoot(root, "6.1.0").host())).isEqualTo("it has every capability that this"
                + " needs, so something else is in the way: a policy of the host, such as SELinux, or a kernel that allows"
                + " this to nobody");
    }
}
