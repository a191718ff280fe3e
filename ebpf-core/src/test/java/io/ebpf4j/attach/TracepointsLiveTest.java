package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tracepoints, with their events by number and raw. */
@Live
class TracepointsLiveTest {
    @Test
    void tracepoint_countsWithCookie() throws Exception {
        AttachReport.passes("tracepoint", () -> {
            try (var program = Hits.load("attach_probes", "on_tracepoint")) {
                Hits.assertCounted(program,
                        () -> program.function("on_tracepoint").attach(Tracepoint.of("task", "task_rename")
                                .withCookie(1L << 40)),
                        Events::rename, Hits.own(11, 1L << 40, 0));
            }
        });
    }

    @Test
    void tracepoint_ofSection_counts() {
        try (var program = Hits.load("attach_probes", "by_section")) {
            Hits.assertCounted(program, () -> program.function("by_section").attach(), Events::rename,
                    Hits.own(14, 0, 0));
        }
    }

    @Test
    void tracepoint_unknown_namesAll() {
        try (var program = Hits.load("attach_probes", "on_tracepoint")) {
            assertThatThrownBy(() -> program.function("on_tracepoint").attach(Tracepoint.of("task", "no_such")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_tracepoint' cannot be attached to"
                            + " tracepoint task/no_such: ")
                    .hasMessageContaining("ENOENT");
        }
    }

    @Test
    void tracepoint_twiceOfOneFunction_isRefusedByTheKernel() {
        try (var program = Hits.load("attach_probes", "on_tracepoint")) {
            var function = program.function("on_tracepoint");
            var first = function.attach(Tracepoint.of("task", "task_rename").withCookie(1));
            assertThatThrownBy(() -> function.attach(Tracepoint.of("task", "task_rename").withCookie(2)))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_tracepoint' cannot be attached to tracepoint"
                            + " task/task_rename: EEXIST (17, File exists); the function is attached there already, and"
                            + " this kernel calls it once for each event; go on with that attachment, close it before this"
                            + " call, or load the program twice: ");
            assertThat(program.attachments()).containsExactly(first);
            Events.rename();
            assertThat(Hits.of(program)).isEqualTo(Map.of(Hits.own(11, 1, 0), 1L));
        }
    }

    @Test
    void attach_afterClose_isRefused() {
        var program = Hits.load("attach_probes", "on_tracepoint");
        var function = program.function("on_tracepoint");
        var attachment = function.attach(Tracepoint.of("task", "task_rename"));
        int id = attachment.id().orElse(-1);
        program.close();
        assertThat(attachment.isClosed()).isTrue();
        assertThat(Hits.links()).doesNotContain(id);
        attachment.close();
        assertThatThrownBy(() -> function.attach(Tracepoint.of("task", "task_rename")))
                .isInstanceOf(IllegalStateException.class).hasMessage("program attach_probes is closed");
    }

    @Test
    void attach_notLoaded_namesTheOption() {
        try (var program = Hits.load("attach_probes", "on_tracepoint")) {
            assertThatThrownBy(() -> program.function("by_section").attach())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("attach_probes: function 'by_section' is not loaded: its section begins with '?';"
                            + " load the program with LoadOptions.defaults().enable(\"by_section\")");
            assertThatThrownBy(() -> program.function("on_tracepoint").attach())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("attach_probes: function 'on_tracepoint' is in section 'tracepoint', which does"
                            + " not say to what it is hooked; call attach(..) with a target");
        }
    }

    @Test
    void rawTracepoint_counts() throws Exception {
        AttachReport.passes("raw_tp", () -> {
            try (var program = Hits.load("attach_raw", "on_raw")) {
                Hits.assertCounted(program, () -> program.function("on_raw").attach(RawTracepoint.of("task_rename")),
                        Events::rename, Hits.own(1, 0, 0));
            }
        });
    }

    @Test
    void rawTracepoint_withCookie_countsWithIt() throws Exception {
        if (Kernels.since(6, 10) && Libraries.since(1, 4)) {
            AttachReport.passes("raw_tp cookie", () -> {
                try (var program = Hits.load("attach_raw", "on_raw_cookie")) {
                    Hits.assertCounted(program,
                            () -> program.function("on_raw_cookie").attach(
                                    RawTracepoint.of("task_rename").withCookie(9)),
                            Events::rename, Hits.own(2, 9, 0));
                }
            });
            return;
        }
        BpfException thrown = AttachReport.refused("raw_tp cookie", BpfException.class, () -> {
            try (var program = Hits.load("attach_raw", "on_raw")) {
                program.function("on_raw").attach(RawTracepoint.of("task_rename").withCookie(9));
            }
        });
        assertThat(thrown).hasMessageStartingWith(
                "attach_raw: function 'on_raw' cannot be attached to raw tracepoint task_rename: ")
                .hasMessageContaining(Libraries.since(1, 4) ? "takes Linux 6.10" : "it came with libbpf 1.4");
    }

    @Test
    void rawTracepoint_unknown_namesAll() {
        try (var program = Hits.load("attach_raw", "on_raw")) {
            assertThatThrownBy(() -> program.function("on_raw").attach(RawTracepoint.of("no_such")))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_raw: function 'on_raw' cannot be attached to raw tracepoint"
                            + " no_such: ")
                    .hasMessageContaining("ENOENT");
        }
    }
}
