package io.ebpf4j.attach;

import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.kernel.LinkType;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Hits.Hit;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A way to control congestion that the probe brings. */
@Live
class StructOpsLiveTest {
    private static final Path WAYS = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
    private static final boolean POSSIBLE = Kernels.since(5, 6) && Kernels.has("CONFIG_DEBUG_INFO_BTF")
            && Kernels.has("CONFIG_BPF_JIT");

    @Test
    void structOps_areCalledForAConnection() throws Exception {
        if (!POSSIBLE) {
            BpfException thrown = AttachReport.refused("struct_ops", BpfException.class, () -> {
                try (var program = BpfProgram.load(Fixtures.path("live", "attach_ops"))) {
                    program.attachStructOps("ebpf4j_ops");
                }
            });
            assertThat(thrown).hasMessageStartingWith("attach_ops: ");
            return;
        }
        AttachReport.passes("struct_ops", () -> {
            try (var program = BpfProgram.load(Fixtures.path("live", "attach_ops"))) {
                assertThat(ways()).as("loaded, not attached").doesNotContain("ebpf4j_test");
                var attachment = program.attachStructOps("ebpf4j_ops");
                assertThat(ways()).contains("ebpf4j_test");
                assertThat(attachment).hasToString("attach_ops: struct_ops map 'ebpf4j_ops'");
                assertThat(attachment.id()).as("of a map without BPF_F_LINK").isEmpty();
                assertThat(program.attachments()).containsExactly(attachment);
                assertThatThrownBy(() -> attachment.pin(Path.of("/sys/fs/bpf/ebpf4j_ops")))
                        .isInstanceOf(AttachException.class).hasMessage("attach_ops: struct_ops map 'ebpf4j_ops':"
                                + " cannot be pinned, for the kernel has no link for such an attachment");
                assertThatThrownBy(() -> program.attachStructOps("ebpf4j_ops")).isInstanceOf(AttachException.class)
                        .hasMessageStartingWith("attach_ops: struct_ops map 'ebpf4j_ops' cannot be attached: EBUSY");
                try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    assertThat(counted(program)).isEmpty();
                    Calls.connect(server.getLocalPort(), "ebpf4j_test");
                    assertThat(counted(program)).isEqualTo(Map.of(new Hit(1, 0, 0, 0), 1L));
                    assertThat(Calls.connect(server.getLocalPort(), "ebpf4j_none")).as("ENOENT of others").isNotZero();
                }
                attachment.close();
                attachment.close();
                assertThat(ways()).doesNotContain("ebpf4j_test");
            }
        });
    }

    @Test
    void structOps_withLink_endWithTheirLink() throws Exception {
        if (!Libraries.since(1, 2) || !POSSIBLE || !Kernels.since(6, 4)) {
            BpfException thrown = AttachReport.refused("struct_ops.link", BpfException.class, () -> {
                try (var program = BpfProgram.load(Fixtures.path("live", "links_ops"))) {
                    program.attachStructOps("linked_ops");
                }
            });
            assertThat(thrown).hasMessageStartingWith("links_ops: ");
            if (!Libraries.since(1, 2)) {
                assertThat(thrown).hasMessageContaining("SEC(\".struct_ops.link\") needs libbpf 1.2");
            } else if (!Kernels.since(6, 4)) {
                assertThat(thrown).hasMessageContaining("SEC(\".struct_ops.link\") needs Linux 6.4");
            }
            return;
        }
        AttachReport.passes("struct_ops.link", () -> {
            try (var program = BpfProgram.load(Fixtures.path("live", "links_ops"))) {
                assertThat(ways()).as("loaded, not attached").doesNotContain("ebpf4j_linked");
                var attachment = program.attachStructOps("linked_ops");
                assertThat(ways()).contains("ebpf4j_linked");
                assertThat(Hits.links()).contains(attachment.id().orElseThrow());
                assertThat(attachment.info().orElseThrow().type()).isEqualTo(LinkType.STRUCT_OPS);
                try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    Calls.connect(server.getLocalPort(), "ebpf4j_linked");
                    assertThat(counted(program)).isEqualTo(Map.of(new Hit(1, 0, 0, 0), 1L));
                }
                closes(attachment);
                Await.until("ebpf4j_linked gone", () -> !ways().contains("ebpf4j_linked"));
            }
        });
    }

    @Test
    void structOps_unknown_namesThoseThereAre() {
        if (!POSSIBLE) {
            return;
        }
        var program = BpfProgram.load(Fixtures.path("live", "attach_ops"));
        try (program) {
            assertThatThrownBy(() -> program.attachStructOps("ebpf4j_opps"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("attach_ops: has no struct_ops map 'ebpf4j_opps'")
                    .hasMessageEndingWith("its struct_ops maps are [ebpf4j_ops]");
        }
        assertThatThrownBy(() -> program.attachStructOps("ebpf4j_ops")).isInstanceOf(IllegalStateException.class)
                .hasMessage("program attach_ops is closed");
        assertThat(ways()).doesNotContain("ebpf4j_test");
    }

    private static Map<Hit, Long> counted(BpfProgram program) {
        return program.hashMap("hits", Hit.class, Long.class).toMap();
    }

    private static String ways() {
        return Kernels.says(WAYS).orElseThrow();
    }
}
