package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static io.ebpf4j.testing.Links.closes;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.Direction;
import io.ebpf4j.attach.Netfilter;
import io.ebpf4j.attach.Netkit;
import io.ebpf4j.attach.Order;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Links;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.Tool;
import io.ebpf4j.testing.UdpPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions on the way of packets: each sees exactly those that were sent while it was attached. */
@Live
@OwnNetwork
class AttachPacketsLiveTest {
    private static final String LO = "lo";
    private static final int SENT = 7;
    private static final InetAddress THERE = InetAddress.ofLiteral("10.9.8.2");
    private static final int NO_DEVICE = 19;
    private static final int BUSY = 16;
    private static final int INVALID = 22;
    private static final int NOT_SUPPORTED = 95;

    record Packet(int function, int port) {}

    @ParameterizedTest
    @EnumSource(names = {"ANY", "GENERIC"})
    void xdp_onLoopback_seesEachPacketOnce(Xdp.Mode mode) throws Exception {
        AttachReport.passes(mode == Xdp.Mode.ANY ? "xdp" : "xdp generic",
                () -> countsOnLoopback("xdp_1", Xdp.of(LO).in(mode)));
    }

    @Test
    void xdp_inTheDriver_seesEachPacketOnce() throws Exception {
        if (Tool.has("ip")) {
            AttachReport.passes("xdp driver", AttachPacketsLiveTest::countsInTheDriver);
        } else {
            AttachReport.notHere("xdp driver", "no iproute2 to make a veth pair with");
        }
    }

