package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.replay.MapDump;
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
        for (String fragment : Readme.fragments(Readme.LOAD)) {
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

    @Test
    void fragmentOfCore_thatReadsARingInSeveralWays_readsEachRecordOnce() throws Exception {
        String fragment = Readme.fragmentsOf("ebpf-core", "RingGroup").getFirst();

        assertThat(Readme.run(onRecording(fragment), directory)).isEqualTo("""
                /127.0.0.1
                /127.0.0.2
                Connect[saddr=/127.0.0.1, daddr=/127.0.0.2]
                4 read
                """);
    }

    @Test
    void fragment_thatReadsAnObject_printsFunctionsTypesAndInstructions() throws Exception {
        String fragment = Readme.fragments(Readme.READ).getFirst().replace(Readme.READ,
                "io.ebpf4j.samples.ReadmeTest.spec()");

        assertThat(Readme.run(fragment, directory))
                .startsWith("set_state is a TRACEPOINT at sock/inet_sock_set_state\n")
                .contains("\nstruct tcpconnect {\n\tipv4_addr saddr;\n\tipv4_addr daddr;\n", "\n   0: (");
    }

    @Test
    void fragmentOfCore_thatReadsAPerfBuffer_printsItsRecords_andWhatIsLost() throws Exception {
        String fragment = Readme.fragmentsOf("ebpf-core", "perfBuffer(\"events\"").getFirst();

        assertThat(Readme.run(fragment.replace("BpfProgram.load(Path.of(\"probe.bpf.o\"), options)",
                "io.ebpf4j.samples.ReadmeTest.perfEvents(options)"), directory)).isEqualTo("""
                        Event[number=1, cpu=2]
                        0 found no room
                        """);
    }

    private static String onRecording(String source) {
        assertThat(source).containsOnlyOnce(Readme.LOAD);
        return source.replace(Readme.LOAD, "io.ebpf4j.samples.ReadmeTest.recorded()");
    }

    /** What the examples read here. */
    public static ProgramSpec spec() {
        return Probe.TCPCONNECT.spec();
    }

    /** What the example of perf buffers runs on here. */
    public static BpfProgram perfEvents(LoadOptions options) {
        var dump = MapDump.parse("ebpf4j-dump 1\nring events\nrecord 01000000000000000200000010000000", "recording");
        return BpfProgram.replay(ProgramSpec.read(Path.of(System.getProperty("ebpf4j.root"),
                "native/fixtures/live/perf_events.bpf.o")), dump, options);
    }

    /** What the examples run on here. */
    public static BpfProgram recorded() {
        return BpfProgram.replay(Probe.TCPCONNECT.spec(), Probe.TCPCONNECT.recording());
    }
}
