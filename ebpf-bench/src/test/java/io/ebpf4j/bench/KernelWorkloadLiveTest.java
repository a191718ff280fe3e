package io.ebpf4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadException;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.TestRun;
import io.ebpf4j.testing.Live;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That each workload on pinned kernel objects does its work and keeps to the protocol. */
@Live
class KernelWorkloadLiveTest {
    private static final long SHORT = 2_000_000;
    private static final int RING = 1 << 18;
    private static final Path FOLDER = Path
            .of("/sys/fs/bpf/ebpf4j-bench-test-" + ProcessHandle.current().pid());
    private static final Pins PINS = new Pins(FOLDER);

    @AfterEach
    void unpin() throws IOException {
        if (Files.isDirectory(FOLDER)) {
            try (var pins = Files.list(FOLDER)) {
                for (Path pin : pins.toList()) {
                    Files.delete(pin);
                }
            }
            Files.delete(FOLDER);
        }
    }

    @Test
    void drain_ofThreeFormsAndFourSizes_takesEveryRecordAndTellsWhatItAllocates() {
        try (var _ = pinnedRing("ring")) {
            var lines = printed(out -> DrainWorkload.run(Sampler.ofLoops(out, SHORT), PINS));

            assertThat(lines).hasSize(24).allSatisfy(line -> assertThat(line.workload()).isEqualTo("A.drain"));
            assertThat(times(lines, "ns/rec")).extracting(Line::what).containsExactlyInAnyOrder(
                    "16B|ebpf4j segment", "16B|ebpf4j cursor, 3 fields", "16B|ebpf4j record",
                    "48B|ebpf4j segment", "48B|ebpf4j cursor, 3 fields", "48B|ebpf4j record",
                    "256B|ebpf4j segment", "256B|ebpf4j cursor, 3 fields", "256B|ebpf4j record",
                    "mixed sizes|ebpf4j segment", "mixed sizes|ebpf4j cursor, 3 fields", "mixed sizes|ebpf4j record");
            assertThat(times(lines, "ns/rec")).filteredOn(line -> line.name().equals("16B"))
                    .allSatisfy(line -> assertThat(line.check()).isEqualTo(RING / 24 - 1));
            assertThat(lines).filteredOn(line -> line.unit().equals("B/rec")).hasSize(12);
        }
    }

    @Test
    void iterateAndSingle_addUpAllValues() {
        try (var program = pinnedTables()) {
            fill(program, "h1m", 1_000_000);
            for (String map : List.of("h10k", "ph10k", "a10k", "n10k")) {
                fill(program, map, 10_000);
            }
            int cpus = program.map("ph10k").cpus();
            var all = printed(out -> TableWorkload.iterate(Sampler.ofLoops(out, SHORT), PINS));
            var one = printed(out -> TableWorkload.single(Sampler.ofLoops(out, SHORT), PINS));

            assertThat(times(all, "ns/entry")).extracting(line -> line.what() + "|" + line.check()).containsExactly(
                    "hash 1M|ebpf4j forEach|499999500000", "hash 1M|ebpf4j walker|499999500000",
                    "hash 1M|ebpf4j parallel, 2 threads|499999500000", "hash 10k|ebpf4j forEach|49995000",
                    "hash 10k|ebpf4j walker|49995000", "hash 10k|ebpf4j parallel, 2 threads|49995000",
                    "percpu hash 10k|ebpf4j forEach|" + 49_995_000L * cpus,
                    "percpu hash 10k|ebpf4j walker|" + 49_995_000L * cpus);
            assertThat(times(one, "ns/op")).extracting(Line::what).containsExactly("hash 10k|ebpf4j get",
                    "hash 10k|ebpf4j put", "hash 10k of numbers|ebpf4j get", "hash 10k of numbers|ebpf4j put",
                    "array 10k|ebpf4j get", "array 10k|ebpf4j put");
            assertThat(one).filteredOn(line -> line.unit().equals("ns/op") && line.what().endsWith("get"))
                    .allSatisfy(line -> assertThat(line.check()).as("of the keys that C takes").isEqualTo(499_528_368));
        }
    }