    private static void countsInTheDriver() throws IOException {
        try (var program = load(); var sender = pair("veth")) {
            var attachment = program.function("xdp_1").attach(Xdp.of("there").in(Xdp.Mode.DRIVER));
            UdpPort.send(sender, THERE, 4711, SENT);
            Await.until("packets in the driver", () -> count(program, 1, 4711) == SENT);
            closes(attachment);
            UdpPort.send(sender, THERE, 4711, SENT);
            // Those are through when later ones are seen by the next.
            program.function("xdp_2").attach(Xdp.of("there").in(Xdp.Mode.GENERIC));
            UdpPort.send(sender, THERE, 4712, 1);
            Await.until("a later packet", () -> count(program, 2, 4712) == 1);
            assertThat(count(program, 1, 4711)).isEqualTo(SENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DRIVER", "HARDWARE"})
    void xdp_whereTheInterfaceCannot_throws(Xdp.Mode mode) {
        try (var program = load()) {
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
        try (var first = load(); var second = load(); var port = new UdpPort()) {
            first.function("xdp_1").attach(Xdp.of(LO));
            var refused = catchThrowableOfType(AttachException.class,
                    () -> second.function("xdp_2").attach(Xdp.of(LO)));
            assertThat(refused).hasMessageStartingWith("attach_packets: function 'xdp_2' cannot be attached to XDP on"
                    + " lo: EBUSY (16, Device or resource busy)");
            assertThat(refused.errno()).hasValue(BUSY);
            port.exchange(SENT);
            assertThat(count(first, 1, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void xdp_replaced_missesNoPacket() {
        try (var program = load(); var port = new UdpPort()) {
            var attachment = program.function("xdp_1").attach(Xdp.of(LO));
            int id = attachment.id().orElseThrow();
            port.exchange(SENT);
            attachment.replace(program.function("xdp_2"));
            port.exchange(SENT + 1);
            assertThat(order(program, port)).startsWith(1).endsWith(2).hasSize(2 * SENT + 1);
            assertThat(count(program, 2, port.number())).isEqualTo(SENT + 1);
            assertThat(attachment.id()).hasValue(id);
            closes(attachment);
        }
    }

    @Test
    void interface_thatIsNotThere_throws() {
        try (var program = load()) {
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
        var program = load();
        var function = program.function("xdp_1");
        var attachment = function.attach(Xdp.of(LO));
        int id = attachment.id().orElseThrow();
        program.close();
        assertThat(Links.exists(id)).isFalse();
        assertThat(attachment.isClosed()).isTrue();
        assertThatThrownBy(() -> function.attach(Xdp.of(LO))).isInstanceOf(IllegalStateException.class)
                .hasMessage("program attach_packets is closed");
    }

    @ParameterizedTest
    @EnumSource
    void tcx_onLoopback_seesEachPacketOnce(Direction direction) throws Exception {
        String kind = "tcx/" + name(direction);
        if (tcx()) {
            AttachReport.passes(kind, () -> countsOnLoopback("tc_1", Tcx.of(LO, direction)));
            return;
        }
        try (var program = load()) {
            var refused = AttachReport.refused(kind, BpfException.class,
                    () -> program.function("tc_1").attach(Tcx.of(LO, direction)));
            assertThat(refused).hasMessageStartingWith(
                    "attach_packets: function 'tc_1' cannot be attached to TCX " + direction + " of lo: ");
            assertThat(refused.errno()).hasValue(INVALID);
        }
    }

    @Test
    void tcx_replaced_keepsItsLinkAndItsPlace() throws Exception {
        if (!tcx()) {
            AttachReport.notHere("tcx replaced", "Linux 6.6 brought TCX");
            return;
        }
        try (var program = load(); var port = new UdpPort()) {
            var first = program.function("tc_1").attach(Tcx.of(LO, Direction.INGRESS));
            program.function("tc_5").attach(Tcx.of(LO, Direction.INGRESS).in(Order.last()));
            int id = first.id().orElseThrow();
            int function = Links.program(id);
            port.exchange(2);
            first.replace(program.function("tc_2"));
            port.exchange(2);
            assertThat(order(program, port)).containsExactly(1, 5, 1, 5, 2, 5, 2, 5);
            assertThat(first.id()).hasValue(id);
            assertThat(Links.program(id)).isNotEqualTo(function);
            closes(first);
            port.exchange(1);
            assertThat(order(program, port)).containsExactly(5);
        }
    }

    @Test
    void tcx_ordered_runsInThatOrder() throws Exception {
        if (!tcx()) {
            AttachReport.notHere("tcx order", "Linux 6.6 brought TCX");
            return;
        }
        try (var program = load(); var port = new UdpPort()) {
            var three = program.function("tc_3").attach(Tcx.of(LO, Direction.INGRESS));
            program.function("tc_1").attach(Tcx.of(LO, Direction.INGRESS).in(Order.first()));
            program.function("tc_5").attach(Tcx.of(LO, Direction.INGRESS).in(Order.last()));
            port.exchange(2);
            assertThat(order(program, port)).containsExactly(1, 3, 5, 1, 3, 5);
            var before = Tcx.of(LO, Direction.INGRESS).in(Order.before(three));
            if (!NativeLibrary.has("bpf_program__attach_tcx")) {
                var refused = AttachReport.refused("tcx order", LibbpfException.class,
                        () -> program.function("tc_2").attach(before));
                assertThat(refused).hasMessage("attach_packets: function 'tc_2' at TCX INGRESS of lo: libbpf "
                        + NativeLibrary.version() + " (" + NativeLibrary.location() + ") cannot order it by"
                        + " another: it has no function bpf_program__attach_tcx; install a newer libbpf, or use"
                        + " Order.first() or Order.last()");
                return;
            }
            AttachReport.passes("tcx order", () -> {
                program.function("tc_2").attach(before);
                program.function("tc_4").attach(Tcx.of(LO, Direction.INGRESS).in(Order.after(three)));
                port.exchange(2);
                assertThat(order(program, port)).containsExactly(1, 2, 3, 4, 5, 1, 2, 3, 4, 5);
                three.close();
                port.exchange(1);
                assertThat(order(program, port)).containsExactly(1, 2, 4, 5);
            });
        }
    }

    @Test
    void order_byAnAttachmentWithoutLink_throws() {
        try (var program = load()) {
            var filter = program.function("tc_1").attach(TrafficControl.of(LO, Direction.INGRESS));
            assertThatThrownBy(
                    () -> program.function("tc_2").attach(Tcx.of(LO, Direction.INGRESS).in(Order.after(filter))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("attach_packets: function 'tc_2' at TCX INGRESS of lo: it cannot be ordered by"
                            + " attach_packets: function 'tc_1' to traffic control INGRESS of lo, for the kernel has no"
                            + " bpf_link for that");
        }
    }

    @ParameterizedTest
    @EnumSource
    void trafficControl_onLoopback_seesEachPacketOnce(Direction direction) throws Exception {
        AttachReport.passes("tc " + name(direction), () -> countsByTrafficControl(direction));
    }

    private static void countsByTrafficControl(Direction direction) {
        try (var program = load(); var port = new UdpPort()) {
            var attachment = program.function("tc_1").attach(TrafficControl.of(LO, direction));
            port.exchange(SENT);
            assertThat(count(program, 1, port.number())).isEqualTo(SENT);
            assertThat(attachment.id()).isEmpty();
            assertThatThrownBy(() -> attachment.replace(program.function("tc_2"))).isInstanceOf(AttachException.class)
                    .hasMessage("attach_packets: function 'tc_1' at traffic control " + direction + " of lo: another"
                            + " function cannot take its place, for the kernel has no link for such an attachment;"
                            + " close it and attach the other");
            attachment.close();
            attachment.close();
            port.exchange(SENT);
            assertThat(count(program, 1, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void trafficControl_byPriority_runsInThatOrder() {
        try (var program = load(); var port = new UdpPort()) {
            program.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 20));
            program.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 10));
            program.function("tc_3").attach(new TrafficControl(LO, Direction.INGRESS, 30));
            port.exchange(2);
            assertThat(order(program, port)).containsExactly(1, 2, 3, 1, 2, 3);
        }
    }

    @Test
    void trafficControl_closed_leavesFiltersOfOthersAndClsact() {
        try (var other = load(); var port = new UdpPort()) {
            other.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            try (var own = load()) {
                var first = own.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 5));
                own.function("tc_1").attach(TrafficControl.of(LO, Direction.EGRESS));
                first.close();
            }
            port.exchange(SENT);
            assertThat(count(other, 2, port.number())).isEqualTo(SENT);
            if (Tool.has("tc")) {
                assertThat(Tool.run("tc", "filter", "show", "dev", LO, "ingress")).contains("pref 5 ", "tc_2")
                        .doesNotContain("tc_1");
                assertThat(Tool.run("tc", "filter", "show", "dev", LO, "egress")).isEmpty();
            }
        }
        if (Tool.has("tc")) {
            assertThat(Tool.run("tc", "filter", "show", "dev", LO, "ingress")).isEmpty();
            assertThat(Tool.run("tc", "qdisc", "show", "dev", LO)).contains("clsact");
        }
    }

    @Test
    void trafficControl_whoseFilterSomebodyRemoved_closes() {
        if (!Tool.has("tc")) {
            return;
        }
        try (var program = load(); var port = new UdpPort()) {
            Tool.run("tc", "qdisc", "add", "dev", LO, "clsact");
            var attachment = program.function("tc_1").attach(TrafficControl.of(LO, Direction.INGRESS));
            Tool.run("tc", "filter", "del", "dev", LO, "ingress");
            attachment.close();
            port.exchange(1);
            assertThat(count(program, 1, port.number())).isZero();
            assertThat(Tool.run("tc", "qdisc", "show", "dev", LO)).contains("clsact");
        }
    }

    /** The kernel gives the next filter the numbers of the one that was removed. */
    @Test
    void trafficControl_inWhoseNumbersAnotherIs_leavesThat() {
        if (!Tool.has("tc")) {
            return;
        }
        try (var own = load(); var other = load(); var port = new UdpPort()) {
            var attachment = own.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            Tool.run("tc", "filter", "del", "dev", LO, "ingress");
            other.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            attachment.close();
            port.exchange(SENT);
            assertThat(count(other, 2, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void netkit_ofItsOwnPair_seesEachPacketOnce() throws Exception {
        if (!Kernels.has("CONFIG_NETKIT")) {
            try (var program = load()) {
                var refused = AttachReport.refused("netkit", BpfException.class,
                        () -> program.function("tc_1").attach(Netkit.of(LO, Netkit.End.PRIMARY)));
                assertThat(refused).hasMessageStartingWith(
                        "attach_packets: function 'tc_1' cannot be attached to netkit PRIMARY of lo: ");
                assertThat(refused.errno()).hasValue(INVALID);
            }
        } else if (Tool.has("ip")) {
            AttachReport.passes("netkit", AttachPacketsLiveTest::countsOnNetkit);
        } else {
            AttachReport.notHere("netkit", "no iproute2 to make a netkit pair with");
        }
    }

    private static void countsOnNetkit() throws IOException {
        try (var program = load(); var sender = pair("netkit")) {
            var attachment = program.function("tc_1").attach(Netkit.of("here", Netkit.End.PRIMARY));
            UdpPort.send(sender, THERE, 4711, SENT);
            Await.until("packets of netkit", () -> count(program, 1, 4711) == SENT);
            closes(attachment);
            UdpPort.send(sender, THERE, 4711, SENT);
            assertThat(count(program, 1, 4711)).isEqualTo(SENT);
        }
    }

    @Test
    void netfilter_ofLocalPackets_runsByPriority() throws Exception {
        if (NativeLibrary.has("bpf_program__attach_netfilter") && Kernels.has("CONFIG_NETFILTER_BPF_LINK")) {
            AttachReport.passes("netfilter", AttachPacketsLiveTest::countsByNetfilter);
            return;
        }
        var refused = AttachReport.refused("netfilter", BpfException.class,
                () -> load(LoadOptions.defaults().attachNothing().enable("netfilter_1")).close());
        assertThat(refused).hasMessageStartingWith("attach_packets: ").hasMessageContaining("netfilter");
        if (!NativeLibrary.has("bpf_program__attach_netfilter")) {
            assertThat(refused).hasMessageContaining("libbpf 1.3 brought it, update libbpf");
        }
    }

    private static void countsByNetfilter() {
        var options = LoadOptions.defaults().attachNothing().enable("netfilter_1").enable("netfilter_2");
        try (var program = load(options); var port = new UdpPort()) {
            port.exchange(1);
            var late = program.function("netfilter_1")
                    .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.LOCAL_IN, 10));
            var early = program.function("netfilter_2")
                    .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.LOCAL_IN, -10));
            program.function("netfilter_1").attach(Netfilter.of(Netfilter.Family.IPV6, Netfilter.Hook.LOCAL_IN, 1));
            port.exchange(2);
            assertThat(order(program, port)).containsExactly(2, 1, 2, 1);
            closes(early);
            port.exchange(1);
            assertThat(order(program, port)).containsExactly(1);
            closes(late);
            port.exchange(1);
            assertThat(order(program, port)).isEmpty();
        }
    }

    /** Nothing before it is attached, each packet once while it is, and nothing after; twice. */
    private static void countsOnLoopback(String function, AttachTarget target) {
        try (var program = load(); var port = new UdpPort()) {
            port.exchange(SENT);
            assertThat(count(program, 1, port.number())).isZero();
            for (int round = 1; round <= 2; round++) {
                var attachment = program.function(function).attach(target);
                port.exchange(SENT);
                assertThat(count(program, 1, port.number())).isEqualTo((long) round * SENT);
                assertThat(program.attachments()).containsExactly(attachment);
                closes(attachment);
                port.exchange(SENT);
                assertThat(count(program, 1, port.number())).isEqualTo((long) round * SENT);
            }
            assertThat(program.attachments()).isEmpty();
        }
    }

    /**
     * {@return a socket whose packets to 10.9.8.2 leave through the interface {@code here}, and so come into its other end} That of a veth
     * pair is {@code there}. The namespace takes both along when it ends.
     */
    private static DatagramChannel pair(String kind) throws IOException {
        if (kind.equals("veth")) {
            Tool.run("ip", "link", "add", "here", "type", kind, "peer", "name", "there");
            Tool.run("ip", "link", "set", "there", "up");
        } else { // an iproute2 that does not know the kind knows no options of it either
            Tool.run("ip", "link", "add", "here", "type", kind);
            Tool.run("ip", "link", "set", "nk0", "up");
        }
        Tool.run("ip", "link", "set", "here", "up");
        Tool.run("ip", "addr", "add", "10.9.8.1/24", "dev", "here");
        if (kind.equals("veth")) {
            Tool.run("ip", "neigh", "add", "10.9.8.2", "lladdr", "02:00:00:00:00:02", "dev", "here", "nud",
                    "permanent");
        }
        return DatagramChannel.open(StandardProtocolFamily.INET);
    }

    private static String name(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    private static boolean tcx() {
        return Kernels.since(6, 6) && Kernels.has("CONFIG_NET_XGRESS");
    }

    private static BpfProgram load() {
        return load(LoadOptions.defaults().attachNothing());
    }

    private static BpfProgram load(LoadOptions options) {
        return BpfProgram.load(Fixtures.path("live", "attach_packets"), options);
    }

    private static long count(BpfProgram program, int function, int port) {
        return program.hashMap("counts", Packet.class, Long.class).get(new Packet(function, port)).orElse(0L);
    }

    /** {@return which functions have seen a packet to the port since this was last asked, one after another} */
    private static List<Integer> order(BpfProgram program, UdpPort port) {
        List<Integer> functions = new ArrayList<>();
        try (var reader = program.ringBuffer("passed", Packet.class)) {
            reader.drain(packet -> {
                if (packet.port() == port.number()) {
                    functions.add(packet.function());
                }
            });
        }
        return functions;
    }
}
