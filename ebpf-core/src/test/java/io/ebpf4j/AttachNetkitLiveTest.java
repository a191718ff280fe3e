package io.ebpf4j;

import static io.ebpf4j.PacketProbe.LO;
import static io.ebpf4j.PacketProbe.SENT;
import static io.ebpf4j.PacketProbe.THERE;
import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.attach.Netkit;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.Tool;
import io.ebpf4j.testing.UdpPort;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Functions at a netkit pair: each sees exactly those packets that were sent while it was attached. */
@Live
@OwnNetwork
class AttachNetkitLiveTest {
    private static final int INVALID = 22;

    @Test
    void netkit_ofItsOwnPair_seesEachPacketOnce() throws Exception {
        if (!Kernels.has("CONFIG_NETKIT")) {
            try (var program = PacketProbe.load()) {
                var refused = AttachReport.refused("netkit", BpfException.class,
                        () -> program.function("tc_1").attach(Netkit.of(LO, Netkit.End.PRIMARY)));
                assertThat(refused).hasMessageStartingWith(
                        "attach_packets: function 'tc_1' cannot be attached to netkit PRIMARY of lo: ");
                assertThat(refused.errno()).hasValue(INVALID);
            }
        } else if (Tool.has("ip")) {
            AttachReport.passes("netkit", AttachNetkitLiveTest::countsOnNetkit);
        } else {
            AttachReport.notHere("netkit", "no iproute2 to make a netkit pair with");
        }
    }

    private static void countsOnNetkit() throws IOException {
        try (var program = PacketProbe.load(); var sender = PacketProbe.pair("netkit")) {
            var attachment = program.function("tc_1").attach(Netkit.of("here", Netkit.End.PRIMARY));
            UdpPort.send(sender, THERE, 4711, SENT);
            Await.until("packets of netkit", () -> PacketProbe.count(program, 1, 4711) == SENT);
            closes(attachment);
            UdpPort.send(sender, THERE, 4711, SENT);
            assertThat(PacketProbe.count(program, 1, 4711)).isEqualTo(SENT);
        }
    }
}
