package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.testing.Live;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in README.md works in the running kernel. */
@Live
class ReadmeLiveTest {
    @TempDir
    Path directory;

    @Test
    void embeddingExample_inTheKernel_printsTheConnectionsOfThisMachine() throws Exception {
        Path object = directory.resolve("tcpconnect.bpf.o");
        try (InputStream in = Probe.class.getResourceAsStream("tcpconnect.bpf.o")) {
            Files.copy(in, object);
        }
        String source = Readme.embeddingExample().replace("\"tcpconnect.bpf.o\"", '"' + object.toString() + '"');

        try (var executor = Executors.newSingleThreadExecutor();
                var server = new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.78"))) {
            Future<String> printed = executor.submit(() -> Readme.run(source, directory));
            while (!printed.isDone()) {
                try (var _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    server.accept().close();
                }
                Thread.sleep(20);
            }
            assertThat(printed.get()).containsPattern("ebpf_tcpconnect_total\\{daddr=\"127.0.0.78\",dport=\""
                    + server.getLocalPort() + "\",saddr=\"127.0.0.1\"} [1-9]");
        }
    }

    @Test
    void fragment_thatReadsTheKernel_printsWhereATaskHasItsName() throws Exception {
        String fragment = Readme.fragments("KernelBtf").getFirst();

        assertThat(Readme.run(fragment, directory)).matches("task_struct has char\\[16] comm at byte [1-9]\\d+\n");
    }

    @Test
    void fragment_thatLoadsWithOptions_attachesByCall() throws Exception {
        Path object = directory.resolve("tcpconnect.bpf.o");
        try (InputStream in = Probe.class.getResourceAsStream("tcpconnect.bpf.o")) {
            Files.copy(in, object);
        }
        String fragment = Readme.fragments("LoadOptions").getFirst().replace("\"tcpconnect.bpf.o\"",
                '"' + object.toString() + '"');

        assertThat(Readme.run(fragment, directory))
                .matches("tcpconnect: function 'set_state' to \\S+, tag [0-9a-f]{16}\n");
    }

    @Test
    void probe_builtByStockClang_isExported() throws Exception {
        Optional<String> clang = Stream.of("clang", "clang-19", "clang-14").filter(ReadmeLiveTest::isOnPath)
                .findFirst();
        if (clang.isEmpty()) {
            System.out.println("SKIPPED the probe of README.md: no clang on the PATH");
        }
        assumeTrue(clang.isPresent(), "no clang on the PATH");
        Files.writeString(directory.resolve("forks.bpf.c"), Readme.probe());
        String command = Readme.compileCommand().replaceFirst("^clang", clang.orElseThrow());
        assertThat(new ProcessBuilder("sh", "-c", command).directory(directory.toFile()).inheritIO().start().waitFor())
                .isZero();

        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var program = BpfProgram.load(directory.resolve("forks.bpf.o")).autoExport(registry)) {
            assertThat(program.attached()).hasSize(1);
            new ProcessBuilder("true").start().waitFor();
            Thread.sleep(200);
            assertThat(registry.scrape()).containsPattern("ebpf_forks_total\\{comm=\"[^\"]+\"} [1-9]");
        }
    }

    private static boolean isOnPath(String command) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
