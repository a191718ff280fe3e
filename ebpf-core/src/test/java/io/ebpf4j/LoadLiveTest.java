package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.internal.kernel.live.LiveKernel;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of stock clang, unchanged, in the running kernel. */
@Live
class LoadLiveTest {
    private static final Pair PAIR = new Pair("127.0.0.1", "10.1.2.3");

    record Pair(String saddr, String daddr) {}

    record AddressPair(Inet4Address saddr, InetAddress daddr) {}

    @ParameterizedTest
    @CsvSource({"clang14-el", "clang19-el"})
    void countersInMarkedSections_countEachEvent(String folder) throws Exception {
        try (var program = BpfProgram.load(Fixtures.path(folder, "maps_counter"))) {
            assertThat(program.attached()).singleElement().extracting(FunctionSpec::section)
                    .isEqualTo("raw_tp/task_rename");
            try (var reader = program.ringBuffer("seen", Pair.class)) {
                reader.drain(pair -> {}); // other threads of the machine take names as well
                Events.rename();
                Events.rename();
                Events.rename();
                List<Pair> pairs = new ArrayList<>();
                var drained = reader.poll(pairs::add, Duration.ofSeconds(5));
                assertThat(pairs).hasSizeGreaterThanOrEqualTo(3).containsOnly(PAIR);
                assertThat(drained).isEqualTo(new Drained(pairs.size(), 0, 0, 0, Drained.Reason.EMPTY));
                var totals = program.hashMap("totals", AddressPair.class, BigInteger.class);
                var key = new AddressPair((Inet4Address) InetAddress.ofLiteral("127.0.0.1"),
                        InetAddress.ofLiteral("10.1.2.3"));
                assertThat(totals.toMap()).containsOnlyKeys(key);
                assertThat(totals.get(key).orElseThrow().longValueExact())
                        .isGreaterThanOrEqualTo(reader.statistics().records());
            }
        }
    }

    @Test
    void eachSectionThatLibbpfAttaches_isAttached() {
        try (var program = BpfProgram.load(Fixtures.path("sections"))) {
            assertThat(program.attached()).extracting(FunctionSpec::name).containsExactlyInAnyOrder("by_tracepoint",
                    "by_tp",
                    "by_raw_tracepoint", "by_raw_tp", "by_tp_btf", "by_uprobe", "by_uretprobe", "by_iter",
                    "by_iter_map");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no_maps", "types", "maps_print", "maps_gauge", "maps_mixed", "inner_maps",
            "counter_fields",
            "field_types", "field_pointers", "ipv6_founding", "tags", "prefixes", "ring_records", "globals",
            "subprograms",
            "same_section", "core_relocations", "externs", "datasec_alone", "maps_all"})
    void objectOfEitherClang_loads(String object) {
        for (String folder : List.of("clang14-el", "clang19-el")) {
            try (var program = BpfProgram.load(Fixtures.path(folder, object))) {
                assertThat(program.spec().name()).isEqualTo(object);
            }
        }
    }

    @Test
    void object_closedBeforeItsHook_staysUntilThatIsClosed() {
        var spec = ProgramSpec.read(Fixtures.path("maps_counter"));
        var object = new LiveKernel().load(spec, LoadPlan.of(spec, List.of()));
        var function = object.function(spec.functions().getFirst());
        var first = function.attach();
        var second = function.attach(RawTracepoint.of("sched_process_exit"));
        object.close(); // as when the program is closed while others close attachments
        assertThat(function.descriptor()).as("a freed object has none").isPresent();
        second.close();
        assertThat(first.id()).isPresent();
        first.close();
    }

    @Test
    void innerMaps_inAMarkedSection_keepTheirPlaces() {
        var spec = ProgramSpec.read(Fixtures.path("inner_maps"));
        try (var object = new LiveKernel().load(spec, LoadPlan.of(spec, List.of())); var arena = Arena.ofConfined()) {
            try (var _ = object.function(spec.functions().getFirst()).attach()) {
                Events.rename(); // counts in element 1 of outer[1]
            }
            var key = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
            var value = arena.allocate(ValueLayout.JAVA_LONG);
            assertThat(object.table(spec.map("inner_counted").orElseThrow()).lookup(key, value)).isZero();
            assertThat(value.get(ValueLayout.JAVA_LONG, 0)).isPositive();
            assertThat(object.table(spec.map("inner_plain").orElseThrow()).lookup(key, value)).isZero();
            assertThat(value.get(ValueLayout.JAVA_LONG, 0)).isZero();
        }
    }

