package io.ebpf4j;

import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.attach.Netfilter;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.UdpPort;
import org.junit.jupiter.api.Test;

/** Functions among the rules of netfilter: each sees exactly those packets that were sent while it was attached. */
@Live
@OwnNetwork
class AttachNetfilterLiveTest {
    @Test
    void netfilter_ofLocalPackets_runsByPriority() throws Exception {
        if (NativeLibrary.has("bpf_program__attach_netfilter") && Kernels.has("CONFIG_NETFILTER_BPF_LINK")) {
            AttachReport.passes("netfilter", AttachNetfilterLiveTest::countsByNetfilter);
            return;
        }
        var refused = AttachReport.refused("netfilter", BpfException.class,
                () -> PacketProbe.load(LoadOptions.defaults().attachNothing().enable("netfilter_1")).close());
        assertThat(refused).hasMessageStartingWith("attach_packets: ").hasMessageContaining("netfilter");
        if (!NativeLibrary.has("bpf_program__attach_netfilter")) {
            assertThat(refused).hasMessageContaining("libbpf 1.3 brought it, update libbpf");
        }
    }

    private static void countsByNetfilter() {
        var options = LoadOptions.defaults().attachNothing().enable("netfilter_1").enable("netfilter_2");
        try (var program = PacketProbe.load(options); var port = new UdpPort()) {
            port.exchange(1);
            var late = program.function("netfilter_1")
                    .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.LOCAL_IN, 10));
            var early = program.function("netfilter_2")
                    .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.LOCAL_IN, -10));
            program.function("netfilter_1").attach(Netfilter.of(Netfilter.Family.IPV6, Netfilter.Hook.LOCAL_IN, 1));
            port.exchange(2);
            assertThat(PacketProbe.order(program, port)).containsExactly(2, 1, 2, 1);
            closes(early);
            port.exchange(1);
            assertThat(PacketProbe.order(program, port)).containsExactly(1);
            closes(late);
            port.exchange(1);
            assertThat(PacketProbe.order(program, port)).isEmpty();
        }
    }
}
