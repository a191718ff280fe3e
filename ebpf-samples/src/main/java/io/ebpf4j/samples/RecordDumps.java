package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.replay.MapDump.Contents;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.replay.MapDump.Rows;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Records what the probes see in the running kernel, for replay. Of opens and connections only those that this process
 * makes are kept: it opens a few files that every Linux has or lacks, and connects to two ports on loopback.
 *
 * <p>Argument: the directory to write to, {@code ebpf-samples/src/main/resources/io/ebpf4j/samples}. The tests that
 * replay the recordings then want the new numbers.
 */
public final class RecordDumps {
    private static final InetSocketAddress WEB = new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), 8080);
    private static final InetSocketAddress DATABASE = new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.2"), 5432);
    private static final List<String> FILES = List.of("/etc/hostname", "/usr/lib/os-release", "/etc/missing.conf");
    private static final int ROUNDS = 2;

    private RecordDumps() {}

    /**
     * The fields of {@code struct open_event} that tell whose event it is.
     *
     * @param pid the process
     * @param fname the file
     */
    public record Open(int pid, String fname) {}

    /**
     * {@code struct tcpconnect_peer}.
     *
     * @param saddr who connects
     * @param daddr to whom
     * @param dport to which port
     */
    public record Peer(Inet4Address saddr, Inet4Address daddr, int dport) {}

    /**
     * Records.
     *
     * @param arguments the directory
     * @throws IOException when a file cannot be opened or written
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        try (var opensnoop = BpfProgram.load(Probe.OPENSNOOP.spec());
                var runqlat = BpfProgram.load(Probe.RUNQLAT.spec());
                var tcpconnect = BpfProgram.load(Probe.TCPCONNECT.spec());
                var traffic = Traffic.between(WEB, DATABASE)) {
            for (int round = 0; round < ROUNDS; round++) {
                openFiles();
                traffic.round();
            }
            write(directory, opensnoop, ownOpens(opensnoop.dump()));
            write(directory, runqlat, runqlat.dump());
            write(directory, tcpconnect, ownConnections(tcpconnect.dump()));
        }
    }

    private static void openFiles() throws IOException {
        for (String file : FILES) {
            try {
                Files.readAllBytes(Path.of(file));
            } catch (NoSuchFileException e) {
                // an open that failed is an event too
            }
        }
    }

    private static MapDump ownOpens(MapDump dump) {
        long self = ProcessHandle.current().pid();
        List<Open> opens = new ArrayList<>();
        try (var replay = BpfProgram.replay(Probe.OPENSNOOP.spec(), dump)) {
            replay.ringBuffer("opens", Open.class).drain(opens::add);
        }
        return keeping(dump, "opens", i -> opens.get(i).pid() == self && FILES.contains(opens.get(i).fname()));
    }

    private static MapDump ownConnections(MapDump dump) {
        List<TcpConnect.Connect> connects = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        try (var replay = BpfProgram.replay(Probe.TCPCONNECT.spec(), dump)) {
            replay.ringBuffer("tcpconnect_events", TcpConnect.Connect.class).drain(connects::add);
            replay.hashMap("tcpconnect_total", Peer.class, Long.class).forEach((peer, count) -> peers.add(peer));
        }
        MapDump ownEvents = keeping(dump, "tcpconnect_events", i -> List.of(WEB.getAddress(), DATABASE.getAddress())
                .contains(connects.get(i).daddr()));
        return keeping(ownEvents, "tcpconnect_total", i -> List.of(WEB, DATABASE)
                .contains(new InetSocketAddress(peers.get(i).daddr(), peers.get(i).dport())));
    }

    /** Replay keeps the order of a dump, so a row or record is known by its index. */
    private static MapDump keeping(MapDump dump, String map, Predicate<Integer> kept) {
        Map<String, Contents> maps = new LinkedHashMap<>(dump.maps());
        maps.computeIfPresent(map, (name, contents) -> switch (contents) {
            case Rows(var rows) -> new Rows(chosen(rows, kept));
            case Records(var records) -> new Records(chosen(records, kept));
        });
        return new MapDump(maps);
    }

    private static <T> List<T> chosen(List<T> all, Predicate<Integer> kept) {
        return IntStream.range(0, all.size()).boxed().filter(kept).map(all::get).toList();
    }

    /** Maps without an output are a probe's own affair. */
    private static void write(Path directory, BpfProgram program, MapDump dump) throws IOException {
        Map<String, Contents> maps = new LinkedHashMap<>(dump.maps());
        maps.keySet().removeIf(name -> program.spec().map(name).flatMap(map -> map.output()).isEmpty());
        String name = program.spec().name();
        Files.writeString(directory.resolve(name + ".dump"),
                "# Recorded by RecordDumps with " + name + ".bpf.o\n" + new MapDump(maps).toText());
    }
}
