package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.LoadMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only a kernel can refuse, and what it is like when something around it lacks. */
@Live
class BadInputLiveTest {
    private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");

    @Test
    void verifier_rejectingALookup_saysWhyAndKeepsTheLog() {
        var e = catchThrowableOfType(VerifierException.class, () -> BpfProgram.load(Fixtures.path("reject_null")));
        assertThat(e).hasMessageStartingWith("reject_null: the kernel's verifier rejects function '")
                .hasMessageContaining("': R0 invalid mem access 'map_value_or_null'").hasMessageContaining("EACCES");
        assertThat(e.errno()).hasValue(13);
        assertThat(e.log()).contains("R0 invalid mem access 'map_value_or_null'").contains("processed ");
        assertThat(e.log().lines().count()).isGreaterThan(5);
    }

    @Test
    @Tag("stress")
    void verifier_rejectingALoop_keepsALongLogWhole() {
        var e = catchThrowableOfType(VerifierException.class, () -> BpfProgram.load(Fixtures.path("reject_loop")));
        assertThat(e.errno()).hasValue(7);
        assertThat(e).hasMessageContaining("BPF program is too large");
        assertThat(e.log()).hasSizeGreaterThan(1 << 20).contains("processed 1000001 insns");
    }

    @Test
    void process_withoutRights_isToldWhichItLacks() {
        var result = ChildJvm.run(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"), NATIVE,
                LoadMain.class,
                Fixtures.path("maps_counter").toString());
        assertThat(result.output().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("PrivilegeException: maps_counter: the kernel does not let this process load eBPF programs")
                .contains("it lacks CAP_BPF and CAP_PERFMON (kernel.unprivileged_bpf_disabled is "));
    }

    @Test
    void kernel_withoutBtf_isNamed_whenFieldsAreRelocated() {
        var result = inOwnMounts("mount -t tmpfs none /sys/kernel/btf", Fixtures.path("core_relocations"));
        assertThat(result.output().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("KernelSupportException: core_relocations: reads fields of kernel structs (CO-RE)")
                .contains("/sys/kernel/btf/vmlinux").contains("CONFIG_DEBUG_INFO_BTF"));
    }

