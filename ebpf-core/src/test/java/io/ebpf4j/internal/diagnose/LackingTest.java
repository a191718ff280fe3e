package io.ebpf4j.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.AttachType;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.testing.Fixtures;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LackingTest {
    private static final ProgramSpec MAPS = Fixtures.spec(Fixtures.CLANG14, "maps_all");
    private static final ProgramSpec SECTIONS = Fixtures.spec(Fixtures.CLANG14, "sections");

    @TempDir
    private Path root;

    private Host kernel(String release) {
        return HostFiles.ofRoot(root, release).host();
    }

    private static FunctionSpec in(String section) {
        return new FunctionSpec("f", section, false, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tcx/ingress           | 6.1.0  | SEC("tcx/ingress") needs Linux 6.6, this is 6.1.0
            netkit/primary        | 6.6.0  | SEC("netkit/primary") needs Linux 6.7, this is 6.6.0
            netfilter             | 6.1.0  | SEC("netfilter") needs Linux 6.4, this is 6.1.0
            uprobe.multi/x:y      | 6.1.0  | SEC("uprobe.multi") needs Linux 6.6, this is 6.1.0
            uprobe.multi.s/x:y    | 6.1.0  | SEC("uprobe.multi") needs Linux 6.6, this is 6.1.0
            kprobe.multi/x        | 5.15.0 | SEC("kprobe.multi") needs Linux 5.18, this is 5.15.0
            kprobe.session/x      | 6.6.0  | SEC("kprobe.session") needs Linux 6.10, this is 6.6.0
            lsm_cgroup/bind       | 5.15.0 | SEC("lsm_cgroup") needs Linux 6.0, this is 5.15.0
            fentry/x              | 5.4.0  | SEC("fentry") needs Linux 5.5, this is 5.4.0
            sk_lookup             | 5.4.0  | SEC("sk_lookup") needs Linux 5.9, this is 5.4.0
            cgroup/connect_unix   | 6.1.0  | SEC("cgroup/connect_unix") needs Linux 6.7, this is 6.1.0
            xdp/cpumap            | 5.8.0  | SEC("xdp/cpumap") needs Linux 5.9, this is 5.8.0
            xdp                   | 5.4.0  | SEC("xdp") needs Linux 5.9, this is 5.4.0
            uprobe.s/x:y          | 4.2.0  | SEC("uprobe") needs Linux 4.3, this is 4.2.0
            """)
    void placeThatTheKernelIsTooOldFor_isNamed(String section, String release, String lack) {
        assertThat(Lacking.atAttach(in(section), section, Errno.EINVAL, kernel(release))).contains(lack);
    }

    /** A call may hook a function to what its section does not say. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tc     | TCX ingress of lo          | 6.1.0  | tcx/ingress needs Linux 6.6, this is 6.1.0
            tc     | netkit primary of nk0      | 6.6.0  | netkit/primary needs Linux 6.7, this is 6.6.0
            uprobe | uprobe.multi /bin/sh:main* | 6.1.0  | uprobe.multi needs Linux 6.6, this is 6.1.0
            socket | XDP on lo                  | 5.4.0  | xdp needs Linux 5.9, this is 5.4.0
            """)
    void targetOfACall_isNamed(String section, String target, String release, String lack) {
        assertThat(Lacking.atAttach(in(section), target, Errno.EINVAL, kernel(release))).contains(lack);
        assertThat(Lacking.atAttach(in(section), section, Errno.EINVAL, kernel(release))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tp         | tracepoint sched/sched_swich  | ; this kernel has no such event (did you mean 'sched_switch'?)
            uprobe     | kprobe do_exi                 | ; this kernel has no such function, or has it inlined; `grep <name> /proc/kallsyms` shows those that it has
            kprobe     | uprobe /bin/nothing:main      | ; there is no such file, or no such function in it; `nm -D <file>` shows those that it exports
            usdt       | usdt /bin/nothing:a:b         | ; there is no such file, or no such probe in it; `readelf -n <file>` shows those that it has
            raw_tp     | raw tracepoint no_such        | ; this kernel has no such event
            """)
    void targetOfACall_hasAHint(String section, String target, String hint) {
        var host = HostFiles.ofRoot(root, "6.1.0").file("sys/kernel/tracing/events/sched/sched_switch/id", "316")
                .host();
        assertThat(TargetHints.hint(in(section), target, Errno.ENOENT, host, "")).isEqualTo(hint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tp/task/task_rename | tp/task/task_rename    | 17 | ; the function is attached there already,
            perf_event          | software event CPU     | 17 | ; the function is attached there already,
            raw_tp/task_rename  | raw_tp/task_rename     | 17 | ; the function is attached there already,
            xdp                 | XDP on lo              | 17 | ; this function is attached there already, or another
            tcx/ingress         | TCX INGRESS of lo      | 34 | ; as many functions are attached there already
            fentry/do_exit      | fentry/do_exit         | 7  | ; as many functions are attached there already
            fentry/do_exit      | fentry/do_exit         | 16 | ; the function is attached there already,
            flow_dissector      | network namespace /x   | 7  | ; a network namespace takes one flow dissector,
            cgroup/connect4     | control group /x       | 7  | ; as many functions are attached there already
            """)
    void placeThatIsTaken_saysByWhom(String section, String target, int errno, String hint) {
        assertThat(TargetHints.hint(in(section), target, errno, kernel("6.18.0"), "")).startsWith(hint)
                .matches(".*(close|load the program twice).*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            freplace/f     | replacement of 'g'                  | 22 | ; that function has other parameters
            freplace/f     | function 'f' of program p           | 22 | ; what it was loaded for a function replaces but once
            freplace/f     | replacement of 'g'                  | 2  | ; the other program has no global function
            fentry/f       | function 'f' of program p           | 22 | ; to a function of another program it is hooked
            kprobe.multi/f | kprobe.multi [f]                    | 2  | ; this kernel has no such function
            netfilter      | netfilter IPV4 LOCAL_IN             | 16 | ; another function has this priority there
            xdp            | XDP on lo                           | 16 | ; something is attached there that allows nothing
            """)
    void place_thatCannotTakeIt_saysWhy(String section, String target, int errno, String hint) {
        assertThat(TargetHints.hint(in(section), target, errno, kernel("6.18.0"), "")).startsWith(hint);
    }

    @Test
    void securityModule_thatIsSwitchedOff_isNamed() {
        var files = HostFiles.ofRoot(root, "6.1.0").file("sys/kernel/security/lsm", "lockdown,capability,landlock\n");
        assertThat(Lacking.atAttach(in("lsm/file_open"), "lsm/file_open", Errno.EINVAL, files.host())).contains(
                "the security module bpf is not switched on; boot with lsm=lockdown,capability,landlock,bpf");
        files.file("sys/kernel/security/lsm", "lockdown,capability,bpf\n");
        assertThat(Lacking.atAttach(in("lsm/file_open"), "lsm/file_open", Errno.EINVAL, files.host())).isEmpty();
    }

    /** The kernels that brought each: one older lacks it, this one does not. */
    @ParameterizedTest
    @CsvSource({"kprobe/x, 6.1.0", "tcx/egress, 6.6.0", "netfilter, 6.4.0", "xdp, 6.1.0", "no_such, 6.1.0"})
    void placeThatTheKernelHas_isNotToBlame(String section, String release) {
        assertThat(Lacking.atAttach(in(section), section, Errno.EINVAL, kernel(release))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kprobe/x        | CONFIG_BPF_EVENTS=y                                   | SEC("kprobe") needs a kernel built with CONFIG_KPROBES=y and CONFIG_KPROBE_EVENTS=y, and this one (6.18.0) is not, says /proc/config.gz
            kprobe.multi/x  | CONFIG_BPF_EVENTS=y                                   | SEC("kprobe.multi") needs a kernel built with CONFIG_FPROBE=y, and this one (6.18.0) is not, says /proc/config.gz
            fentry/x        | CONFIG_BPF_JIT=y CONFIG_DEBUG_INFO_BTF=y              | SEC("fentry") needs a kernel built with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y, and this one (6.18.0) is not, says /proc/config.gz
            lsm/file_open   | CONFIG_BPF_JIT=y CONFIG_DEBUG_INFO_BTF=y              | SEC("lsm") needs a kernel built with CONFIG_BPF_LSM=y, and this one (6.18.0) is not, says /proc/config.gz
            cgroup/connect4 | CONFIG_BPF=y                                          | SEC("cgroup/connect4") needs a kernel built with CONFIG_CGROUP_BPF=y, and this one (6.18.0) is not, says /proc/config.gz
            netkit/peer     | CONFIG_BPF=y                                          | SEC("netkit/peer") needs a kernel built with CONFIG_NETKIT=y, and this one (6.18.0) is not, says /proc/config.gz
            """)
    void optionThatIsNotSet_isNamed(String section, String options, String lack) {
        var host = HostFiles.ofRoot(root, "6.18.0").zipped("proc/config.gz", options.replace(' ', '\n')).host();
        assertThat(Lacking.atAttach(in(section), section, Errno.EOPNOTSUPP, host)).contains(lack);
        assertThat(Lacking.atAttach(in(section), section, Errno.EPERM, host)).isEmpty();
    }

    @Test
    void kernelThatDoesNotTellItsOptions_isToldAllThatIsNeeded_whereItSaysUnsupported() {
        assertThat(Lacking.atAttach(in("fentry/x"), "fentry/x", Errno.ENOTSUPP, kernel("6.1.0")))
                .contains("SEC(\"fentry\") needs Linux 5.5, built with CONFIG_DEBUG_INFO_BTF=y and CONFIG_BPF_JIT=y and"
                        + " CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y; this is 6.1.0");
        assertThat(Lacking.atAttach(in("fentry/x"), "fentry/x", Errno.EINVAL, kernel("6.1.0"))).isEmpty();
    }

    @Test
    void map_thatTheKernelIsTooOldFor_isNamed() {
        String map = MAPS.maps().stream().filter(m -> m.type() == MapType.RINGBUF).findFirst().orElseThrow().name();
        assertThat(Lacking.atLoad(MAPS, Errno.EINVAL, kernel("5.4.0"),
                "libbpf: Error in bpf_create_map_xattr(" + map + "):Invalid argument(-22). Retrying without BTF.\n"
                        + "libbpf: map '" + map + "': failed to create: Invalid argument(-22)\n"))
                .contains("map '" + map + "' cannot be created: a map of type RINGBUF needs Linux 5.8, this is 5.4.0");
        assertThat(Lacking.atLoad(MAPS, Errno.EINVAL, kernel("5.10.0"), "map '" + map + "': failed to create"))
                .isEmpty();
        var userRings = Fixtures.spec("live", "user_ring");
        assertThat(Lacking.atLoad(userRings, Errno.EINVAL, kernel("6.0.0"), "map 'orders': failed to create"))
                .contains("map 'orders' cannot be created: a map of type USER_RINGBUF needs Linux 6.1, this is 6.0.0");
    }

    @Test
    void function_thatTheKernelIsTooOldFor_isNamed() {
        assertThat(Lacking.atLoad(SECTIONS, Errno.EINVAL, kernel("5.6.0"),
                "libbpf: prog 'by_iter': BPF program load failed: Invalid argument\n"))
                .contains("function 'by_iter' cannot be loaded: SEC(\"iter\") needs Linux 5.8, this is 5.6.0");
    }

    /** The kernel takes them without knowing the place, which only the hook needs. */
    @Test
    void function_whosePlaceIsNewerThanItsKind_isLoadedByOldKernels() {
        assertThat(Requirements.toLoad(in("xdp")).orElseThrow().lackOf(kernel("4.8.0"))).isEmpty();
        assertThat(Requirements.toLoad(in("xdp")).orElseThrow().lackOf(kernel("4.7.0")))
                .contains("SEC(\"xdp\") needs Linux 4.8, this is 4.7.0");
        assertThat(Requirements.toLoad(in("xdp/devmap")).orElseThrow().lackOf(kernel("5.7.0"))).isPresent();
    }

    @Test
    void probes_tellWhereThingsCameFrom() {
        assertThat(Requirements.of(AttachType.TRACE_UPROBE_MULTI, ProgramType.KPROBE).origin())
                .isEqualTo("it came with Linux 6.6, built with CONFIG_BPF_EVENTS=y and CONFIG_UPROBES=y");
        assertThat(Requirements.of(AttachType.SK_REUSEPORT_SELECT, ProgramType.SK_REUSEPORT).origin())
                .isEqualTo("it came with Linux 5.14, built with CONFIG_INET=y");
        assertThat(Requirements.of(ProgramType.SYSCALL).origin()).isEqualTo("it came with Linux 5.14");
        assertThat(Requirements.of(MapType.XSKMAP).orElseThrow().origin())
                .isEqualTo("it came with Linux 4.18, built with CONFIG_XDP_SOCKETS=y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            libbpf: extern (func ksym) 'bpf_x': not found in kernel or module BTFs | calls the kernel's function bpf_x(), which neither this kernel (6.1.0) nor a module of it has; load the module that has it, or declare it __weak and ask bpf_ksym_exists(bpf_x) before the call
            libbpf: extern (var ksym) 'runqueues2': not found in kernel BTF | uses the kernel's variable runqueues2, which this kernel (6.1.0) does not have or does not tell the type of; declare it __weak and ask bpf_ksym_exists(runqueues2) before its use
            libbpf: extern 'CONFIG_X' (strong): not resolved | uses CONFIG_X, which this kernel (6.1.0) does not have or does not tell in /proc/config.gz; declare it __weak, and it is 0 there
            libbpf: prog 'by_tp_btf': failed to find kernel BTF type ID of 'task_renam': -3 | function 'by_tp_btf' is for 'task_renam', which this kernel (6.1.0) does not have
            libbpf: specified path /tmp/pins/x is not on BPF FS | a map cannot be pinned at /tmp/pins/x; bpffs, in which maps are pinned, is not mounted; run: mount -t bpf bpf /sys/fs/bpf
            """)
    void whatLibbpfDidNotFind_isNamed(String said, String lack) {
        assertThat(Lacking.atLoad(SECTIONS, 3, kernel("6.1.0"), said)).contains(lack);
    }

    @Test
    void kernelWithoutBpf_isNamed() {
        assertThat(Lacking.atLoad(MAPS, Errno.ENOSYS, kernel("6.1.0"), ""))
                .contains("this kernel has no bpf(2) at all; boot one built with CONFIG_BPF_SYSCALL=y");
    }

    @Test
    void errorThatSaysNothingOfTheKernel_isNotExplained() {
        assertThat(Lacking.atLoad(SECTIONS, Errno.ENOMEM, kernel("5.4.0"),
                "prog 'by_iter': BPF program load failed: Cannot allocate memory")).isEmpty();
    }

    @Test
    void kindsOfMapsAndSections_haveARow() {
        for (MapType type : MapType.values()) {
            assertThat(Requirements.of(type).isEmpty()).isEqualTo(type == MapType.UNKNOWN);
        }
        Map<String, Optional<Requirement>> attach = SectionKind.all().stream()
                .collect(Collectors.toMap(SectionKind::name,
                        kind -> Requirements.toAttach(in(kind.name()), kind.name())));
        assertThat(attach.values()).allSatisfy(row -> assertThat(row).isPresent());
        assertThat(attach.values().stream().flatMap(Optional::stream).flatMap(row -> row.options().stream()))
                .allSatisfy(option -> assertThat(option).matches("CONFIG_[A-Z0-9_]+"));
        assertThat(Arrays.asList(0, 212, -1, Integer.MAX_VALUE)).allSatisfy(
                number -> assertThat(HelperVersions.since(number)).isEmpty());
    }

    /** First and last helper of some versions, by {@code linux/bpf.h} of each. */
    @ParameterizedTest
    @CsvSource({"1, 3.19", "3, 3.19", "4, 4.1", "36, 4.8", "37, 4.9", "112, 5.5", "115, 5.5", "124, 5.7", "130, 5.8",
            "148, 5.10", "174, 5.15", "181, 5.17", "203, 5.19", "209, 6.1", "211, 6.2"})
    void helper_hasAVersion(int number, String version) {
        assertThat(HelperVersions.since(number)).contains(version);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tp/sched/sched_swich | ; this kernel has no such event (did you mean 'sched_switch'?)
            tp/shed/sched_switch | ; this kernel has no such event (did you mean 'sched'?)
            tp/sched/x           | ; this kernel has no such event
            tp/../x              | ; this kernel has no such event
            kprobe/do_exi        | ; this kernel has no such function, or has it inlined; `grep <name> /proc/kallsyms` shows those that it has
            perf_event           | ; this machine has no such counter, as virtual machines mostly have none of the CPU; count the software event cpu-clock instead
            """)
    void targetThatIsMissing_hasAHint(String section, String hint) {
        var host = HostFiles.ofRoot(root, "6.1.0").file("sys/kernel/tracing/events/sched/sched_switch/id", "316")
                .file("sys/kernel/tracing/events/sched/enable", "0").host();
        assertThat(TargetHints.hint(in(section), section, Errno.ENOENT, host, "")).isEqualTo(hint);
    }

    @Test
    void folderThatIsNoCgroup_isToldWhereThoseAre() {
        assertThat(TargetHints.hint(in("cgroup/connect4"), "cgroup/connect4", Errno.EBADF, kernel("6.1.0"), ""))
                .isEqualTo("; cgroup v2 is not mounted;"
                        + " run: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified");
        var host = new HostFiles(root).file("proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n").host();
        assertThat(TargetHints.hint(in("cgroup/connect4"), "cgroup/connect4", Errno.EBADF, host, ""))
                .isEqualTo("; functions for cgroups are attached"
                        + " to a folder of cgroup v2, which is mounted at /sys/fs/cgroup");
        assertThat(TargetHints.hint(in("xdp"), "xdp", Errno.EBADF, host, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            struct pt_regs      | di      | aarch64 | x86    | arm64
            struct user_pt_regs | regs[0] | amd64   | arm64  | x86
            struct user_pt_regs | gprs[2] | amd64   | s390   | x86
            struct pt_regs      | gpr[3]  | aarch64 | powerpc | arm64
            struct user_regs_struct | a0  | amd64   | riscv  | x86
            """)
    void register_ofAnotherMachine_isNamed(String type, String member, String machine, String there, String here) {
        assertThat(Registers.foreign(new MissingField(type, member), machine)).contains("that is a register of " + there
                + ", and this machine is " + here + "; compile the object for it: clang -D__TARGET_ARCH_" + here
                + ", with the vmlinux.h of a kernel for " + here);
    }

    @ParameterizedTest
    @CsvSource({"struct pt_regs, di, amd64", "struct user_pt_regs, regs[0], aarch64", "struct task_struct, di, aarch64",
            "struct pt_regs, no_such, aarch64", "struct pt_regs, di, sparc"})
    void register_ofThisMachine_isNoAlarm(String type, String member, String machine) {
        assertThat(Registers.foreign(new MissingField(type, member), machine)).isEmpty();
    }

    @Test
    void mountsThatLack_haveACommand() {
        assertThat(Mounts.tracefs(kernel("6.1.0"))).hasValueSatisfying(
                text -> assertThat(text).endsWith("; run: mount -t tracefs tracefs /sys/kernel/tracing"));
        assertThat(Mounts.kernelBtf(kernel("6.1.0"))).contains(
                "there is no /sys/kernel/btf/vmlinux, for sysfs is not mounted; run: mount -t sysfs sysfs /sys");
        var files = new HostFiles(root).file("sys/kernel/tracing/events/enable", "");
        assertThat(Mounts.tracefs(files.host())).isEmpty();
        assertThat(Mounts.kernelBtf(files.host()))
                .contains("there is no /sys/kernel/btf/vmlinux; boot a kernel built with"
                        + " CONFIG_DEBUG_INFO_BTF=y (Linux 5.4)");
        assertThat(Mounts.kernelBtf(files.file("sys/kernel/btf/vmlinux", "").host())).isEmpty();
    }
}