    @Test
    void gauge_ofDuration_isRead() {
        try (var program = BpfProgram.load(Fixtures.path("maps_gauge"))) {
            Events.rename();
            Duration last = program.hashMap("last_rename", Comm.class, Duration.class)
                    .get(new Comm(Events.threadName()))
                    .orElseThrow();
            // bpf_ktime_get_ns and System.nanoTime both are CLOCK_MONOTONIC on Linux.
            assertThat(Duration.ofNanos(System.nanoTime()).minus(last)).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    @Test
    void twoProgramsOfOneFile_countApart() {
        var spec = ProgramSpec.read(Fixtures.path("maps_counter"));
        try (var first = BpfProgram.load(spec)) {
            Events.rename();
            try (var second = BpfProgram.load(spec)) {
                Events.rename();
                long one = first.hashMap("totals", Pair.class, Long.class).get(PAIR).orElseThrow();
                long two = second.hashMap("totals", Pair.class, Long.class).get(PAIR).orElseThrow();
                assertThat(one).isGreaterThan(two);
            }
            long before = first.hashMap("totals", Pair.class, Long.class).get(PAIR).orElseThrow();
            Events.rename();
            assertThat(first.hashMap("totals", Pair.class, Long.class).get(PAIR)).hasValueSatisfying(
                    now -> assertThat(now).isGreaterThan(before));
        }
    }

    @Test
    void ring_hasOneReader_andAnotherWhenThatIsClosed() {
        try (var program = BpfProgram.load(Fixtures.path("maps_counter"))) {
            var first = program.ringBuffer("seen", Pair.class);
            assertThatThrownBy(() -> program.ringBuffer("seen", Pair.class)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("maps_counter: ring 'seen' already has a reader");
            Events.rename();
            first.drain(pair -> {});
            first.close();
            Events.rename();
            try (var second = program.ringBuffer("seen", Pair.class)) {
                List<Pair> pairs = new ArrayList<>();
                second.drain(pairs::add);
                assertThat(pairs).isNotEmpty().containsOnly(PAIR);
                assertThat(second.statistics().records()).isEqualTo(pairs.size());
            }
        }
    }

    @Test
    void poll_onAQuietRing_endsWithItsDeadline() {
        try (var program = BpfProgram.load(Fixtures.path("ring_records"));
                var reader = program.ringBuffer("records", Item.class)) {
            long begin = System.nanoTime();
            assertThat(reader.poll(item -> {}, Duration.ofMillis(200))).isEqualTo(
                    new Drained(0, 0, 0, 0, Drained.Reason.DEADLINE));
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(199));
        }
    }

    record Comm(String comm) {}

    record Item(long i, int low, String text) {}

    @Test
    void drain_whoseHandlerMakesEvents_ends() {
        try (var program = BpfProgram.load(Fixtures.path("maps_counter"));
                var reader = program.ringBuffer("seen", Pair.class)) {
            Events.rename();
            var drained = reader.poll(pair -> Events.rename(), Duration.ofSeconds(5));
            assertThat(drained.records()).isBetween(1, 256); // at most the ring, which held a few
        }
    }

    @Test
    void load_nearTheEndOfAStack_doesNotAbortTheJvm() throws Exception {
        var spec = ProgramSpec.read(Fixtures.path("reject_null"));
        // Once where there is room: a class whose initializer has no stack left is lost to this JVM, and to all tests after this.
        assertThatThrownBy(() -> BpfProgram.load(spec)).isInstanceOf(VerifierException.class);
        var outcome = new CompletableFuture<Throwable>();
        Thread.ofPlatform().stackSize(256 * 1024).start(() -> {
            try {
                deeper(spec);
            } catch (Throwable t) {
                outcome.complete(t);
            }
        });
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOfAny(VerifierException.class,
                StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion") // on purpose
    private static void deeper(ProgramSpec spec) {
        try {
            deeper(spec);
        } catch (StackOverflowError e) {
            BpfProgram.load(spec).close(); // libbpf prints, which calls Java back from C
        }
    }

    @Test
    void recordedDump_givesTheSameAsTheKernel() {
        Map<Pair, Long> live;
        MapDump dump;
        var spec = ProgramSpec.read(Fixtures.path("maps_counter"));
        try (var program = BpfProgram.load(spec)) {
            Events.rename();
            dump = program.dump();
            live = Map.of(PAIR, ((MapDump.Rows) dump.maps().get("totals")).rows().getFirst().value()
                    .get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        }
        try (var replayed = BpfProgram.replay(spec, MapDump.parse(dump.toText(), "text"))) {
            assertThat(replayed.hashMap("totals", Pair.class, Long.class).toMap()).isEqualTo(live);
            List<Pair> pairs = new ArrayList<>();
            replayed.ringBuffer("seen", Pair.class).drain(pairs::add);
            assertThat(pairs).isNotEmpty().containsOnly(PAIR);
        }
    }
}
