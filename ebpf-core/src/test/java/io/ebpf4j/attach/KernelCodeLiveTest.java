package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.BpfException;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Hits.Hit;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Probes of the kernel's functions; where it was built without kprobes, what is said then. */
@Live
class KernelCodeLiveTest {
    private static final boolean KPROBES = Kernels.has("CONFIG_KPROBES");
    private static final boolean MULTI = Kernels.since(5, 18) && Kernels.has("CONFIG_FPROBE");
    /** comm_write returns how much was written. */
    private static final int WRITTEN = Events.threadName().length();

    @Test
    void kprobe_countsCallsWithCookie() throws Exception {
        countedOrRefused("kprobe", KPROBES, "on_kprobe", Kprobe.of("comm_write").withCookie(5), "kprobe comm_write",
                Events::rename, Hits.own(1, 5, 0));
    }

    @Test
    void kprobe_withinFunction_countsThatInstruction() throws Exception {
        // behind the call that ftrace patches, and behind what indirect branches need
        int offset = Kernels.has("CONFIG_X86_KERNEL_IBT") ? 9 : 5;
        countedOrRefused("kprobe offset", KPROBES, "on_kprobe", new Kprobe("comm_write", offset, false, 0),
                "kprobe comm_write+0x" + offset, Events::rename, Hits.own(1, 0, 0));
    }

    @Test
    void kretprobe_countsReturnsWithTheirValue() throws Exception {
        countedOrRefused("kretprobe", KPROBES, "on_kretprobe", Kprobe.onReturn("comm_write").withCookie(6),
                "kretprobe comm_write", Events::rename,
                Hits.own(2, 6, WRITTEN));
    }

    @Test
    void ksyscall_countsCalls() throws Exception {
        countedOrRefused("ksyscall", KPROBES, "on_ksyscall", Ksyscall.of("getpgid").withCookie(7),
                "ksyscall getpgid", () -> Calls.getpgid(0), Hits.own(3, 7, 0));
    }

    @Test
    void kretsyscall_countsReturnsWithTheirValue() throws Exception {
        countedOrRefused("kretsyscall", KPROBES, "on_kretsyscall", Ksyscall.onReturn("getpgid").withCookie(8),
                "kretsyscall getpgid", () -> Calls.getpgid(0), Hits.own(4, 8, Calls.getpgid(0)));
    }

    @Test
    void kprobes_ofFunctions_countEachWithItsCookie() throws Exception {
        countedOrRefused("kprobe.multi", MULTI, "on_kprobes",
                KprobeMulti.of(List.of("comm_write", "__set_task_comm")).withCookies(List.of(21L, 22L)),
                "kprobe.multi [comm_write, __set_task_comm]", Events::rename, Hits.own(5, 21, 0), Hits.own(5, 22, 0));
    }

    @Test
    void kprobes_ofPattern_countReturnsOfWhatMatches() throws Exception {
        countedOrRefused("kretprobe.multi", MULTI, "on_kretprobes", KprobeMulti.matching("comm_writ?").onReturns(),
                "kretprobe.multi comm_writ?", Events::rename, Hits.own(6, 0, WRITTEN));
    }

    @Test
    void kprobe_ofWhatTheKernelLacks_namesAll() {
        try (var program = Hits.load("attach_probes", "on_kprobe")) {
            assertThatThrownBy(() -> program.function("on_kprobe").attach(Kprobe.of("ebpf4j_no_such")))
                    .isInstanceOf(BpfException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_kprobe' cannot be attached to kprobe"
                            + " ebpf4j_no_such: ");
        }
    }

    private static void countedOrRefused(String kind, boolean possible, String function, AttachTarget target,
            String named, Runnable event, Hit... expected) throws Exception {
        if (possible) {
            AttachReport.passes(kind, () -> {
                try (var program = Hits.load("attach_probes", function)) {
                    Hits.assertCounted(program, () -> program.function(function).attach(target), event, expected);
                }
            });
            return;
        }
        BpfException thrown = AttachReport.refused(kind, BpfException.class, () -> {
            try (var program = Hits.load("attach_probes", function)) {
                program.function(function).attach(target);
            }
        });
        assertThat(thrown).hasMessageStartingWith("attach_probes: function '" + function
                + "' cannot be attached to " + named);
        assertThat(thrown.errno()).isPresent();
    }
}
