package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Hits.Hit;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The kernel's counters. */
@Live
class PerfEventLiveTest {
    private static final long MILLIS = 500;

    @Test
    void frequency_onEachCpu_samplesEach() throws Exception {
        AttachReport.passes("perf_event", () -> {
            try (var program = Hits.load("attach_probes", "on_sample")) {
                long begin = System.nanoTime();
                Set<Long> online = online();
                try (var attachment = program.function("on_sample").attach(
                        PerfEvent.atFrequency(PerfEvent.Software.CPU_CLOCK, 99).withCookie(41))) {
                    assertThat(program.attachments()).containsExactly(attachment);
                    // A CPU of a busy virtual machine may be away for a while.
                    Await.until("ten samples of each CPU", () -> cpus(all(program)).equals(online)
                            && all(program).values().stream().allMatch(count -> count >= 10));
                }
                long most = 99 * (System.nanoTime() - begin) / 1_000_000_000 * 2 + 10;
                Map<Hit, Long> sampled = all(program);
                assertThat(cpus(sampled)).isEqualTo(online());
                assertThat(sampled.keySet()).extracting(Hit::cookie).containsOnly(41L);
                assertThat(sampled.values()).allSatisfy(count -> assertThat(count).isBetween(10L, most));
                Thread.sleep(MILLIS / 2);
                assertThat(all(program)).as("after it was closed").isEqualTo(sampled);
            }
        });
    }

    @Test
    void period_onOneCpu_samplesThatAlone() throws Exception {
        try (var program = Hits.load("attach_probes", "on_sample")) {
            var target = PerfEvent.every(PerfEvent.Software.CPU_CLOCK, 1_000_000).onCpu(0);
            try (var attachment = program.function("on_sample").attach(target)) {
                assertThat(Hits.links()).contains(attachment.id().orElse(-1));
                Thread.sleep(MILLIS);
            }
            Map<Hit, Long> sampled = all(program);
            assertThat(sampled.keySet()).containsExactly(new Hit(12, 0, 0, 0));
            assertThat(sampled.values()).allSatisfy(count -> assertThat(count).isGreaterThan(MILLIS / 5));
        }
    }

    @Test
    void switchesOfThisThread_areCounted() throws Exception {
        try (var program = Hits.load("attach_probes", "on_own_sample")) {
            sleep(10);
            assertThat(Hits.of(program)).isEmpty();
            try (var _ = program.function("on_own_sample").attach(
                    PerfEvent.every(PerfEvent.Software.CONTEXT_SWITCHES, 1).ofProcess(Hits.thread()))) {
                sleep(60);
            }
            Map<Hit, Long> counted = Hits.of(program);
            assertThat(counted.keySet()).containsExactly(Hits.own(13, 0, 0));
            // not all 60: on a slow machine the time may be over before the thread has left its CPU
            assertThat(counted.get(Hits.own(13, 0, 0))).isGreaterThanOrEqualTo(50);
            sleep(10);
            assertThat(Hits.of(program)).isEqualTo(counted);
        }
    }

    @Test
    void hardware_samplesOrSaysThatThereIsNone() throws Exception {
        var target = PerfEvent.every(PerfEvent.Hardware.CPU_CYCLES, 1_000_000).onCpu(0);
        if (Files.exists(Path.of("/sys/bus/event_source/devices/cpu"))) {
            AttachReport.passes("perf_event hardware", () -> {
                try (var program = Hits.load("attach_probes", "on_sample")) {
                    try (var _ = program.function("on_sample").attach(target)) {
                        Thread.sleep(MILLIS);
                    }
                    assertThat(all(program).keySet()).containsExactly(new Hit(12, 0, 0, 0));
                }
            });
            return;
        }
        try (var program = Hits.load("attach_probes", "on_sample")) {
            BpfException thrown = AttachReport.refused("perf_event hardware", BpfException.class,
                    () -> program.function("on_sample").attach(target));
            assertThat(thrown).hasMessageStartingWith("attach_probes: function 'on_sample' cannot be attached to"
                    + " perf event CPU_CYCLES, every 1000000: ").hasMessageContaining("ENOENT");
            assertThat(program.attachments()).isEmpty();
        }
    }

    @Test
    void cpu_thatIsNotThere_namesAll() {
        try (var program = Hits.load("attach_probes", "on_sample")) {
            assertThatThrownBy(() -> program.function("on_sample").attach(
                    PerfEvent.atFrequency(PerfEvent.Software.CPU_CLOCK, 99).onCpu(100_000)))
                    .isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_probes: function 'on_sample' cannot be attached to perf event"
                            + " CPU_CLOCK, 99 a second: ");
        }
    }

    private static Map<Hit, Long> all(BpfProgram program) {
        return program.hashMap("hits", Hit.class, Long.class).toMap();
    }

    private static Set<Long> cpus(Map<Hit, Long> hits) {
        return hits.keySet().stream().map(Hit::value).collect(Collectors.toSet());
    }

    private static Set<Long> online() throws IOException {
        try (var cpus = Files.list(Path.of("/sys/devices/system/cpu"))) {
            return cpus.map(cpu -> cpu.getFileName().toString()).filter(name -> name.matches("cpu\\d+"))
                    .map(name -> Long.valueOf(name.substring("cpu".length()))).collect(Collectors.toSet());
        }
    }

    private static void sleep(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            Thread.sleep(1);
        }
    }
}
