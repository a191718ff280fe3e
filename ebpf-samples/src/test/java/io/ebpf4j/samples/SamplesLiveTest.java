package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Live;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small samples as processes, on the running kernel. */
@Live
class SamplesLiveTest {
    @TempDir
    Path directory;

    @Test
    void openSnoop_live_printsTheFilesWeOpen() throws Exception {
        Path file = Files.writeString(directory.resolve("opened.txt"), "x");

        assertThat(printed(OpenSnoop.class, () -> Files.readString(file))).allSatisfy(Json::flat)
                .anySatisfy(line -> assertThat(Json.flat(line)).containsEntry("fields.fname", file.toString())
                        .containsEntry("fields.pid", Long.toString(ProcessHandle.current().pid())));
    }

    @Test
    void tcpConnect_live_printsTheConnectionsWeMake() throws Exception {
        try (var server = new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.77"))) {
            assertThat(printed(TcpConnect.class, () -> {
                try (var _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    server.accept().close();
                }
            })).allMatch(line -> line.matches("[\\d.]+ -> [\\d.]+")).contains("127.0.0.1 -> 127.0.0.77");
        }
    }

    @Test
    void runqLat_live_printsCpusAndCauses() throws Exception {
        assertThat(printed(RunqLat.class, () -> {}))
                .allMatch(line -> line.matches("cpu \\d+: \\d+ us|(WOKEN|CREATED|PREEMPTED): -?\\d+ waiting"))
                .anyMatch(line -> line.startsWith("cpu ")).anyMatch(line -> line.startsWith("WOKEN"));
    }

    /** Something that can be seen, or its failure. */
    @FunctionalInterface
    private interface Deed {
        void run() throws Exception;
    }

    private static List<String> printed(Class<?> sample, Deed deed) throws Exception {
        try (var child = ChildJvm.onClassPath(sample, "3")) {
            while (child.isAlive()) {
                deed.run();
                Thread.sleep(50);
            }
            var result = child.await();
            assertThat(result.exit()).as(result.errors()).isZero();
            assertThat(result.errors()).isEmpty();
            return result.output();
        }
    }
}
