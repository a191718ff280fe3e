package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Walkers of a program's maps, through the public API. */
@Live
class MapWalkerLiveTest {
    record Endpoint(Inet4Address addr, int port, String comm) {}

    record Limits(int high, int low) {}

    record Note(int delta, String state, Duration took, List<Integer> ports, Limits limits) {}

    record Traffic(long packets, long bytes) {}

    private BpfProgram program;

    @BeforeEach
    void load() {
        program = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                LoadOptions.defaults().attachNothing());
    }

    @AfterEach
    void close() {
        program.close();
    }

    private static <K, V> Map<K, V> rows(MapWalker<BiConsumer<? super K, ? super V>> walker) {
        Map<K, V> rows = new HashMap<>();
        int visited = walker.forEach(rows::put);
        assertThat(visited).isEqualTo(rows.size());
        return rows;
    }

    private static void assertUsed(MapWalker<?> walker) {
        if (Kernels.since(5, 14)) {
            assertThat(walker.hindrance()).isEmpty();
        } else {
            assertThat(walker.hindrance()).hasValueSatisfying(why -> assertThat(why).contains("Linux 5.14"));
        }
    }

    @Test
    void walker_ofAHash_visitsWhatTheViewDoes_eachTime() {
        var counts = program.map("counts").asHash(Integer.class, Long.class);
        try (var walker = counts.walker()) {
            assertUsed(walker);
            assertThat(rows(walker)).isEmpty();
            Map<Integer, Long> written = new HashMap<>();
            for (int i = 0; i < 1000; i++) {
                written.put(i * 7, i * 1_000_000_007L);
            }
            counts.putAll(written);
            assertThat(rows(walker)).isEqualTo(written).isEqualTo(counts.toMap());
            counts.remove(7);
            written.remove(7);
            assertThat(rows(walker)).isEqualTo(written);
            assertUsed(walker);
        }
    }

    @Test
    void walker_ofStructs_makesTheRecordsThatTheViewMakes() {
        var rows = program.map("rows").asHash(Endpoint.class, Note.class);
        for (int i = 0; i < 300; i++) {
            rows.put(new Endpoint((Inet4Address) InetAddress.ofLiteral("10.0.0." + i % 256), i, "no" + i),
                    new Note(-i, "BUSY", Duration.ofNanos(i), List.of(1, 2, 3, i % 200), new Limits(i, i % 256)));
        }
        try (var walker = rows.walker()) {
            assertUsed(walker);
            assertThat(rows(walker)).hasSize(300).isEqualTo(rows.toMap());
        }
    }

    @Test
    void walker_ofAPerCpuHash_hasTheValuesOfAllCpus() {
        BpfMap map = program.map("each");
        var each = map.asPerCpuHash(Integer.class, Traffic.class);
        for (int row = 0; row < 500; row++) {
            List<Traffic> values = new ArrayList<>();
            for (int cpu = 0; cpu < map.cpus(); cpu++) {
                values.add(new Traffic(row * 1000L + cpu, row ^ cpu));
            }
            each.put(row, new PerCpu<>(values));
        }
        try (var walker = each.walker()) {
            assertThat(rows(walker)).hasSize(500).isEqualTo(each.toMap());
            if (Kernels.since(5, 19)) {
                assertUsed(walker);
            }
        }
    }

    @Test
    void walker_ofIntegers_isWhatTheViewReads_andAllocatesNothing() {
        var counts = program.map("counts").asLongHash();
        for (int i = 0; i < 1000; i++) {
            counts.put(0xffff_fc00L + i, -i);
        }
        try (var walker = counts.walker()) {
            Map<Long, Long> walked = new HashMap<>();
            assertThat(walker.forEach(walked::put)).isEqualTo(1000);
            Map<Long, Long> plain = new HashMap<>();
            counts.forEach(plain::put);
            assertThat(walked).hasSize(1000).isEqualTo(plain).containsEntry(0xffff_fc07L, -7L);
            if (walker.hindrance().isEmpty()) {
                long[] sum = new long[1];
                LongHashMapView.Visitor visitor = (_, value) -> sum[0] += value;
                assertThat(Allocation.ofCompiled(() -> {
                    for (int i = 0; i < 50; i++) {
                        walker.forEach(visitor);
                    }
                }) / 50.0).as("bytes a walk of 1000 rows").isLessThan(1000);
            }
        }
    }

    @Test
    void walker_ofAMapThatNoProgramWalks_readsItAsTheViewDoes_andTellsWhy() {
        var recent = program.map("recent").asHash(Long.class, Long.class);
        recent.put(3L, 4L);
        try (var walker = recent.walker()) {
            assertThat(rows(walker)).isEqualTo(Map.of(3L, 4L));
            assertThat(walker.hindrance())
                    .hasValue("maps_kinds: map 'recent': no program walks it: to a LRU_HASH a row that a program has"
                            + " looked up is one that is used, so that all would be");
        }
    }

    @Test
    void walker_ofAReplay_readsTheRecording() {
        var counts = program.hashMap("counts", Integer.class, Long.class);
        counts.put(3, 4L);
        try (var replay = BpfProgram.replay(program.spec(), program.dump());
                var walker = replay.hashMap("counts", Integer.class, Long.class).walker()) {
            assertThat(rows(walker)).isEqualTo(Map.of(3, 4L));
            assertThat(walker.hindrance())
                    .hasValue("maps_kinds: map 'counts': no program walks it: it is a recording and in"
                            + " no kernel");
        }
    }

    @Test
    void close_ofTheProgram_closesItsWalkers() {
        var walker = program.hashMap("counts", Integer.class, Long.class).walker();
        program.close();
        assertThatThrownBy(() -> walker.forEach((_, _) -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_kinds is closed");
        walker.close();
        walker.close();
    }

    /** Threads that walk, one that writes, and one that closes the walker, then the program: each walk ends well or says so. */
    @Test
    void close_whileOthersWalkAndWrite_endsThem() throws Exception {
        for (int round = 0; round < 10; round++) {
            boolean whole = round % 2 == 0;
            var own = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                    LoadOptions.defaults().attachNothing());
            var view = own.map("counts").asLongHash();
            var walker = view.walker();
            var begun = new CountDownLatch(3);
            var stop = new AtomicBoolean();
            List<Runnable> uses = List.of(() -> walker.forEach((key, value) -> assertThat(value).isEqualTo(key * 7)),
                    () -> walker.forEach((key, value) -> assertThat(value).isEqualTo(key * 7)), () -> {
                        long key = System.nanoTime() & 511;
                        view.put(key, key * 7);
                    });
            var threads = uses.stream().map(use -> CompletableFuture.supplyAsync(() -> {
                for (int i = 0;; i++) {
                    try {
                        use.run();
                    } catch (IllegalStateException e) {
                        return String.valueOf(e.getMessage());
                    }
                    if (i == 100) {
                        begun.countDown();
                    }
                    if (stop.get()) {
                        return "stopped";
                    }
                }
            }, command -> Thread.ofPlatform().daemon().start(command))).toList();
            begun.await();
            if (whole) {
                own.close();
            } else {
                walker.close();
                stop.set(true);
            }
            for (var thread : threads) {
                assertThat(thread).succeedsWithin(Duration.ofSeconds(10)).asString().isIn("stopped",
                        "program maps_kinds is closed", "maps_kinds: map 'counts': the walker is closed");
            }
            own.close();
        }
    }
}
