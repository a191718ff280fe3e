package io.ebpf4j;

import static io.ebpf4j.PacketProbe.LO;
import static io.ebpf4j.PacketProbe.SENT;
import static io.ebpf4j.PacketProbe.THERE;
import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.Direction;
import io.ebpf4j.attach.Netkit;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Links;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.Tool;
import io.ebpf4j.testing.UdpPort;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions at the network driver: each sees exactly those packets that were sent while it was attached. */
@Live
@OwnNetwork
class AttachXdpLiveTest {
    private static final int NO_DEVICE = 19;
    private static final int BUSY = 16;
    private static final int NOT_SUPPORTED = 95;

    @ParameterizedTest
    @EnumSource(names = {"ANY", "GENERIC"})
    void xdp_onLoopback_seesEachPacketOnce(Xdp.Mode mode) throws Exception {
        AttachReport.passes(mode == Xdp.Mode.ANY ? "xdp" : "xdp generic",
                () -> PacketProbe.countsOnLoopback("xdp_1", Xdp.of(LO).in(mode)));
    }

    @Test
    void xdp_inTheDriver_seesEachPacketOnce() throws Exception {
        if (Tool.has("ip")) {
            AttachReport.passes("xdp driver", AttachXdpLiveTest::countsInTheDriver);
        } else {
            AttachReport.notHere("xdp driver", "no iproute2 to make a veth pair with");
        }
    }

    private static void countsInTheDriver() throws IOException {
        try (var program = PacketProbe.load(); var sender = PacketProbe.pair("veth")) {
            var attachment = program.function("xdp_1").attach(Xdp.of("there").in(Xdp.Mode.DRIVER));
            UdpPort.send(sender, THERE, 4711, SENT);
            Await.until("packets in the driver", () -> PacketProbe.count(program, 1, 4711) == SENT);
            closes(attachment);
            UdpPort.send(sender, THERE, 4711, SENT);
            // Those are through when later ones are seen by the next.
            program.function("xdp_2").attach(Xdp.of("there").in(Xdp.Mode.GENERIC));
            UdpPort.send(sender, THERE, 4712, 1);
            Await.until("a later packet", () -> PacketProbe.count(program, 2, 4712) == 1);
            assertThat(PacketProbe.count(program, 1, 4711)).isEqualTo(SENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DRIVER", "HARDWARE"})
    void xdp_whereTheInterfaceCannot_throws(Xdp.Mode mode) {
        try (var program = PacketProbe.load()) {
            var target = Xdp.of(LO).in(mode);
            var refused = catchThrowableOfType(BpfException.class, () -> program.function("xdp_1").attach(target));
            assertThat(refused).hasMessageStartingWith(
                    "attach_packets: function 'xdp_1' cannot be attached to XDP on lo (" + mode + ")");
            assertThat(refused.errno()).hasValue(NOT_SUPPORTED);
            assertThat(program.attachments()).isEmpty();
        }
    }

    @Test
    void xdp_whereAnotherIs_throwsBusyAndLeavesThat() {
        try (var first = PacketProbe.load(); var second = PacketProbe.load(); var port = new UdpPort()) {
            first.function("xdp_1").attach(Xdp.of(LO));
            var refused = catchThrowableOfType(AttachException.class,
                    () -> second.function("xdp_2").attach(Xdp.of(LO)));
            assertThat(refused).hasMessageStartingWith("attach_packets: function 'xdp_2' cannot be attached to XDP on"
                    + " lo: EBUSY (16, Device or resource busy)");
            assertThat(refused.errno()).hasValue(BUSY);
            port.exchange(SENT);
            assertThat(PacketProbe.count(first, 1, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void xdp_replaced_missesNoPacket() {
        try (var program = PacketProbe.load(); var port = new UdpPort()) {
            var attachment = program.function("xdp_1").attach(Xdp.of(LO));
            int id = attachment.id().orElseThrow();
            port.exchange(SENT);
            attachment.replace(program.function("xdp_2"));
            port.exchange(SENT + 1);
            assertThat(PacketProbe.order(program, port)).startsWith(1).endsWith(2).hasSize(2 * SENT + 1);
            assertThat(PacketProbe.count(program, 2, port.number())).isEqualTo(SENT + 1);
            assertThat(attachment.id()).hasValue(id);
            closes(attachment);
        }
    }

    @Test
    void interface_thatIsNotThere_throws() {
        try (var program = PacketProbe.load()) {
            for (AttachTarget target : List.of(Xdp.of("nope0"), Tcx.of("nope0", Direction.INGRESS),
                    TrafficControl.of("nope0", Direction.EGRESS), Netkit.of("nope0", Netkit.End.PEER))) {
                String function = target instanceof Xdp ? "xdp_1" : "tc_1";
                var refused = catchThrowableOfType(AttachException.class,
                        () -> program.function(function).attach(target));
                assertThat(refused).hasMessage("attach_packets: function '" + function + "' cannot be attached to "
                        + target.description() + ": there is no network interface 'nope0' in the network namespace of"
                        + " this process; `ip link` lists those there are");
                assertThat(refused.errno()).hasValue(NO_DEVICE);
            }
        }
    }

    @Test
    void attach_afterClose_throws() {
        var program = PacketProbe.load();
        var function = program.function("xdp_1");
        var attachment = function.attach(Xdp.of(LO));
        int id = attachment.id().orElseThrow();
        program.close();
        assertThat(Links.exists(id)).isFalse();
        assertThat(attachment.isClosed()).isTrue();
        assertThatThrownBy(() -> function.attach(Xdp.of(LO))).isInstanceOf(IllegalStateException.class)
                .hasMessage("program attach_packets is closed");
    }
}