    @Test
    void consumer_whileRecordsCome_speaksTheProtocolAndTellsTheirLatency() throws InterruptedException {
        try (var program = pinnedRing("flow")) {
            var done = new AtomicBoolean();
            var producer = new Thread(() -> {
                var run = TestRun.defaults().withContext(context(10, 0, 0));
                while (!done.get()) {
                    program.function("stamp48").testRun(run);
                    Thread.onSpinWait();
                }
            });
            producer.start();
            String text;
            try {
                text = text(out -> FlowConsumer.run(out, 20_000_000, PINS, "throughput", "stamped"));
            } finally {
                done.set(true);
                producer.join();
            }

            var lines = text.lines().toList();
            assertThat(lines.getFirst()).matches("RSE\\d+ \\d+ \\d+");
            assertThat(lines.getFirst().substring(3).split(" ")).extracting(Long::parseLong)
                    .as("records, nanoseconds, nanoseconds of CPU")
                    .satisfies(figures -> assertThat(figures.getFirst()).isPositive())
                    .satisfies(figures -> assertThat(figures.get(1)).isGreaterThanOrEqualTo(40_000_000L))
                    .satisfies(figures -> assertThat(figures.get(2)).isPositive());
            assertThat(lines).extracting(line -> line.substring(0, Math.max(0, line.indexOf('\t'))))
                    .containsExactly("", "wake-ups/s", "latency p50, us", "latency p99, us", "latency max, us");
            assertThat(value(lines.get(2))).isPositive().isLessThanOrEqualTo(value(lines.get(3)));
            assertThat(value(lines.get(3))).isLessThanOrEqualTo(value(lines.get(4)));
        }
    }

    @Test
    void consumer_nothingPinned_says_where() {
        assertThatThrownBy(() -> FlowConsumer.run(new PrintStream(new ByteArrayOutputStream()), SHORT, PINS))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining(FOLDER + "/flow")
                .hasCauseInstanceOf(LoadException.class);
    }

    @Test
    void execOnce_onTheFirstEvent_printsFourPhases() throws InterruptedException {
        var probe = Path.of(System.getProperty("ebpf4j.root", ".."),
                "ebpf-bench/src/main/resources/io/ebpf4j/bench/exec.bpf.o");
        var done = new AtomicBoolean();
        var trigger = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    new ProcessBuilder("/bin/true").start().onExit().join();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try {
            assertThat(text(out -> ExecOnce.run(probe, out))).matches("R(\\d+\\.\\d ){3}\\d+\\.\\d\n");
        } finally {
            done.set(true);
            trigger.join();
        }
    }

    private static BpfProgram pinnedRing(String name) {
        return BpfProgram.load(Pins.object("ring.bpf.o"),
                LoadOptions.defaults().maxEntries("ring", RING).pin("ring", FOLDER.resolve(name)));
    }

    private static BpfProgram pinnedTables() {
        var spec = Pins.object("maps.bpf.o");
        var options = LoadOptions.defaults();
        for (var map : spec.maps()) {
            options = options.pin(map.name(), FOLDER.resolve(map.name()));
        }
        return BpfProgram.load(spec, options);
    }

    /** In parts, for a kernel without preemption does nothing else meanwhile. */
    private static void fill(BpfProgram program, String map, int rows) {
        int part = Math.min(rows, 100_000);
        int cpus = program.map("ph10k").cpus();
        for (int first = 0; first < rows; first += part) {
            var run = TestRun.defaults().withContext(ByteBuffer.allocate(12).order(ByteOrder.nativeOrder())
                    .putInt(first).putInt(part).putInt(cpus).array());
            assertThat(program.function("fill_" + map).testRun(run).returnValue()).as("rows without room").isZero();
        }
    }

    private static byte[] context(int count, int flags, long seq) {
        return ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(count).putInt(flags).putLong(seq).array();
    }

    private static List<Line> times(List<Line> lines, String unit) {
        var times = lines.stream().filter(line -> line.unit().equals(unit)).toList();
        assertThat(times).allSatisfy(line -> {
            assertThat(line.least()).isPositive();
            assertThat(line.wall()).isGreaterThanOrEqualTo(line.least());
            assertThat(line.cpu()).isPositive();
            assertThat(line.samples()).isGreaterThanOrEqualTo(3);
        });
        return times;
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.indexOf('\t') + 1));
    }

    /** What does not close the stream it is given. */
    private interface Printing {
        void to(PrintStream out);
    }

    private static List<Line> printed(Printing work) {
        return text(work).lines().map(Line::of).toList();
    }

    private static String text(Printing work) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            work.to(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
