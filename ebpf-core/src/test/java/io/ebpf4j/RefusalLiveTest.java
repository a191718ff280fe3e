package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.LoadMain;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said when the running kernel refuses: for lack of rights, of a feature, or of that to which to attach. */
@Live
class RefusalLiveTest {
    private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");

    private static Path probe(String name) {
        return Fixtures.ROOT.resolve("native/fixtures/live").resolve(name + ".bpf.o");
    }

    private static String load(List<String> prefix, String probe, String... options) {
        String[] arguments = Stream.concat(Stream.of(probe(probe).toString()), Stream.of(options))
                .toArray(String[]::new);
        return ChildJvm.run(prefix, NATIVE, LoadMain.class, arguments).output().lines().findFirst()
                .orElse("");
    }

    private static List<String> holding(String capabilities) {
        return List.of("setpriv", "--bounding-set", "-all" + capabilities, "--inh-caps", "-all");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rights_xdp         | ,+bpf           | function 'passes', SEC("xdp")                   | CAP_NET_ADMIN
            rights_xdp         | ,+bpf,+perfmon  | function 'passes', SEC("xdp")                   | CAP_NET_ADMIN
            refused_tracepoint | ,+bpf,+net_admin | function 'misspelt', SEC("tp/sched/sched_swich") | CAP_PERFMON
            """)
    void right_thatLacks_isNamed_andNoOther(String probe, String held, String what, String lacking) {
        assertThat(load(holding(held), probe)).isEqualTo("PrivilegeException: " + probe
                + ": the kernel does not let this process load " + what
                + " (EPERM (1, Operation not permitted)): it lacks "
                + lacking + "; run it as root, or grant it: AmbientCapabilities=" + lacking
                + " in a systemd unit, docker run --cap-add " + lacking.substring("CAP_".length()));
    }

    /** The functions of the network are left out, so that no right for them is asked for. */
    @Test
    void right_ofFunctionsThatAreNotLoaded_isNotAskedFor() {
        assertThat(load(holding(",+bpf"), "attach_killed", "disable:on_frame", "disable:on_packet",
                "disable:on_connect", "disable:on_lookup"))
                .startsWith("PrivilegeException: attach_killed: ")
                .contains("it lacks CAP_PERFMON; run it as root, or grant it: AmbientCapabilities=CAP_PERFMON in");
    }

    @Test
    void right_ofAnOptionalFunctionThatIsLoaded_isNamed() {
        assertThat(load(holding(",+bpf"), "attach_probes", "enable:on_tracepoint"))
                .startsWith("PrivilegeException: attach_probes: ")
                .contains("it lacks CAP_PERFMON; run it as root, or grant it: AmbientCapabilities=CAP_PERFMON in");
    }

    @Test
    void rights_thatAreNamed_areEnough() {
        assertThat(load(holding(",+bpf,+net_admin"), "rights_xdp")).startsWith("loaded: rights_xdp");
    }

    @Test
    void allRights_lacking_areNamedTogether() {
        assertThat(load(holding(""), "rights_xdp")).startsWith("PrivilegeException: rights_xdp: ")
                .contains("it lacks CAP_BPF and CAP_NET_ADMIN")
                .contains("AmbientCapabilities=CAP_BPF CAP_NET_ADMIN in a systemd unit,"
                        + " docker run --cap-add BPF --cap-add NET_ADMIN");
    }

    @Test
    void userNamespace_isNamed_thoughAllRightsAreHeldInIt() {
        assertThat(load(List.of("unshare", "--user", "--map-root-user"), "rights_xdp"))
                .startsWith("PrivilegeException: rights_xdp: ")
                .endsWith(
                        "it runs in a user namespace of its own, whose capabilities the kernel does not count for eBPF;"
                                + " run it in that of the host (docker run --userns=host, podman as root), or give it a BPF token"
                                + " (Linux 6.9)");
    }

    /** Attached where the kernel was built for it; elsewhere the option is named that lacks. */
    @ParameterizedTest
    @CsvSource({"kprobe, kprobe/do_exit, CONFIG_KPROBES", "kprobe_multi, kprobe.multi/do_exi?, CONFIG_FPROBE"})
    void feature_thatTheKernelLacks_isNamedWithItsOption(String probe, String section, String option) {
        try (var program = BpfProgram.load(probe("refused_" + probe))) {
            assertThat(program.attached()).hasSize(1);
        } catch (KernelSupportException e) {
            assertThat(e).hasMessageStartingWith(
                    "refused_" + probe + ": function 'exits' cannot be attached to " + section + ": SEC(\""
                            + section.substring(0, section.indexOf('/')) + "\") needs ")
                    .hasMessageContaining(option + "=y").hasMessageContaining(release());
        }
    }

    /** Attached where that is allowed; here, as root with all rights, a policy forbids it. */
    @Test
    void policy_thatForbids_isToldFromRightsThatLack() {
        try (var program = BpfProgram.load(probe("refused_fentry"))) {
            assertThat(program.attached()).hasSize(1);
        } catch (PrivilegeException e) {
            assertThat(e.missing()).isEmpty();
            assertThat(e).hasMessageStartingWith("refused_fentry: the kernel does not let this process load function"
                    + " 'exits', SEC(\"fentry/do_exit\") (EPERM (1, Operation not permitted)): it has every capability that"
                    + " this needs, so something else is in the way: ").hasMessageNotContaining("ulimit");
        }
    }

    @Test
    void kernelFunction_thatLacks_isNamed() {
        var e = catchThrowableOfType(KernelSupportException.class, () -> BpfProgram.load(probe("refused_kfunc")));
        assertThat(e)
                .hasMessage("refused_kfunc: calls the kernel's function bpf_ebpf4j_no_such_function(), which neither"
                        + " this kernel (" + release()
                        + ") nor a module of it has; load the module that has it, or declare it"
                        + " __weak and ask bpf_ksym_exists(bpf_ebpf4j_no_such_function) before the call");
    }

    @Test
    void target_thatLacks_isNamed() {
        var e = catchThrowableOfType(KernelSupportException.class, () -> BpfProgram.load(probe("refused_target")));
        assertThat(e)
                .hasMessage("refused_target: function 'nowhere' is for 'ebpf4j_no_such_function', which this kernel ("
                        + release() + ") does not have");
    }

    @Test
    void tracepoint_misspelt_isToldTheRightOne() {
        var e = catchThrowableOfType(AttachException.class, () -> BpfProgram.load(probe("refused_tracepoint")));
        assertThat(e).hasMessageStartingWith("refused_tracepoint: function 'misspelt' cannot be attached to"
                + " tp/sched/sched_swich: ENOENT (2, No such file or directory); this kernel has no such event"
                + " (did you mean 'sched_switch'?): ");
    }

    @Test
    void registers_ofAnotherMachine_areNamed() {
        var e = catchThrowableOfType(VerifierException.class, () -> BpfProgram.load(probe("broken_registers")));
        assertThat(e).hasMessage("broken_registers: the kernel's verifier rejects function 'foreign': the kernel has no"
                + " struct user_pt_regs.regs[0], at broken_registers.bpf.c:19 \"__u64 first = PT_REGS_PARM1(ctx); /* HERE */\";"
                + " that is a register of arm64, and this machine is x86; compile the object for it: clang"
                + " -D__TARGET_ARCH_x86, with the vmlinux.h of a kernel for x86 (EINVAL (22, Invalid argument);"
                + " the whole log is in log())");
    }

    private static String release() {
        return System.getProperty("os.version");
    }
}
