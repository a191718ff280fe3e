package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.BpfProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java in README.md compiles without a warning and does what the text says. */
public class ReadmeTest {
    @TempDir
    Path directory;

    @Test
    void embeddingExample_onRecordedMaps_printsMeters() throws Exception {
        assertThat(Readme.run(onRecording(Readme.embeddingExample()), directory)).contains(
                "ebpf_tcpconnect_total{daddr=\"127.0.0.2\",dport=\"5432\",saddr=\"127.0.0.1\"} 4.0\n",
                "ebpf_tcpconnect_events_total{daddr=\"127.0.0.1\",saddr=\"127.0.0.1\"} 2.0\n");
    }

    @Test
    void embeddingExample_isTenLines() throws IOException {
        assertThat(Readme.embeddingExample().lines().filter(line -> !line.startsWith("import") && !line.isBlank()))
                .hasSizeLessThanOrEqualTo(11);
    }

    @Test
    void fragments_onRecordedMaps_doWhatTheTextSays() throws Exception {
        List<String> printed = new ArrayList<>();
        for (String fragment : Readme.fragments()) {
            printed.add(Readme.run(onRecording(fragment), directory));
        }

        assertThat(printed).containsExactly("service runs\n", """
                /127.0.0.1 connects to /127.0.0.1
                /127.0.0.1 connects to /127.0.0.2
                /127.0.0.1 connects to /127.0.0.2
                /127.0.0.1 connects to /127.0.0.1
                /127.0.0.1 connects to /127.0.0.2
                /127.0.0.1 connects to /127.0.0.2
                """);
    }

    private static String onRecording(String source) {
        assertThat(source).containsOnlyOnce(Readme.LOAD);
        return source.replace(Readme.LOAD, "io.ebpf4j.samples.ReadmeTest.recorded()");
    }

    /** What the examples run on here. */
    public static BpfProgram recorded() {
        return BpfProgram.replay(Probe.TCPCONNECT.spec(), Probe.TCPCONNECT.recording());
    }
}
