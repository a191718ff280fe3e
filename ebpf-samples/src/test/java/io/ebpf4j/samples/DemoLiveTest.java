package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The demo as a process, on the running kernel. */
@Live
class DemoLiveTest {
    /** What the demo says it has done by the time of its scrape. */
    private static final Pattern MADE = Pattern.compile(
            "demo: made so far: (\\d+) opens in (\\S+); connections: (\\d+) x ([\\d.]+):(\\d+), (\\d+) x ([\\d.]+):(\\d+)");

    @Test
    void demo_live_showsItsOwnTrafficAndNothingElseThanJson() throws Exception {
        try (var child = ChildJvm.onModulePath(Demo.class, "--seconds", "3", "--port", "0")) {
            var result = child.await();
            assertThat(result.exit()).as(result.errors()).isZero();
            Matcher made = MADE.matcher(result.errors());
            assertThat(made.find()).as(result.errors()).isTrue();

            assertThat(opens(result.output(), made.group(2))).containsExactly(
                    "hello.txt", "hello.txt", "missing.txt -2",
                    "hello.txt", "hello.txt", "missing.txt -2",
                    "hello.txt", "hello.txt", "missing.txt -2");
            assertThat(made.group(1)).isEqualTo("9");
            assertThat(List.of(made.group(3), made.group(6))).containsExactly("3", "6");
            assertThat(result.errors().lines()).contains(
                    connections("127.0.0.1", made.group(5), "3.0"), connections("127.0.0.2", made.group(8), "6.0"),
                    "ebpf_tcpconnect_events_total{daddr=\"127.0.0.2\",saddr=\"127.0.0.1\"} 6.0");
            assertThat(result.errors()).containsPattern("(?m)^ebpf_runqlat_max_seconds\\{cpu=\"\\d+\"\\} [0-9.E-]+$")
                    .containsPattern("(?m)^ebpf_runqlat_waiting\\{cause=\"(WOKEN|CREATED|PREEMPTED)\"\\} ");
        }
    }

    private static String connections(String to, String port, String count) {
        return "ebpf_tcpconnect_total{daddr=\"" + to + "\",dport=\"" + port + "\",saddr=\"127.0.0.1\"} " + count;
    }

    /** Every line has to be an event; those of the demo itself in its own directory are returned. */
    private static List<String> opens(List<String> lines, String directory) throws Exception {
        List<String> opens = new ArrayList<>();
        for (String line : lines) {
            Map<String, String> event = Json.flat(line);
            assertThat(event).containsEntry("program", "opensnoop").containsEntry("map", "opens")
                    .containsEntry("output", "print");
            String file = event.getOrDefault("fields.fname", "");
            int result = Integer.parseInt(event.get("fields.ret"));
            if (file.startsWith(directory + '/') && file.endsWith(".txt")) {
                opens.add(file.substring(directory.length() + 1) + (result < 0 ? " " + result : ""));
            }
        }
        return opens;
    }
}
