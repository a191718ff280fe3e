package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.AttachMain;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Links;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnCgroup;
import io.ebpf4j.testing.OwnNetwork;
import io.ebpf4j.testing.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A process that is killed with {@code kill -9} can tidy nothing up: the kernel does, for all but the older traffic control. */
@Live
@OwnNetwork
class AttachKilledLiveTest {
    private static final int KILLED = 128 + 9;

    @Test
    void killedProcess_leavesNothingAttached() throws Exception {
        try (var group = new OwnCgroup()) {
            List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
            if (System.getProperty("ebpf4j.root") != null) {
                options.add("-Debpf4j.root=" + System.getProperty("ebpf4j.root"));
            }
            Process child = ChildJvm.start(options, AttachMain.class, group.directory().toString());
            Map<String, Integer> links;
            try (var reader = child.inputReader(StandardCharsets.UTF_8)) {
                links = links(reader);
                assertThat(links).containsKeys("xdp", "cgroup", "tracepoint", "uprobe", "sk_lookup");
                assertThat(links.containsKey("tcx")).isEqualTo(Kernels.since(6, 6));
                assertThat(links.values()).allMatch(Links::exists);
                if (Tool.has("ip")) {
                    assertThat(Tool.run("ip", "link", "show", "dev", "lo")).contains("xdp");
                }
                // The program of TCX is that of the filter too, which stays.
                var programs = links.entrySet().stream().filter(link -> !link.getKey().equals("tcx"))
                        .map(link -> Links.program(link.getValue())).collect(Collectors.toSet());
                child.destroyForcibly();
                assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(child.exitValue()).isEqualTo(KILLED);
                Await.until("links " + links + " gone", () -> links.values().stream().noneMatch(Links::exists));
                Await.until("programs " + programs + " gone", () -> programs.stream().noneMatch(Links::programExists));
            } finally {
                child.destroyForcibly();
                child.waitFor();
            }
            if (Tool.has("ip")) {
                assertThat(Tool.run("ip", "link", "show", "dev", "lo")).doesNotContain("xdp");
            }
            if (Tool.has("tc")) {
                // As its record says: this one stays, and is removed by hand.
                assertThat(Tool.run("tc", "filter", "show", "dev", "lo", "egress")).contains("on_packet");
                Tool.run("tc", "filter", "del", "dev", "lo", "egress");
                assertThat(Tool.run("tc", "filter", "show", "dev", "lo", "egress")).isEmpty();
            }
        }
    }

    private static Map<String, Integer> links(BufferedReader reader) throws IOException {
        Map<String, Integer> links = new LinkedHashMap<>();
        List<String> printed = new ArrayList<>();
        for (String line = reader.readLine(); !AttachMain.READY.equals(line); line = reader.readLine()) {
            if (line == null) {
                throw new AssertionError("the child ended; it printed " + printed);
            }
            printed.add(line);
            String[] words = line.split(" ", -1);
            if (words.length == 2 && words[1].matches("\\d+")) {
                links.put(words[0], Integer.parseInt(words[1]));
            }
        }
        return links;
    }
}
