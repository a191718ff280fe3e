package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes of every kind in the running kernel. */
@Live
@SuppressWarnings("ArrayRecordComponent") // arrays of C become arrays
class HashMapViewLiveTest {
    enum State {
        IDLE, BUSY, GONE
    }

    record Endpoint(Inet4Address addr, int port, String comm) {}

    record Limits(int high, byte low) {}

    record Note(int delta, State state, Duration took, byte[] ports, Limits limits) {}

    record Traffic(long packets, long bytes) {}

    private BpfProgram program;

    @BeforeEach
    void load() {
        program = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                LoadOptions.defaults().enable("on_rename").enable("jumped").attachNothing());
    }

    @AfterEach
    void close() {
        program.close();
    }

    private static Endpoint endpoint(int number) {
        return new Endpoint((Inet4Address) InetAddress.ofLiteral("10.0." + number / 256 + '.' + number % 256), number,
                "no" + number);
    }

    @Test
    void row_ofRecords_isWrittenReadAndRemoved() {
        var rows = program.hashMap("rows", Endpoint.class, Note.class);
        var note = new Note(-3, State.GONE, Duration.ofNanos(1234567), new byte[]{1, 2, 3, -1},
                new Limits(65535, (byte) 9));
        assertThat(rows.get(endpoint(1))).isEmpty();
        rows.put(endpoint(1), note);
        assertThat(rows.get(endpoint(1)).orElseThrow()).usingRecursiveComparison().isEqualTo(note);
        assertThat(rows.containsKey(endpoint(2))).isFalse();
        assertThat(rows.getOrDefault(endpoint(2), note)).isSameAs(note);
        assertThat(rows.getAndRemove(endpoint(1)).orElseThrow().took()).isEqualTo(Duration.ofNanos(1234567));
        assertThat(rows.getAndRemove(endpoint(1))).isEmpty();
        assertThat(rows.remove(endpoint(1))).isFalse();
    }

    @Test
    void put_ifAbsentAndReplace_doWhatTheirNamesSay() {
        var counts = program.hashMap("counts", Integer.class, Long.class);
        assertThat(counts.replace(1, 10L)).isFalse();
        assertThat(counts.putIfAbsent(1, 11L)).isTrue();
        assertThat(counts.putIfAbsent(1, 12L)).isFalse();
        assertThat(counts.get(1)).hasValue(11L);
        assertThat(counts.replace(1, 13L)).isTrue();
        assertThat(counts.update(1, 14L, UpdateFlag.NO_EXIST)).isFalse();
        assertThat(counts.update(1, 15L, UpdateFlag.EXIST)).isTrue();
        assertThat(counts.update(2, 16L)).isTrue();
        assertThat(counts.toMap()).containsOnly(entry(1, 15L), entry(2, 16L));
        assertThatThrownBy(() -> counts.update(2, 1L, UpdateFlag.LOCK)).isInstanceOf(MapAccessException.class)
                .hasMessage(
                        "maps_kinds: map 'counts': put of key 2: EINVAL (22, Invalid argument); this kernel does not do"
                                + " that with a HASH");
    }

    @Test
    void numbers_ofTheWholeRange_comeBackAsTheyWere() {
        var tiny = program.hashMap("tiny", Integer.class, Integer.class);
        Map<Integer, Integer> all = new HashMap<>();
        for (int i = 0; i < 256; i++) {
            all.put(i, 65535 - i);
        }
        tiny.putAll(all);
        assertThat(tiny.toMap()).isEqualTo(all);
        assertThatThrownBy(() -> tiny.put(256, 1)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "maps_kinds: map 'tiny': no row can have the key 256: 256 does not fit an unsigned field of 8 bits");
        assertThatThrownBy(() -> tiny.put(1, 65536)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "maps_kinds: map 'tiny': no row can have the value 65536: 65536 does not fit an unsigned field of 16 bits");
        var recent = program.hashMap("recent", Long.class, Long.class);
        recent.put(-1L, Long.MIN_VALUE);
        assertThat(recent.toMap()).containsOnly(entry(-1L, Long.MIN_VALUE));
    }

    @Test
    void null_isNeitherKeyNorValue() {
        var counts = program.hashMap("counts", Integer.class, Long.class);
        assertThatThrownBy(() -> counts.get(null)).isInstanceOf(NullPointerException.class).hasMessage("key");
        assertThatThrownBy(() -> counts.put(1, null)).isInstanceOf(NullPointerException.class).hasMessage("value");
        Map<Integer, Long> some = new HashMap<>();
        some.put(1, null);
        assertThatThrownBy(() -> counts.putAll(some)).isInstanceOf(NullPointerException.class).hasMessage("value");
    }

    @Test
    void fullMap_isNamedWithKeyAndWhatToDo_alsoInABatch_whoseRowsBeforeAreThere() {
        var few = program.hashMap("few", Integer.class, Integer.class);
        Map<Integer, Integer> seven = new TreeMap<>(
                Map.of(1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7));
        assertThatThrownBy(() -> few.putAll(seven)).isInstanceOf(MapAccessException.class).hasMessage(
                "maps_kinds: map 'few': put of key 5: E2BIG (7, Argument list too long); it is full with 4 rows: remove some,"
                        + " or load it with LoadOptions.maxEntries(\"few\", ..) for more")
                .satisfies(thrown -> assertThat(((MapAccessException) thrown).errno()).hasValue(7));
        assertThat(few.toMap()).containsOnly(entry(1, -1), entry(2, -2), entry(3, -3), entry(4, -4));
        few.putAll(Map.of(4, 40)); // what is there can be written
        assertThat(few.get(4)).hasValue(40);
    }

    @Test
    void manyRows_areWrittenReadRemovedAndDrained_inBatches() {
        var rows = program.hashMap("rows", Endpoint.class, Note.class);
        Map<Endpoint, Note> many = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            many.put(endpoint(i), new Note(i, State.BUSY, Duration.ofNanos(i), new byte[4], new Limits(0, (byte) 0)));
        }
        rows.putAll(many);
        var snapshot = rows.snapshot();
        assertThat(snapshot.complete()).isTrue();
        assertThat(snapshot.rows()).hasSize(10_000);
        snapshot.rows().forEach((key, note) -> assertThat(note.delta()).isEqualTo(key.port()));
        List<Endpoint> some = new ArrayList<>();
        for (int i = 0; i < 30_000; i += 3) {
            some.add(endpoint(i));
        }
        assertThat(rows.removeAll(some)).isEqualTo(3334);
        var drained = rows.drain();
        assertThat(drained.complete()).isTrue();
        assertThat(drained.rows()).hasSize(6666).allSatisfy((key, note) -> assertThat(key.port() % 3).isNotZero());
        assertThat(rows.toMap()).isEmpty();
        rows.putAll(many);
        assertThat(rows.clear()).isEqualTo(10_000);
        assertThat(rows.clear()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void rows_visitedByThreads_areAllVisitedOnce(int threads) {
        var rows = program.hashMap("rows", Endpoint.class, Note.class);
        for (int size : new int[]{0, 1, 20, 9_000}) {
            Map<Endpoint, Note> many = new HashMap<>();
            for (int i = 0; i < size; i++) {
                many.put(endpoint(i),
                        new Note(i, State.BUSY, Duration.ofNanos(i), new byte[4], new Limits(0, (byte) 0)));
            }
            rows.putAll(many);
            Map<Endpoint, Integer> visits = new ConcurrentHashMap<>();
            assertThat(rows.forEachParallel(threads, (key, note) -> {
                assertThat(note.delta()).isEqualTo(key.port());
                visits.merge(key, 1, Integer::sum);
            })).isEqualTo(size);
            assertThat(visits).hasSize(size).allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
        }
        var each = program.map("each").asPerCpuHash(Integer.class, Traffic.class);
        each.putAll(numbered(1000));
        var sum = new AtomicLong();
        assertThat(each.forEachParallel(threads, (key, traffic) -> sum.addAndGet(traffic.max(Traffic::packets))))
                .isEqualTo(1000);
        assertThat(sum).hasValue(999 * 1000 / 2);
        var counts = program.map("counts").asLongHash();
        counts.put(1, 2);
        counts.put(3, 4);
        Map<Long, Long> seen = new ConcurrentHashMap<>();
        assertThat(counts.forEachParallel(threads, seen::put)).isEqualTo(2);
        assertThat(seen).containsOnly(entry(1L, 2L), entry(3L, 4L));
    }

    private Map<Integer, PerCpu<Traffic>> numbered(int size) {
        Map<Integer, PerCpu<Traffic>> result = new HashMap<>();
        for (int i = 0; i < size; i++) {
            result.put(i, PerCpu.same(new Traffic(i, 1), program.map("each").cpus()));
        }
        return result;
    }

    @Test
    void visitorInSeveralThreads_thatThrows_endsThemAll_andMayClose() {
        var rows = program.map("each").asPerCpuHash(Integer.class, Traffic.class);
        rows.putAll(numbered(5000));
        var visits = new AtomicLong();
        assertThatThrownBy(() -> rows.forEachParallel(3, (key, traffic) -> {
            if (visits.incrementAndGet() == 100) {
                throw new UnsupportedOperationException("enough");
            }
        })).isInstanceOf(UnsupportedOperationException.class).hasMessage("enough");
        assertThatThrownBy(() -> rows.forEachParallel(0, (key, traffic) -> {})).isInstanceOf(
                IllegalArgumentException.class).hasMessage("rows are visited by 1 thread or more, not by 0");
        try {
            rows.forEachParallel(2, (key, traffic) -> program.close());
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("program maps_kinds is closed"); // one thread was slower than the other
        }
        assertThatThrownBy(() -> rows.forEachParallel(2, (key, traffic) -> {})).isInstanceOf(
                IllegalStateException.class).hasMessage("program maps_kinds is closed");
    }

    @Test
    void drain_whileOthersAdd_losesNothing() {
        var counts = program.hashMap("counts", Integer.class, Long.class);
        var done = new AtomicBoolean();
        var adding = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 30_000; i++) {
                    while (true) {
                        try {
                            if (counts.putIfAbsent(i, 1L)) {
                                break;
                            }
                            throw new AssertionError("nobody else adds " + i);
                        } catch (MapAccessException e) {
                            Thread.onSpinWait(); // full
                        }
                    }
                }
            } finally {
                done.set(true);
            }
        }, command -> Thread.ofPlatform().daemon().start(command));
        Map<Integer, Long> seen = new HashMap<>();
        while (!done.get()) {
            counts.drain((key, value) -> seen.merge(key, value, Long::sum));
        }
        adding.join();
        counts.drain((key, value) -> seen.merge(key, value, Long::sum));
        assertThat(seen).hasSize(30_000).allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void lru_dropsTheOldest_ratherThanToBeFull() {
        var recent = program.hashMap("recent", Long.class, Long.class);
        for (long i = 0; i < 1000; i++) {
            recent.put(i, i);
        }
        assertThat(recent.get(999L)).hasValue(999L);
        assertThat(recent.toMap().size()).isBetween(1, 64);
    }

    @Test
    void recordOfSomeFields_readsButDoesNotWrite() {
        record Partly(int delta) {}
        var rows = program.hashMap("rows", Endpoint.class, Partly.class);
        program.hashMap("rows", Endpoint.class, Note.class).put(endpoint(5),
                new Note(77, State.IDLE, Duration.ZERO, new byte[4], new Limits(1, (byte) 1)));
        assertThat(rows.get(endpoint(5))).hasValue(new Partly(77));
        assertThatThrownBy(() -> rows.put(endpoint(5), new Partly(1))).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("maps_kinds: map 'rows': no value can be written, for struct note has a field"
                        + " 'state' that ")
                .hasMessageEndingWith("has no component for, so that it would be lost; add that");
    }

    @Test
    void perCpuRow_hasAValueOfEachCpu() {
        var map = program.map("each");
        var each = map.asPerCpuHash(Integer.class, Traffic.class);
        int cpus = map.cpus();
        assertThat(cpus).isPositive();
        List<Traffic> values = new ArrayList<>();
        for (int i = 0; i < cpus; i++) {
            values.add(new Traffic(i + 1, 0xffff_ffffL));
        }
        each.put(3, new PerCpu<>(values));
        PerCpu<Traffic> read = each.get(3).orElseThrow();
        assertThat(read.values()).isEqualTo(values);
        assertThat(read.sum(Traffic::packets)).isEqualTo((long) cpus * (cpus + 1) / 2);
        assertThat(read.max(Traffic::packets)).isEqualTo(cpus);
        assertThat(read.min(Traffic::packets)).isEqualTo(1);
        assertThat(read.sum(Traffic::bytes)).isEqualTo(cpus * 0xffff_ffffL);
        assertThatThrownBy(read::sum).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "a Traffic is no whole number of up to 64 bits; name a part of it, as in sum(Traffic::bytes)");
        assertThatThrownBy(() -> each.put(3, PerCpu.same(values.getFirst(), cpus + 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("it has " + (cpus + 1)
                        + " values, this machine has " + cpus + " possible CPUs; BpfMap.cpus() tells how many");
    }

    @Test
    void perCpuRows_areSummedByTheFunctionsThatCount_andReadInBatches() {
        var each = program.map("each").asPerCpuHash(Integer.class, Traffic.class);
        int cpus = program.map("each").cpus();
        for (int i = 0; i < 50; i++) {
            program.function("on_rename").testRun(TestRun.defaults());
        }
        var traffic = each.get(7).orElseThrow();
        assertThat(traffic.sum(Traffic::packets)).isEqualTo(50);
        assertThat(traffic.sum(Traffic::bytes)).isEqualTo(5000);
        Map<Integer, PerCpu<Traffic>> many = new HashMap<>();
        for (int i = 100; i < 5100; i++) {
            many.put(i, PerCpu.same(new Traffic(i, 1), cpus));
        }
        each.putAll(many);
        assertThat(each.toMap()).hasSize(5001).containsAllEntriesOf(many);
        assertThat(each.drain().rows()).hasSize(5001);
        assertThat(each.toMap()).isEmpty();
        var recent = program.map("each_recent").asPerCpuHash(Integer.class, Integer.class);
        recent.put(1, PerCpu.same(-5, cpus));
        assertThat(recent.get(1).orElseThrow().sum()).isEqualTo(-5L * cpus);
        assertThat(recent.getAndRemove(1)).isPresent();
        assertThat(recent.remove(1)).isFalse();
    }

    @Test
    void enumNumberWithoutConstant_isEmpty_andReadByEnumValue() {
        var raw = program.hashMap("rows", Endpoint.class, StateOnly.class);
        program.hashMap("rows", Endpoint.class, RawNote.class).put(endpoint(1), new RawNote(0,
                new EnumValue(Optional.empty(), 99), Duration.ZERO, new byte[4], new Limits(0, (byte) 0)));
        assertThat(raw.get(endpoint(1)).orElseThrow().state()).isNull();
    }

    record StateOnly(State state) {}

    record RawNote(int delta, EnumValue state, Duration took, byte[] ports, Limits limits) {}

    @Test
    void longView_doesTheSame() {
        var counts = program.map("counts").asLongHash();
        assertThat(counts.getOrDefault(4_294_967_295L, -7)).isEqualTo(-7);
        assertThat(counts.putIfAbsent(4_294_967_295L, 1)).isTrue();
        assertThat(counts.putIfAbsent(4_294_967_295L, 2)).isFalse();
        assertThat(counts.replace(5, 2)).isFalse();
        assertThat(counts.replace(4_294_967_295L, Long.MIN_VALUE)).isTrue();
        assertThat(counts.getOrDefault(4_294_967_295L, 0)).isEqualTo(Long.MIN_VALUE);
        assertThat(counts.containsKey(6)).isFalse();
        counts.put(6, 60);
        assertThat(counts.containsKey(6)).isTrue();
        Map<Long, Long> seen = new HashMap<>();
        assertThat(counts.forEach(seen::put)).isEqualTo(2);
        assertThat(seen).containsOnly(entry(6L, 60L), entry(4_294_967_295L, Long.MIN_VALUE));
        assertThat(counts.getAndRemove(6, -1)).isEqualTo(60);
        assertThat(counts.getAndRemove(6, -1)).isEqualTo(-1);
        assertThat(counts.remove(4_294_967_295L)).isTrue();
        assertThatThrownBy(() -> counts.put(-1, 0)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "maps_kinds: map 'counts': no row can have the key -1 of C type __u32: -1 does not fit an unsigned field of 32"
                        + " bits");
        var few = program.map("few").asLongHash();
        few.put(1, -5);
        assertThat(few.getOrDefault(1, 0)).isEqualTo(-5);
        assertThatThrownBy(() -> few.put(1, 1L << 31)).isInstanceOf(IllegalArgumentException.class);
        assertThat(few.clear()).isEqualTo(1);
    }

    @Test
    void longView_allocatesNothing() {
        var counts = program.map("counts").asLongHash();
        assertThat(Allocation.ofCompiled(() -> {
            for (int i = 0; i < 10_000; i++) {
                counts.put(i % 100, i);
                if (counts.getOrDefault(i % 100, 0) != i || !counts.remove(i % 100) || counts.containsKey(i % 100)) {
                    throw new AssertionError(i);
                }
            }
        })).isZero();
    }

    /** Keys and values go into the kernel's memory without a copy on the way, and no row is more than what becomes of it. */
    @Test
    void typedView_allocatesWhatItReturns() {
        var each = program.map("each").asPerCpuHash(Integer.class, Traffic.class);
        var cells = program.map("cells").asArray(Traffic.class);
        var pairs = new Traffic[]{new Traffic(1, 2), new Traffic(-1, 4_294_967_295L)};
        assertThat(Allocation.ofCompiled(() -> {
            for (int i = 0; i < 10_000; i++) {
                cells.set(i % 100, pairs[i & 1]);
            }
        })).as("bytes that written records take").isZero();
        for (int i = 0; i < 1000; i++) {
            each.put(i, PerCpu.same(pairs[i & 1], program.map("each").cpus()));
        }
        long[] sum = new long[1];
        BiConsumer<Integer, PerCpu<Traffic>> visitor = (_, values) -> sum[0] += values.sum(Traffic::bytes);
        double perRow = 16.0 + 24 + (24 + 8L * program.map("each").cpus()) + 32L * program.map("each").cpus() + 16;
        assertThat(Allocation.ofCompiled(() -> {
            for (int i = 0; i < 20; i++) {
                each.forEach(visitor);
            }
        }) / 20_000.0).as("bytes a row").isLessThanOrEqualTo(perRow + 1);
    }

    @Test
    void dump_ofEveryKindWithRows_isReplayedAlike() {
        int cpus = program.map("each").cpus();
        program.hashMap("counts", Integer.class, Long.class).put(7, -1L);
        program.map("each").asPerCpuHash(Integer.class, Traffic.class).put(3, PerCpu.same(new Traffic(5, 6), cpus));
        program.map("numbers").asLongArray().set(99, 4_294_967_295L);
        program.map("cells_each").asPerCpuArray(Long.class).set(2, PerCpu.same(8L, cpus));
        program.map("routes").asLpmTrie(IpPrefix.class, Integer.class).put(IpPrefix.parse("10.0.0.0/8"), 9);
        var dump = program.dump();
        assertThat(((MapDump.Rows) dump.maps().get("numbers")).rows()).hasSize(1);
        try (var replay = BpfProgram.replay(program.spec(), MapDump.parse(dump.toText(), "dump"))) {
            assertThat(replay.hashMap("counts", Integer.class, Long.class).toMap()).containsOnly(entry(7, -1L));
            assertThat(replay.map("each").asPerCpuHash(Integer.class, Traffic.class).toMap())
                    .containsOnly(entry(3, PerCpu.same(new Traffic(5, 6), cpus)));
            assertThat(replay.map("numbers").asLongArray().toArray()).hasSize(100).endsWith(0, 4_294_967_295L);
            assertThat(replay.map("cells_each").asPerCpuArray(Long.class).get(2).sum()).isEqualTo(8L * cpus);
            assertThat(replay.map("cells_each").asPerCpuArray(Long.class).get(3).sum()).isZero();
            assertThat(replay.map("routes").asLpmTrie(IpPrefix.class, Integer.class).match(IpPrefix.parse("10.1.1.1")))
                    .hasValue(9);
        }
    }

    @Test
    void viewOfTheWrongKind_saysWhatIsPossible() {
        assertThatThrownBy(() -> program.hashMap("ring", Integer.class, Long.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "maps_kinds: map 'ring' is a RINGBUF, no hash map; use ringBuffer(\"ring\", ..); its"
                                + " hash maps are [rows, counts, ");
        assertThatThrownBy(() -> program.map("each").asHash(Integer.class, Long.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps_kinds: map 'each': is a PERCPU_HASH, not a hash; use map(\"each\").asPerCpuHash(..)");
        assertThatThrownBy(() -> program.map("rows").asLongHash()).isInstanceOf(BindingException.class).hasMessage(
                "maps_kinds: map 'rows': its key: is of C type struct endpoint, which is no integer of up to 64 bits; use"
                        + " map(\"rows\").asHash(..)");
    }

    @Test
    void closedProgram_isSaid() {
        var counts = program.hashMap("counts", Integer.class, Long.class);
        var longs = program.map("counts").asLongHash();
        program.close();
        assertThatThrownBy(() -> counts.put(1, 1L)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_kinds is closed");
        assertThatThrownBy(() -> longs.put(1, 1L)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_kinds is closed");
        assertThatThrownBy(counts::drain).isInstanceOf(IllegalStateException.class);
    }
}
