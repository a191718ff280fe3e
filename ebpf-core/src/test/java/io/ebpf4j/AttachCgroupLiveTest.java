package io.ebpf4j;

import static io.ebpf4j.testing.Links.closes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.attach.Cgroup;
import io.ebpf4j.attach.Order;
import io.ebpf4j.btf.BtfType.Struct;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libc;
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
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of a control group: each is asked exactly about what a thread does while it is in there. */
@Live
@OwnNetwork
class AttachCgroupLiveTest {
    private static final int TIMES = 5;

    record Event(int kind, int number) {}

    record Packet(int function, int port) {}

    /** What a kind is asked about, {@value TIMES} times, and the number by which the probe counts it. */
    enum Kind {
        CONNECT4("cgroup/connect4", "connect4", 1) {
            @Override
            int happen() throws IOException {
                for (int i = 0; i < TIMES; i++) {
                    try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
                        socket.connect(new InetSocketAddress(UdpPort.HERE, PORT));
                    }
                }
                return PORT;
            }
        },
        SENDMSG4("cgroup/sendmsg4", "sendmsg4", 2) {
            @Override
            int happen() {
                try (var port = new UdpPort()) {
                    port.exchange(TIMES);
                    return port.number();
                }
            }
        },
        SOCK_CREATE("cgroup/sock_create", "sock_create", 3) {
            @Override
            int happen() {
                for (int i = 0; i < TIMES; i++) {
                    Descriptors.close(socket());
                }
                return Libc.SOCK_DGRAM();
            }
        },
        SYSCTL("cgroup/sysctl", "sysctl", 4) {
            @Override
            int happen() {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment text = arena.allocate(64);
                    for (int i = 0; i < TIMES; i++) {
                        int file = Descriptors.open(Path.of("/proc/sys/kernel/ostype"), Libc.O_RDONLY());
                        assertThat(Libc.read(file, text, text.byteSize())).isEqualTo("Linux\n".length());
                        Descriptors.close(file);
                    }
                }
                return 0; // not written
            }
        },
        DEV("cgroup/dev", "dev", 5) {
            @Override
            int happen() {
                for (int i = 0; i < TIMES; i++) {
                    Descriptors.close(Descriptors.open(Path.of("/dev/null"), Libc.O_RDONLY()));
                }
                return 3; // its minor number
            }
        },
        GETSOCKOPT("cgroup/getsockopt", "getsockopt_", 6) {
            @Override
            int happen() {
                int socket = socket();
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
                    for (int i = 0; i < TIMES; i++) {
                        assertThat(Libc.getsockopt(socket, Libc.SOL_SOCKET(), Libc.SO_REUSEADDR(),
                                arena.allocate(ValueLayout.JAVA_INT), length)).isZero();
                    }
                } finally {
                    Descriptors.close(socket);
                }
                return Libc.SO_REUSEADDR();
            }
        },
        SETSOCKOPT("cgroup/setsockopt", "setsockopt_", 7) {
            @Override
            int happen() {
                int socket = socket();
                try (Arena arena = Arena.ofConfined()) {
                    for (int i = 0; i < TIMES; i++) {
                        assertThat(Libc.setsockopt(socket, Libc.SOL_SOCKET(), Libc.SO_REUSEPORT(),
                                arena.allocateFrom(ValueLayout.JAVA_INT, 1), Integer.BYTES)).isZero();
                    }
                } finally {
                    Descriptors.close(socket);
                }
                return Libc.SO_REUSEPORT();
            }
        },
        POST_BIND4("cgroup/post_bind4", "post_bind4", 8) {
            @Override
            int happen() throws IOException {
                for (int i = 0; i < TIMES; i++) {
                    try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
                        socket.bind(new InetSocketAddress(UdpPort.HERE, PORT));
                    }
                }
                return PORT;
            }
        },
        SOCKOPS("sockops", "sockops_", 9) {
            @Override
            int happen() throws IOException {
                try (var server = ServerSocketChannel.open().bind(new InetSocketAddress(UdpPort.HERE, 0))) {
                    for (int i = 0; i < TIMES; i++) {
                        SocketChannel.open(server.getLocalAddress()).close();
                    }
                    return server.socket().getLocalPort();
                }
            }
        };

        private final String section;
        private final String function;
        private final int number;

        Kind(String section, String function, int number) {
            this.section = section;
            this.function = function;
            this.number = number;
        }

        abstract int happen() throws IOException;
    }

    /** Nobody else is in this network. */
    private static final int PORT = 4711;

    @ParameterizedTest
    @EnumSource
    void kind_attached_isAskedEachTime(Kind kind) throws Exception {
        AttachReport.passes(kind.section, () -> asked(kind));
    }

    private static void asked(Kind kind) throws IOException {
        kind.happen(); // so that the JVM has all it needs for that
        try (var program = load("attach_cgroup"); var group = new OwnCgroup()) {
            var attachment = program.function(kind.function).attach(Cgroup.of(group.directory()));
            kind.happen();
            assertThat(counts(program)).as("outside").isEmpty();
            group.enter();
            int number = kind.happen();
            group.leave();
            assertThat(counts(program)).as("inside").containsEntry(new Event(kind.number, number), (long) TIMES);
            Map<Event, Long> counts = counts(program);
            kind.happen();
            assertThat(counts(program)).as("outside again").isEqualTo(counts);
            closes(attachment);
            group.enter();
            kind.happen();
            assertThat(counts(program)).as("closed").isEqualTo(counts);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"egress", "ingress"})
    void cgroupSkb_attached_seesEachPacketOnce(String direction) throws Exception {
        AttachReport.passes("cgroup_skb/" + direction, () -> seen(direction));
    }

    private static void seen(String direction) {
        int function = direction.equals("ingress") ? 11 : 21;
        try (var program = load("attach_packets"); var group = new OwnCgroup(); var outside = new UdpPort()) {
            group.enter();
            try (var inside = new UdpPort()) {
                var attachment = program.function("skb_" + direction).attach(Cgroup.of(group.directory()));
                group.leave();
                inside.exchange(TIMES); // from outside, in
                group.enter();
                outside.exchange(TIMES + 1); // from inside, out
                var expected = direction.equals("ingress")
                        ? Map.of(new Packet(function, inside.number()), (long) TIMES)
                        : Map.of(new Packet(function, outside.number()), TIMES + 1L);
                assertThat(packets(program)).isEqualTo(expected);
                closes(attachment);
                outside.exchange(1);
                inside.exchange(1);
                assertThat(packets(program)).isEqualTo(expected);
            }
        }
    }

    @Test
    void cgroupSkb_ordered_runsInThatOrder() throws Exception {
        try (var program = load("attach_packets"); var group = new OwnCgroup(); var port = new UdpPort()) {
            var first = program.function("second_egress").attach(Cgroup.of(group.directory()));
            var target = Cgroup.of(group.directory()).in(Order.first());
            if (!knowsOrder()) {
                var refused = AttachReport.refused("cgroup order", AttachException.class,
                        () -> program.function("skb_egress").attach(target));
                assertThat(refused).hasMessage("attach_packets: function 'skb_egress' cannot be attached to cgroup "
                        + group.directory() + ": EINVAL (22, Invalid argument); an order in a control group takes Linux"
                        + " 6.17, this is " + Kernels.release() + ": leave the order out");
                return;
            }
            var before = program.function("skb_egress").attach(target);
            group.enter();
            port.exchange(2);
            assertThat(order(program)).containsExactly(21, 22, 21, 22);
            before.close();
            var next = Cgroup.of(group.directory()).in(Order.before(first));
            if (!NativeLibrary.has("bpf_program__attach_cgroup_opts")) {
                var refused = AttachReport.refused("cgroup order", LibbpfException.class,
                        () -> program.function("skb_egress").attach(next));
                assertThat(refused).hasMessageContaining("it has no function bpf_program__attach_cgroup_opts");
                return;
            }
            AttachReport.passes("cgroup order", () -> {
                program.function("skb_egress").attach(next);
                program.function("skb_egress").attach(Cgroup.of(group.directory()).in(Order.after(first)));
                port.exchange(1);
                assertThat(order(program)).containsExactly(21, 22, 21);
            });
        }
    }

    /** {@return whether control groups count what changes in their orders} That came with them, into Linux 6.17 and later 6.12.x. */
    private static boolean knowsOrder() {
        try (var kernel = KernelBtf.open()) {
            return kernel.vmlinux().find(Struct.class, "cgroup_bpf").orElseThrow().members().stream()
                    .anyMatch(member -> member.name().equals("revisions"));
        }
    }

    @Test
    void attachment_replaced_asksTheOther() {
        try (var program = load("attach_packets"); var group = new OwnCgroup(); var port = new UdpPort()) {
            group.enter();
            var attachment = program.function("skb_egress").attach(Cgroup.of(group.directory()));
            int id = attachment.id().orElseThrow();
            port.exchange(2);
            attachment.replace(program.function("second_egress"));
            port.exchange(1);
            assertThat(order(program)).containsExactly(21, 21, 22);
            assertThat(attachment.id()).hasValue(id);
            closes(attachment);
            port.exchange(1);
            assertThat(order(program)).isEmpty();
        }
    }

    @Test
    void functionAttachedTwice_isAskedTwice_untilItsProgramCloses() {
        try (var group = new OwnCgroup(); var port = new UdpPort(); var counting = load("attach_packets")) {
            counting.function("second_egress").attach(Cgroup.of(group.directory()));
            try (var program = load("attach_packets")) {
                program.function("skb_egress").attach(Cgroup.of(OwnCgroup.mount()));
                program.function("skb_egress").attach(Cgroup.of(group.directory()));
                group.enter();
                port.exchange(TIMES);
                assertThat(packets(program)).containsEntry(new Packet(21, port.number()), 2L * TIMES);
            }
            port.exchange(1);
            assertThat(packets(counting)).containsEntry(new Packet(22, port.number()), TIMES + 1L);
        }
    }

    @Test
    void directory_thatIsNoControlGroup_throws(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (var program = load("attach_cgroup")) {
            for (Path wrong : List.of(folder, file)) {
                var refused = catchThrowableOfType(AttachException.class,
                        () -> program.function("connect4").attach(Cgroup.of(wrong)));
                assertThat(refused).hasMessage("attach_cgroup: function 'connect4' cannot be attached to cgroup "
                        + wrong
                        + ": it is not a directory of a mounted cgroup2; here cgroup2 is at " + OwnCgroup.mount());
                assertThat(refused.errno()).hasValue(Errno.EBADF);
            }
            Path missing = folder.resolve("missing");
            var refused = catchThrowableOfType(AttachException.class,
                    () -> program.function("connect4").attach(Cgroup.of(missing)));
            assertThat(refused).hasMessage("attach_cgroup: function 'connect4' cannot be attached to cgroup " + missing
                    + ": ENOENT (2, No such file or directory): there is no " + missing);
        }
    }

    private static int socket() {
        return Libc.socket(Libc.AF_INET(), Libc.SOCK_DGRAM() | Libc.SOCK_CLOEXEC(), 0);
    }

    private static BpfProgram load(String name) {
        return BpfProgram.load(Fixtures.path("live", name), LoadOptions.defaults().attachNothing());
    }

    private static Map<Event, Long> counts(BpfProgram program) {
        return program.hashMap("counts", Event.class, Long.class).toMap();
    }

    private static Map<Packet, Long> packets(BpfProgram program) {
        return program.hashMap("counts", Packet.class, Long.class).toMap();
    }

    private static List<Integer> order(BpfProgram program) {
        List<Integer> functions = new ArrayList<>();
        try (var reader = program.ringBuffer("passed", Packet.class)) {
            reader.drain(packet -> functions.add(packet.function()));
        }
        return functions;
    }
}