    @Test
    void kernel_withoutBtf_isNoMatter_whenNoFieldsAreRelocated() {
        var result = inOwnMounts("mount -t tmpfs none /sys/kernel/btf", Fixtures.path("maps_counter"));
        assertThat(result.output().lines()).hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("loaded: maps_counter"));
    }

    /** A device that nobody has cannot be opened, which root can be told of no file otherwise. */
    @Test
    void kernelConfiguration_notReadable_saysWhatToDo() {
        String mounts = "mount -t tmpfs none /mnt && mknod /mnt/none c 240 77 && for file in /proc/config.gz"
                + " /boot/config-$(uname -r); do [ ! -e $file ] || mount --bind /mnt/none $file; done";
        var result = inOwnMounts(mounts, Fixtures.path("externs"));
        String release = System.getProperty("os.version");
        assertThat(result.output().lines()).hasSize(2)
                .allSatisfy(line -> assertThat(line).isEqualTo("KernelSupportException: externs: reads the kernel's"
                        + " configuration (CONFIG_BPF_SYSCALL, CONFIG_DEFAULT_HOSTNAME, CONFIG_EBPF4J_NO_SUCH), but this"
                        + " process can read neither /boot/config-" + release + " nor /proc/config.gz; make one of them"
                        + " readable, in a container by docker run -v /boot:/boot:ro or on the host by modprobe configs,"
                        + " or give each value on loading, as in LoadOptions.kconfig(\"CONFIG_BPF_SYSCALL=..\")"));
        var told = inOwnMounts(mounts, Fixtures.path("externs"), "kconfig:CONFIG_BPF_SYSCALL=y",
                "kconfig:CONFIG_DEFAULT_HOSTNAME=\"x\"", "kconfig:CONFIG_EBPF4J_NO_SUCH=1");
        assertThat(told.output().lines()).hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("loaded: externs"));
    }

    @Test
    void tracefs_notMounted_saysWhatToMount() {
        var result = inOwnMounts(
                "umount -A /sys/kernel/tracing 2>/dev/null; umount -A /sys/kernel/debug 2>/dev/null; true",
                Fixtures.path("sections"));
        assertThat(result.output().lines()).hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("KernelSupportException: sections: function 'by_tracepoint'"
                                + " cannot be attached to tracepoint/syscalls/sys_enter_getpid: tracefs,")
                        .contains("mount -t tracefs tracefs /sys/kernel/tracing"));
    }

    @Test
    void libbpf_missing_saysWhatToInstall_eachTime() {
        var result = ChildJvm.run(List.of(), List.of(NATIVE.getFirst(), "-Debpf4j.libbpf=/nowhere/libbpf.so.1"),
                LoadMain.class,
                Fixtures.path("maps_counter").toString());
        assertThat(result.output().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("LibbpfException: maps_counter: ").contains("/nowhere/libbpf.so.1"));
    }

    @Test
    void nativeAccess_denied_saysWhichOption_eachTime() {
        var result = ChildJvm.run(List.of(), List.of("--illegal-native-access=deny"), LoadMain.class,
                Fixtures.path("maps_counter").toString());
        assertThat(result.output().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("LibbpfException: maps_counter: ").contains("--enable-native-access=ALL-UNNAMED"));
    }

    @Test
    void section_thatNoLibbpfKnows_isNamed() {
        assertThatThrownBy(() -> BpfProgram.load(Fixtures.path("section_unknown"))).isInstanceOf(BpfException.class)
                .hasMessageContaining("misspelt").hasMessageContaining("tracepiont/sched/sched_switch")
                .hasMessageContaining("did you mean 'tracepoint'");
    }

    private static ProgramSpec inSection(String section) {
        var elf = ElfFile.parse(Fixtures.path("no_maps"));
        int index = elf.section("raw_tp/task_rename").orElseThrow().index();
        return ProgramSpec.read(ElfEditor.of(elf).renameSection(index, section).toBytes(), "renamed");
    }

    @Test
    void section_withATargetItDoesNotTake_isNamed() {
        assertThatThrownBy(() -> BpfProgram.load(inSection("xdp/wan"))).isInstanceOf(LoadException.class)
                .hasMessageContaining("is in section 'xdp/wan', which libbpf ")
                .hasMessageEndingWith(
                        "knows no kind of event for; nothing but 'xdp' itself is one (did you mean 'xdp'?)");
    }

    @Test
    void section_withHalfATarget_isToldTheForm() {
        assertThatThrownBy(() -> BpfProgram.load(inSection("tp/sched_switch"))).isInstanceOf(AttachException.class)
                .hasMessageContaining("cannot be attached to tp/sched_switch: EINVAL")
                .hasMessageContaining("; libbpf reads it as SEC(\"tp/<category/name>\")");
    }

    @Test
    void program_closed_refusesEachCall() {
        var program = BpfProgram.load(Fixtures.path("maps_counter"));
        record Pair(String saddr, String daddr) {}
        var view = program.hashMap("totals", Pair.class, Long.class);
        var reader = program.ringBuffer("seen", Pair.class);
        program.close();
        program.close();
        var closed = "program maps_counter is closed";
        assertThatThrownBy(() -> program.ringBuffer("seen", Pair.class)).isInstanceOf(IllegalStateException.class)
                .hasMessage(closed);
        assertThatThrownBy(() -> program.hashMap("totals", Pair.class, Long.class)).hasMessage(closed);
        assertThatThrownBy(program::dump).hasMessage(closed);
        assertThatThrownBy(view::toMap).isInstanceOf(IllegalStateException.class).hasMessage(closed);
        assertThatThrownBy(() -> view.get(new Pair("127.0.0.1", "10.1.2.3"))).hasMessage(closed);
        assertThatThrownBy(() -> reader.drain(pair -> {})).hasMessage("the reader of ring 'seen' is closed");
        assertThatThrownBy(() -> reader.poll(pair -> {}, Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        assertThat(reader.statistics().records()).isZero();
    }

    private static ChildJvm.Result inOwnMounts(String mounts, Path object, String... options) {
        // The child's mounts are its own: the rest of the machine keeps what it has.
        return ChildJvm.run(List.of("unshare", "--mount", "sh", "-c", mounts + "; exec \"$@\"", "sh"), NATIVE,
                LoadMain.class, Stream.concat(Stream.of(object.toString()), Stream.of(options)).toArray(String[]::new));
    }

}
