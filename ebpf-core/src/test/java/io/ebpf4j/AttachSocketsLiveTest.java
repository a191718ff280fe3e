package io.ebpf4j;

import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.attach.Cgroup;
import io.ebpf4j.attach.NetNamespace;
import io.ebpf4j.attach.Replacement;
import io.ebpf4j.attach.Socket;
import io.ebpf4j.attach.SocketMap;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.sockaddr_in;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnCgroup;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.UdpPort;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Functions of sockets, of the sockets in a map and of a network namespace: each runs for exactly what was sent. */
@Live
@OwnNetwork
class AttachSocketsLiveTest {
    /** Nobody else is in this network. */
    private static final int PORT = 4711;
    private static final int SENT = 6;
    private static final int FILTER = 1;
    private static final int REUSEPORT = 2;
    private static final int LOOKUP = 3;
    private static final int DISSECTOR = 4;
    private static final int MESSAGE = 5;
    private static final int STREAM = 6;
    private static final int BYTES = 2; // further: MESSAGE_BYTES, STREAM_BYTES
    private static final int SOL_PACKET = 263;
    private static final int PACKET_FANOUT = 18;
    private static final int ETH_P_IP = 0x0800;

    /** Of the thread, whose namespace is its own; that of the process is another. */
    private static final NetNamespace NAMESPACE = new NetNamespace(Path.of("/proc/thread-self/ns/net"));

    record Event(int kind, int number) {}

    @Test
    void socketFilter_attached_seesEachPacketOnce() throws Exception {
        AttachReport.passes("socket", () -> countsAtSocket("filter", FILTER));
    }

    @Test
    void reuseport_attached_isAskedForEachPacket() throws Exception {
        AttachReport.passes("sk_reuseport", () -> countsAtSocket("choose", REUSEPORT));
    }

    private static void countsAtSocket(String function, int kind) throws IOException {
        int socket = listener();
        long open = descriptors();
        try (var program = load()) {
            var attachment = program.function(function).attach(new Socket(socket));
            assertThat(attachment.id()).isEmpty();
            send(SENT);
            assertThat(count(program, kind, 0)).isEqualTo(SENT);
            assertThatThrownBy(() -> attachment.pin(Path.of("/sys/fs/bpf/ebpf4j-no"))).isInstanceOf(
                    AttachException.class).hasMessage(
                            "attach_sockets: function '" + function + "' at socket " + socket
                                    + ": cannot be pinned, for the kernel has no link for such an attachment");
            attachment.close();
            attachment.close();
            send(SENT);
            assertThat(count(program, kind, 0)).isEqualTo(SENT);
            program.function(function).attach(new Socket(socket)); // closed by the program
            send(1);
            assertThat(count(program, kind, 0)).isEqualTo(SENT + 1L);
        } finally {
            assertThat(descriptors()).isEqualTo(open);
            Descriptors.close(socket);
        }
    }

    @Test
    void socket_thatIsNone_throws() {
        try (var program = load()) {
            int file = Descriptors.open(Path.of("/dev/null"), Libc.O_RDONLY());
            var noSocket = catchThrowableOfType(AttachException.class,
                    () -> program.function("filter").attach(new Socket(file)));
            Descriptors.close(file);
            assertThat(noSocket).hasMessage("attach_sockets: function 'filter' cannot be attached to socket " + file
                    + ": ENOTSOCK (88, Socket operation on non-socket): libbpf gave no reason");
            var notOpen = catchThrowableOfType(AttachException.class,
                    () -> program.function("filter").attach(new Socket(1_000_000)));
            assertThat(notOpen).hasMessageStartingWith(
                    "attach_sockets: function 'filter' cannot be attached to socket 1000000: EBADF (9, Bad file descriptor)");
            assertThat(notOpen.errno()).hasValue(Errno.EBADF);
        }
    }

    @Test
    void skLookup_inItsNamespace_isAskedForEachPacket() throws Exception {
        AttachReport.passes("sk_lookup", AttachSocketsLiveTest::countsLookups);
    }

