package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.SectionKind.AutoAttach;
import io.ebpf4j.SectionKind.Flag;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionKindTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/kprobe", "kprob", "kprobes", "kprobes/do_exit", "kprobe.s/do_exit",
            "Kprobe/do_exit",
            "kprobe.multi.s/tcp_*", "xdp/eth0", "xdp/", "xdp.frag", "tc/in", "socket/x", "cgroup", "cgroup/",
            "cgroup/bind",
            "cgroup/bind4/x", "cgroup_skb", "syscall/x", "tracepiont/sched/sched_switch", "?kprobe/x", "kprobe+",
            "netkit",
            "struct_ops.link/x", ".struct_ops", "lsm_cgroup.s/x", "license"})
    void of_whatLibbpfDoesNotKnow_isEmpty(String section) {
        assertThat(SectionKind.of(section)).isEmpty();
        var function = new FunctionSpec("f", section, false, 2);
        assertThat(function.programType()).isEqualTo(ProgramType.UNKNOWN);
        assertThat(function.attachType()).isEmpty();
        assertThat(function.target()).isEmpty();
        assertThat(function.sleepable()).isFalse();
        assertThat(function.attachesItself()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            kprobe/do_exit+0x10,           kprobe,             KPROBE,                  -,                    do_exit+0x10,        true
            kprobe,                        kprobe,             KPROBE,                  -,                    -,                   false
            kprobe/,                       kprobe,             KPROBE,                  -,                    '',                  true
            uretprobe.s//bin/sh:main,      uretprobe.s,        KPROBE,                  -,                    /bin/sh:main,        true
            kprobe.session/tcp_*,          kprobe.session,     KPROBE,                  TRACE_KPROBE_SESSION, tcp_*,               true
            tp/sched/sched_switch,         tp,                 TRACEPOINT,              -,                    sched/sched_switch,  true
            raw_tp.w/nbd_send_request,     raw_tp.w,           RAW_TRACEPOINT_WRITABLE, -,                    nbd_send_request,    true
            fexit.multi.s/vfs_*,           fexit.multi.s,      TRACING,                 TRACE_FEXIT_MULTI,    vfs_*,               true
            lsm.s/bprm_committed_creds,    lsm.s,              LSM,                     LSM_MAC,              bprm_committed_creds, true
            lsm_cgroup/socket_post_create, lsm_cgroup,         LSM,                     LSM_CGROUP,           socket_post_create,  false
            freplace/handler,              freplace,           EXT,                     -,                    handler,             true
            iter.s/task_vma,               iter.s,             TRACING,                 TRACE_ITER,           task_vma,            true
            struct_ops.s/init,             struct_ops.s,       STRUCT_OPS,              -,                    init,                false
            xdp.frags/devmap,              xdp.frags/devmap,   XDP,                     XDP_DEVMAP,           -,                   false
            tcx/egress,                    tcx/egress,         SCHED_CLS,               TCX_EGRESS,           -,                   false
            cgroup_skb/ingress,            cgroup_skb/ingress, CGROUP_SKB,              CGROUP_INET_INGRESS,  -,                   false
            cgroup/skb,                    cgroup/skb,         CGROUP_SKB,              -,                    -,                   false
            sk_skb/verdict,                sk_skb/verdict,     SK_SKB,                  SK_SKB_VERDICT,       -,                   false
            """)
    void function_inASection_hasItsTypesAndTarget(String section, String kind, ProgramType program, AttachType attach,
            String target, boolean attaches) {
        var function = new FunctionSpec("f", section, false, 2);
        assertThat(function.sectionKind()).map(SectionKind::name).contains(kind);
        assertThat(function.programType()).isEqualTo(program);
        assertThat(function.attachType()).isEqualTo(Optional.ofNullable(attach));
        assertThat(function.target()).isEqualTo(Optional.ofNullable(target));
        assertThat(function.attachesItself()).isEqualTo(attaches);
        assertThat(function.sleepable()).isEqualTo(kind.endsWith(".s"));
    }

    @Test
    void all_areTheRowsOfLibbpf18() {
        assertThat(SectionKind.all()).hasSize(116).doesNotHaveDuplicates();
        assertThat(SectionKind.all()).extracting(SectionKind::name).doesNotHaveDuplicates().startsWith("socket",
                "sk_reuseport/migrate", "sk_reuseport", "kprobe").endsWith("struct_ops.s", "sk_lookup", "netfilter");
        assertThat(SectionKind.all()).filteredOn(SectionKind::takesTarget).hasSize(53);
        assertThat(SectionKind.all()).filteredOn(kind -> kind.autoAttach().isPresent()).hasSize(50)
                .allMatch(SectionKind::takesTarget);
        assertThat(SectionKind.all()).filteredOn(SectionKind::sleepable).extracting(SectionKind::name)
                .filteredOn(name -> !name.endsWith(".s")).containsExactly("syscall");
    }

    @Test
    void rows_haveFlagsHandlersAndReleases() {
        assertThat(List.of("xdp", "xdp.frags/cpumap", "cgroup/dev", "cgroup/sysctl", "usdt.s", "fmod_ret.s", "tp.s",
                "kprobe.session", "socket")).map(name -> SectionKind.of(name).orElseThrow())
                .extracting(SectionKind::flags, SectionKind::autoAttach, SectionKind::since)
                .containsExactly(
                        tuple(Set.of(Flag.ATTACHABLE, Flag.ATTACH_TYPE_OPTIONAL), Optional.empty(), "1.0"),
                        tuple(Set.of(Flag.XDP_FRAGS), Optional.empty(), "1.0"),
                        tuple(Set.of(Flag.ATTACHABLE, Flag.ATTACH_TYPE_OPTIONAL), Optional.empty(), "1.0"),
                        tuple(Set.of(Flag.ATTACHABLE), Optional.empty(), "1.0"),
                        tuple(Set.of(Flag.USDT, Flag.SLEEPABLE), Optional.of(AutoAttach.USDT), "1.3"),
                        tuple(Set.of(Flag.ATTACH_BTF, Flag.SLEEPABLE), Optional.of(AutoAttach.TRACE), "1.0"),
                        tuple(Set.of(Flag.SLEEPABLE), Optional.of(AutoAttach.TP), "1.8"),
                        tuple(Set.of(), Optional.of(AutoAttach.KPROBE_SESSION), "1.5"),
                        tuple(Set.of(), Optional.empty(), "1.0"));
    }

    /** The kernel appends to both enums, so a later number never came in an earlier kernel. */
    @Test
    void numbers_areTheKernelsAndNewerOnesCameLater() {
        assertThat(ProgramType.of(32)).isEqualTo(ProgramType.NETFILTER);
        assertThat(ProgramType.of(2)).isEqualTo(ProgramType.KPROBE);
        assertThat(AttachType.of(0)).isEqualTo(AttachType.CGROUP_INET_INGRESS);
        assertThat(AttachType.of(37)).isEqualTo(AttachType.XDP);
        assertThat(AttachType.of(61)).isEqualTo(AttachType.TRACE_FSESSION_MULTI);
        assertThat(List.of(ProgramType.of(-1), ProgramType.of(0), ProgramType.of(33)))
                .containsOnly(ProgramType.UNKNOWN);
        assertThat(List.of(AttachType.of(-1), AttachType.of(62))).containsOnly(AttachType.UNKNOWN);
        assertThat(ProgramType.values()).allMatch(type -> ProgramType.of(type.number()) == type);
        assertThat(AttachType.values()).allMatch(type -> AttachType.of(type.number()) == type);
        Comparator<Runtime.Version> order = Comparator.naturalOrder();
        assertThat(Arrays.stream(ProgramType.values()).skip(1).map(type -> Runtime.Version.parse(type.kernel() + ".1")))
                .isSortedAccordingTo(order);
        assertThat(Arrays.stream(AttachType.values()).skip(1).map(type -> Runtime.Version.parse(type.kernel() + ".1")))
                .isSortedAccordingTo(order);
    }
}
