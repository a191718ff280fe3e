package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WithoutMicrometerTest {
    @Test
    void core_withNoMicrometerOnTheClassPath_readsAndExports() throws Exception {
        try (var child = ChildJvm.onClassPath(List.of(), WithoutMicrometerTest::isOfCore, CoreAlone.class)) {
            var result = child.await();

            assertThat(result.errors()).doesNotContain("Exception", "Error");
            assertThat(result.exit()).isZero();
            assertThat(result.output()).containsExactly("no Micrometer",
                    "127.0.0.1 127.0.0.1", "127.0.0.1 127.0.0.2", "127.0.0.1 127.0.0.2",
                    "127.0.0.1 127.0.0.1", "127.0.0.1 127.0.0.2", "127.0.0.1 127.0.0.2",
                    "ring tcpconnect_events", "tcpconnect_total has rows: 2", "exported", "closed");
        }
    }

    private static boolean isOfCore(String entry) {
        return List.of("micrometer", "prometheus", "HdrHistogram", "ebpf-metrics").stream().noneMatch(entry::contains);
    }
}