    private static void countsLookups() {
        try (var program = load(); var port = new UdpPort()) {
            program.function("lookup").attach(NetNamespace.own());
            port.exchange(SENT);
            assertThat(count(program, LOOKUP, port.number())).as("that of the process is another").isZero();
            var attachment = program.function("lookup").attach(NAMESPACE);
            port.exchange(SENT);
            assertThat(count(program, LOOKUP, port.number())).isEqualTo(SENT);
            closes(attachment);
            port.exchange(SENT);
            assertThat(count(program, LOOKUP, port.number())).isEqualTo(SENT);
        }
    }

    @Test
    void flowDissector_inItsNamespace_dissectsEachPacket() throws Exception {
        AttachReport.passes("flow_dissector", AttachSocketsLiveTest::countsDissections);
    }

    /** Who shares the packets of a PACKET_FANOUT_HASH is chosen by their flow. */
    private static void countsDissections() {
        int group = Libc.socket(Libc.AF_PACKET(), Libc.SOCK_RAW() | Libc.SOCK_CLOEXEC(),
                Short.toUnsignedInt(Short.reverseBytes((short) ETH_P_IP)));
        assertThat(group).isPositive();
        try (var program = load(); var port = new UdpPort(); Arena arena = Arena.ofConfined()) {
            assertThat(Libc.setsockopt(group, SOL_PACKET, PACKET_FANOUT,
                    arena.allocateFrom(ValueLayout.JAVA_INT, PORT), Integer.BYTES)).isZero();
            var attachment = program.function("dissect").attach(NAMESPACE);
            port.exchange(SENT);
            assertThat(count(program, DISSECTOR, 0)).isEqualTo(SENT);
            assertThatThrownBy(() -> program.function("dissect").attach(NAMESPACE)).isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_sockets: function 'dissect' cannot be attached to network namespace"
                            + " /proc/thread-self/ns/net: E2BIG (7, Argument list too long); a network namespace takes"
                            + " one flow dissector, and one is attached already, this or another, which `bpftool link`"
                            + " shows; close or detach it, or put this in its place by Attachment.replace: ");
            closes(attachment);
            port.exchange(SENT);
            assertThat(count(program, DISSECTOR, 0)).isEqualTo(SENT);
        } finally {
            Descriptors.close(group);
        }
    }

    @Test
    void namespace_thatIsNotThere_throws() {
        try (var program = load()) {
            var refused = catchThrowableOfType(AttachException.class,
                    () -> program.function("lookup").attach(new NetNamespace(Path.of("/run/netns/nope"))));
            assertThat(refused).hasMessage("attach_sockets: function 'lookup' cannot be attached to network namespace"
                    + " /run/netns/nope: ENOENT (2, No such file or directory): there is no /run/netns/nope");
        }
    }

    @Test
    void skMsg_ofSocketsInAMap_seesEachMessage() throws Exception {
        AttachReport.passes("sk_msg", () -> countsInMap("message", MESSAGE));
    }

    @Test
    void skSkb_ofSocketsInAMap_seesEachByte() throws Exception {
        AttachReport.passes("sk_skb/stream_verdict", () -> countsInMap("stream", STREAM));
    }

    /** One port sends messages, which {@code sk_msg} sees there, and {@code sk_skb} where they come in. */
    private static void countsInMap(String function, int kind) throws IOException {
        boolean links = Kernels.since(6, 10) && NativeLibrary.has("bpf_program__attach_sockmap");
        try (var program = load(); var group = new OwnCgroup()) {
            program.function("collect").attach(Cgroup.of(group.directory()));
            var attachment = program.function(function).attach(new SocketMap("sockets"));
            assertThat(attachment.id().isPresent()).isEqualTo(links);
            group.enter();
            int seenBy = converse(kind == MESSAGE);
            assertThat(count(program, kind + BYTES, seenBy)).isEqualTo(SENT * 10L);
            if (kind == MESSAGE) {
                assertThat(count(program, kind, seenBy)).isEqualTo(SENT);
            } else {
                assertThat(count(program, kind, seenBy)).isBetween(1L, (long) SENT);
            }
            if (links) {
                closes(attachment);
            } else {
                attachment.close();
                attachment.close();
            }
            int unseen = converse(kind == MESSAGE);
            assertThat(count(program, kind + BYTES, unseen)).isZero();
        }
    }

    /** {@return the local port of the sender, or of the receiver, of some messages of 10 bytes} */
    private static int converse(boolean sender) throws IOException {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(UdpPort.HERE, 0));
                var client = SocketChannel.open(server.getLocalAddress());
                var accepted = server.accept()) {
            for (int i = 0; i < SENT; i++) {
                assertThat(client.write(ByteBuffer.allocate(10))).isEqualTo(10);
            }
            accepted.socket().setSoTimeout(20_000);
            assertThat(accepted.socket().getInputStream().readNBytes(SENT * 10)).hasSize(SENT * 10);
            return sender ? client.socket().getLocalPort() : accepted.socket().getLocalPort();
        }
    }

    @Test
    void socketMap_unknown_throws() {
        try (var program = load()) {
            assertThatThrownBy(() -> program.function("message").attach(new SocketMap("socket")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("attach_sockets: has no map 'socket'; its maps are [sockets, counts]");
        }
    }

    @Test
    void replacement_withoutItsTarget_isNotLoaded() {
        var path = Fixtures.path("live", "attach_replaced");
        try (var program = BpfProgram.load(path, LoadOptions.defaults().attachNothing());
                var port = new UdpPort()) {
            program.function("entry").attach(Xdp.of("lo"));
            port.exchange(SENT);
            assertThat(program.hashMap("decisions", Integer.class, Long.class).toMap()).containsOnlyKeys(1);
            assertThatThrownBy(() -> program.function("replacement")
                    .attach(new Replacement(program.function("entry"), "verdict")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("attach_replaced: function 'replacement' is not loaded: its section begins with '?';"
                            + " load the program with LoadOptions.defaults().enable(\"replacement\")");
        }
        assertThatThrownBy(() -> BpfProgram.load(path, LoadOptions.defaults().enable("replacement")))
                .isInstanceOf(LoadException.class)
                .hasMessage("attach_replaced: function 'replacement' is in section 'freplace', which does not say of"
                        + " which program it replaces a function; load it with LoadOptions.target(\"replacement\","
                        + " BpfFunction, \"name\")");
    }

    /** {@return a UDP socket of {@link #PORT} whose port others might share} */
    private static int listener() {
        int socket = Libc.socket(Libc.AF_INET(), Libc.SOCK_DGRAM() | Libc.SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Libc.setsockopt(socket, Libc.SOL_SOCKET(), Libc.SO_REUSEPORT(),
                    arena.allocateFrom(ValueLayout.JAVA_INT, 1), Integer.BYTES)).isZero();
            MemorySegment address = sockaddr_in.allocate(arena);
            sockaddr_in.sin_family(address, (short) Libc.AF_INET());
            sockaddr_in.sin_port(address, Short.reverseBytes((short) PORT));
            assertThat(Libc.bind(socket, address, (int) sockaddr_in.sizeof())).isZero();
        }
        return socket;
    }

    /** In the kernel a packet over {@code lo} is at its socket before the next is sent: it goes the whole way in the sender's call. */
    private static void send(int packets) throws IOException {
        try (var sender = DatagramChannel.open(StandardProtocolFamily.INET); var last = new UdpPort()) {
            UdpPort.send(sender, UdpPort.HERE, PORT, packets);
            last.exchange(1);
        }
    }

    /** {@return how many descriptors of sockets this process has} */
    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(AttachSocketsLiveTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // that of the listing itself, gone by now
        }
    }

    private static BpfProgram load() {
        return BpfProgram.load(Fixtures.path("live", "attach_sockets"), LoadOptions.defaults().attachNothing());
    }

    private static long count(BpfProgram program, int kind, int number) {
        return program.hashMap("counts", Event.class, Long.class).get(new Event(kind, number)).orElse(0L);
    }
}
