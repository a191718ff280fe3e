package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.BpfProgram;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void tcpConnect_recorded_printsWhoConnectsToWhom() {
        assertThat(printed(Probe.TCPCONNECT,
                (program, out) -> TcpConnect.print(program, Duration.ofMillis(50), out))).containsExactly(
                        "127.0.0.1 -> 127.0.0.1", "127.0.0.1 -> 127.0.0.2", "127.0.0.1 -> 127.0.0.2",
                        "127.0.0.1 -> 127.0.0.1", "127.0.0.1 -> 127.0.0.2", "127.0.0.1 -> 127.0.0.2");
    }

    @Test
    void runqLat_recorded_printsCpusAndCauses() {
        assertThat(printed(Probe.RUNQLAT, RunqLat::print)).containsExactly("cpu 0: 19981 us", "cpu 1: 20358 us",
                "PREEMPTED: 2 waiting", "WOKEN: 0 waiting");
    }

    private static List<String> printed(Probe probe, BiConsumer<BpfProgram, PrintStream> sample) {
        var bytes = new ByteArrayOutputStream();
        try (var program = BpfProgram.replay(probe.spec(), probe.recording());
                var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            sample.accept(program, out);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
