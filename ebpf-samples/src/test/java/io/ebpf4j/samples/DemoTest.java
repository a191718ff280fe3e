package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo as a process, on recorded maps. */
class DemoTest {
    private static final String[] REPLAY = {"--replay", "--seconds", "1", "--port", "0"};

    @Test
    void demo_recordedOnClassPath_showsExactlyWhatWasRecorded() throws Exception {
        try (var child = ChildJvm.onClassPath(Demo.class, REPLAY)) {
            assertShowsTheRecording(child.await());
        }
    }

    @Test
    void demo_recordedOnModulePath_showsExactlyWhatWasRecorded() throws Exception {
        try (var child = ChildJvm.onModulePath(Demo.class, REPLAY)) {
            assertShowsTheRecording(child.await());
        }
    }

    private static void assertShowsTheRecording(ChildJvm.Result result) throws IOException {
        assertThat(result.exit()).as(result.errors()).isZero();
        List<String> events = new ArrayList<>();
        for (String line : result.output()) {
            Map<String, String> event = Json.flat(line);
            assertThat(Instant.parse(event.remove("ts"))).isBetween(Instant.now().minusSeconds(120), Instant.now());
            events.add(event.toString());
        }
        assertThat(events).containsExactly(
                open("67", "0.00001339", "13390", "/etc/hostname"),
                open("67", "0.00000653", "6530", "/usr/lib/os-release"),
                open("-2", "0.003969732", "3969732", "/etc/missing.conf"),
                open("67", "0.000016344", "16344", "/etc/hostname"),
                open("67", "0.00000661", "6610", "/usr/lib/os-release"),
                open("-2", "0.000003465", "3465", "/etc/missing.conf"));
        assertThat(result.errors().lines()).contains("demo: showing recorded data, for --replay asks for it",
                "demo: ended, nothing is left in the kernel");
        assertThat(result.errors().lines().filter(line -> line.matches("ebpf_(tcpconnect|runqlat)_.*")))
                .containsExactlyInAnyOrder(
                        "ebpf_runqlat_max_seconds{cpu=\"0\"} 0.019981826",
                        "ebpf_runqlat_max_seconds{cpu=\"1\"} 0.020358173",
                        "ebpf_runqlat_waiting{cause=\"PREEMPTED\"} 2.0",
                        "ebpf_runqlat_waiting{cause=\"WOKEN\"} 0.0",
                        "ebpf_tcpconnect_events_total{daddr=\"127.0.0.1\",saddr=\"127.0.0.1\"} 2.0",
                        "ebpf_tcpconnect_events_total{daddr=\"127.0.0.2\",saddr=\"127.0.0.1\"} 4.0",
                        "ebpf_tcpconnect_total{daddr=\"127.0.0.1\",dport=\"8080\",saddr=\"127.0.0.1\"} 2.0",
                        "ebpf_tcpconnect_total{daddr=\"127.0.0.2\",dport=\"5432\",saddr=\"127.0.0.1\"} 4.0");
    }

    @Test
    void readme_quotesWhatTheDemoPrints() throws Exception {
        try (var child = ChildJvm.onClassPath(Demo.class, REPLAY)) {
            var result = child.await();
            List<String> printed = new ArrayList<>(result.errors().lines().toList());
            result.output().forEach(line -> printed.add(withoutTime(line)));

            assertThat(Readme.excerpts()).hasSize(4)
                    .allSatisfy(line -> assertThat(printed).contains(withoutTime(line)));
        }
    }

    private static String withoutTime(String line) {
        return line.replaceFirst("^\\{\"ts\":\"[^\"]+\",", "{");
    }

    private static String open(String ret, String seconds, String nanos, String file) {
        return "{program=opensnoop, map=opens, output=print, fields.pid=647, fields.tid=650, fields.uid=0, fields.ret="
                + ret + ", fields.latency=PT" + seconds + "S, fields.latency_raw=" + nanos
                + ", fields.flags=0, fields.comm=java, fields.fname=" + file + '}';
    }

    @Test
    void demo_asksTheKernelWithNoLibbpf_saysWhyInOneLineAndShowsTheRecording() throws Exception {
        try (var child = ChildJvm.onClassPath(List.of("-Debpf4j.libbpf=/missing/libbpf.so.1"),
                entry -> true, Demo.class, "--seconds", "1", "--port", "0")) {
            var result = child.await();

            assertThat(result.exit()).as(result.errors()).isZero();
            assertThat(result.errors().lines().findFirst().orElseThrow())
                    .startsWith("demo: showing recorded data, for opensnoop: ").contains("/missing/libbpf.so.1");
            assertThat(result.output()).hasSize(6);
        }
    }

    @Test
    void demo_terminated_endsCleanly() throws Exception {
        try (var child = ChildJvm.onClassPath(Demo.class, "--replay", "--port", "0")) {
            child.awaitNote("demo: metrics are at http://localhost:");
            child.terminate();
            var result = child.await();

            assertThat(result.exit()).isEqualTo(128 + 15);
            assertThat(result.errors()).endsWith("demo: ended, nothing is left in the kernel\n")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void demo_badArgument_showsUsage() throws Exception {
        try (var child = ChildJvm.onClassPath(Demo.class, "--prot", "1")) {
            var result = child.await();

            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.errors()).isEqualTo("demo: unknown argument '--prot'\n" + DemoOptions.USAGE + "\n");
            assertThat(result.output()).isEmpty();
        }
    }

    @Test
    void demo_portTaken_saysWhichAndWhatToDo() throws Exception {
        try (var taken = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                var child = ChildJvm.onClassPath(Demo.class, "--replay", "--port",
                        Integer.toString(taken.getLocalPort()))) {
            var result = child.await();

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.errors()).hasLineCount(1).startsWith("demo: port " + taken.getLocalPort() + " ")
                    .contains("--port 0");
            assertThat(result.output()).isEmpty();
        }
    }
}
