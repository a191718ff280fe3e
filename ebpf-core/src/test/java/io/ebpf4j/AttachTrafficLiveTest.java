package io.ebpf4j;

import static io.ebpf4j.PacketProbe.LO;
import static io.ebpf4j.PacketProbe.SENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.attach.Direction;
import io.ebpf4j.attach.Order;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Links;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.Tool;
import io.ebpf4j.testing.UdpPort;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that TCX and traffic control call: each sees exactly those packets that were sent while it was attached. */
@Live
@OwnNetwork
class AttachTrafficLiveTest {
    private static final int INVALID = 22;

    @ParameterizedTest
    @EnumSource
    void tcx_onLoopback_seesEachPacketOnce(Direction direction) throws Exception {
        String kind = "tcx/" + name(direction);
        if (tcx()) {
            AttachReport.passes(kind, () -> PacketProbe.countsOnLoopback("tc_1", Tcx.of(LO, direction)));
            return;
        }
        try (var program = PacketProbe.load()) {
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
            AttachReport.notHere("tcx replace", "Linux 6.6 brought TCX");
            return;
        }
        AttachReport.passes("tcx replace", () -> {
            try (var program = PacketProbe.load(); var port = new UdpPort()) {
                var first = program.function("tc_1").attach(Tcx.of(LO, Direction.INGRESS));
                program.function("tc_5").attach(Tcx.of(LO, Direction.INGRESS).in(Order.last()));
                int id = first.id().orElseThrow();
                int function = Links.program(id);
                port.exchange(2);
                first.replace(program.function("tc_2"));
                port.exchange(2);
                assertThat(PacketProbe.order(program, port)).containsExactly(1, 5, 1, 5, 2, 5, 2, 5);
                assertThat(first.id()).hasValue(id);
                assertThat(Links.program(id)).isNotEqualTo(function);
                Links.closes(first);
                port.exchange(1);
                assertThat(PacketProbe.order(program, port)).containsExactly(5);
            }
        });
    }

    @Test
    void tcx_ordered_runsInThatOrder() throws Exception {
        if (!tcx()) {
            AttachReport.notHere("tcx order", "Linux 6.6 brought TCX");
            return;
        }
        try (var program = PacketProbe.load(); var port = new UdpPort()) {
            var three = program.function("tc_3").attach(Tcx.of(LO, Direction.INGRESS));
            program.function("tc_1").attach(Tcx.of(LO, Direction.INGRESS).in(Order.first()));
            program.function("tc_5").attach(Tcx.of(LO, Direction.INGRESS).in(Order.last()));
            port.exchange(2);
            assertThat(PacketProbe.order(program, port)).containsExactly(1, 3, 5, 1, 3, 5);
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
                assertThat(PacketProbe.order(program, port)).containsExactly(1, 2, 3, 4, 5, 1, 2, 3, 4, 5);
                three.close();
                port.exchange(1);
                assertThat(PacketProbe.order(program, port)).containsExactly(1, 2, 4, 5);
            });
        }
    }

    @Test
    void order_byAnAttachmentWithoutLink_throws() {
        try (var program = PacketProbe.load()) {
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
        try (var program = PacketProbe.load(); var port = new UdpPort()) {
            var attachment = program.function("tc_1").attach(TrafficControl.of(LO, direction));
            port.exchange(SENT);
            assertThat(PacketProbe.count(program, 1, port.number())).isEqualTo(SENT);
            assertThat(attachment.id()).isEmpty();
            assertThatThrownBy(() -> attachment.replace(program.function("tc_2"))).isInstanceOf(AttachException.class)
                    .hasMessage("attach_packets: function 'tc_1' at traffic control " + direction + " of lo: another"
                            + " function cannot take its place, for the kernel has no link for such an attachment;"
                            + " close it and attach the other");
            attachment.close();
            attachment.close();
            port.exchange(SENT);
            assertThat(PacketProbe.count(program, 1, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void trafficControl_byPriority_runsInThatOrder() {
        try (var program = PacketProbe.load(); var port = new UdpPort()) {
            program.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 20));
            program.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 10));
            program.function("tc_3").attach(new TrafficControl(LO, Direction.INGRESS, 30));
            port.exchange(2);
            assertThat(PacketProbe.order(program, port)).containsExactly(1, 2, 3, 1, 2, 3);
        }
    }

    @Test
    void trafficControl_closed_leavesFiltersOfOthersAndClsact() {
        try (var other = PacketProbe.load(); var port = new UdpPort()) {
            other.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            try (var own = PacketProbe.load()) {
                var first = own.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 5));
                own.function("tc_1").attach(TrafficControl.of(LO, Direction.EGRESS));
                first.close();
            }
            port.exchange(SENT);
            assertThat(PacketProbe.count(other, 2, port.number())).isEqualTo(SENT);
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
        assumeTrue(Tool.has("tc"), "there is no tc; package iproute2 has it");
        try (var program = PacketProbe.load(); var port = new UdpPort()) {
            Tool.run("tc", "qdisc", "add", "dev", LO, "clsact");
            var attachment = program.function("tc_1").attach(TrafficControl.of(LO, Direction.INGRESS));
            Tool.run("tc", "filter", "del", "dev", LO, "ingress");
            attachment.close();
            port.exchange(1);
            assertThat(PacketProbe.count(program, 1, port.number())).isZero();
            assertThat(Tool.run("tc", "qdisc", "show", "dev", LO)).contains("clsact");
        }
    }

    /** The kernel gives the next filter the numbers of the one that was removed. */
    @Test
    void trafficControl_inWhoseNumbersAnotherIs_leavesThat() {
        assumeTrue(Tool.has("tc"), "there is no tc; package iproute2 has it");
        try (var own = PacketProbe.load(); var other = PacketProbe.load(); var port = new UdpPort()) {
            var attachment = own.function("tc_1").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            Tool.run("tc", "filter", "del", "dev", LO, "ingress");
            other.function("tc_2").attach(new TrafficControl(LO, Direction.INGRESS, 5));
            attachment.close();
            port.exchange(SENT);
            assertThat(PacketProbe.count(other, 2, port.number())).isEqualTo(SENT);
        }
    }

    private static String name(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    private static boolean tcx() {
        return Kernels.since(6, 6) && Kernels.has("CONFIG_NET_XGRESS");
    }
}
