package io.ebpf4j;

import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Tool;
import io.ebpf4j.testing.UdpPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** The probe {@code attach_packets}, whose functions count the packets that they see. */
final class PacketProbe {
    static final String LO = "lo";
    static final int SENT = 7;
    static final InetAddress THERE = InetAddress.ofLiteral("10.9.8.2");

    record Packet(int function, int port) {}

    private PacketProbe() {}

    /** Nothing before it is attached, each packet once while it is, and nothing after; twice. */
    static void countsOnLoopback(String function, AttachTarget target) {
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
    static DatagramChannel pair(String kind) throws IOException {
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

    static BpfProgram load() {
        return load(LoadOptions.defaults().attachNothing());
    }

    static BpfProgram load(LoadOptions options) {
        return BpfProgram.load(Fixtures.path("live", "attach_packets"), options);
    }

    static long count(BpfProgram program, int function, int port) {
        return program.hashMap("counts", Packet.class, Long.class).get(new Packet(function, port)).orElse(0L);
    }

    /** {@return which functions have seen a packet to the port since this was last asked, one after another} */
    static List<Integer> order(BpfProgram program, UdpPort port) {
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
