package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ExportTest {
    private static final MapDump EMPTY = MapDump.parse("ebpf4j-dump 1", "empty");

    /** Notes what it is asked; takes what a test wants it to. */
    private static class Exporter implements MapExporter {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<TableSource> tables = new CopyOnWriteArrayList<>();
        final List<RingSource> rings = new CopyOnWriteArrayList<>();
        final AtomicInteger closed = new AtomicInteger();
        private final Predicate<MapSpec> takes;

        Exporter(Predicate<MapSpec> takes) {
            this.takes = takes;
        }

        @Override
        public boolean takes(MapSpec map) {
            return takes.test(map);
        }

        @Override
        public RecordSink ring(RingSource source) {
            calls.add("ring " + source.map().name());
            rings.add(source);
            return (memory, offset) -> calls.add("record " + memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)
                    + (closed.get() > 0 ? " after close" : ""));
        }

        @Override
        public void table(TableSource source) {
            calls.add("table " + source.map().name());
            tables.add(source);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static BpfProgram program(String name, MapDump dump) {
        return BpfProgram.replay(Fixtures.spec(Fixtures.CLANG19, name), dump);
    }

    private static MapDump records(int count) {
        return MapDump.parse(
                "ebpf4j-dump 1\nring records\n" + "record 07000000000000000900000061626300\n".repeat(count),
                "x");
    }

    @Test
    void export_offersEachMapWithAnOutputAndNoOther() {
        var exporter = new Exporter(map -> true);
        try (var program = program("maps_mixed", EMPTY).export(exporter)) {
            assertThat(exporter.calls).containsExactlyInAnyOrder("table by_cpu", "ring events", "table renames",
                    "table nobody");
            assertThat(exporter.rings).singleElement().satisfies(source -> {
                assertThat(source.program()).isEqualTo("maps_mixed");
                assertThat(((Struct) source.record()).fields()).extracting(f -> f.name()).containsExactly("at");
                assertThat(source.statistics().get()).isEqualTo(new RingStatistics(0, 0, 0, 0, 0));
            });
            assertThat(exporter.tables).allSatisfy(source -> {
                assertThat(source.key().size()).isEqualTo(4);
                assertThat(source.value().size()).isEqualTo(8);
            });
            assertThat(program.attached()).as("nothing runs in a replay").isEmpty();
        }
        assertThat(exporter.closed).hasValue(1);
    }

    @Test
    void export_ofMapsThatItDoesNotTake_leavesThemAlone() {
        var exporter = new Exporter(map -> map.name().equals("renames"));
        try (var program = program("maps_mixed", EMPTY).export(exporter)) {
            assertThat(exporter.calls).containsExactly("table renames");
            assertThat(program.hashMap("by_cpu", int.class, long.class).toMap()).isEmpty();
            assertThat(program.ringBuffer("events", At.class)).isNotNull();
        }
    }

    record At(long at) {}

    @Test
    void export_closedAtOnce_handsOnAllRecordsBeforeTheExporterCloses() {
        for (int round = 0; round < 50; round++) {
            var exporter = new Exporter(map -> true);
            program("ring_records", records(10)).export(exporter).close();
            assertThat(exporter.calls).as("round %d", round).hasSize(11)
                    .endsWith("record 7", "record 7").noneMatch(call -> call.contains("after close"));
            assertThat(exporter.closed).hasValue(1);
            assertThat(exporter.rings.getFirst().statistics().get()).as("after close, too")
                    .isEqualTo(new RingStatistics(10, 0, 0, 0, 0));
        }
    }

    @Test
    void tableSource_readsItsRowsUntilTheProgramCloses() {
        var exporter = new Exporter(map -> true);
        var program = program("maps_gauge",
                MapDump.parse("ebpf4j-dump 1\nmap last_rename\nrow 01000000" + "00".repeat(12) + " 0200000000000000",
                        "x"))
                .export(exporter);
        TableSource source = exporter.tables.getFirst();
        List<Integer> keys = new ArrayList<>();
        assertThat(source.rows().forEach((key, keyOffset, value, valueOffset) -> keys
                .add(key.get(ValueLayout.JAVA_INT_UNALIGNED, keyOffset)))).isEqualTo(1);
        assertThat(keys).containsExactly(1);
        program.close();
        assertThatThrownBy(() -> source.rows().forEach((key, keyOffset, value, valueOffset) -> {}))
                .isInstanceOf(IllegalStateException.class).hasMessage("program maps_gauge is closed");
    }

    @Test
    void exporterThatFails_closesItselfAndTheProgram() {
        var exporter = new Exporter(map -> true) {
            @Override
            public void table(TableSource source) {
                throw new ObjectFileException("map '" + source.map().name() + "' cannot");
            }
        };
        var program = program("maps_counter", EMPTY);
        assertThatThrownBy(() -> program.export(exporter)).isInstanceOf(ObjectFileException.class)
                .hasMessage("map 'totals' cannot");
        assertThat(exporter.closed).hasValue(1);
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> program.export(new Exporter(map -> true))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void exporterOfAClosedProgram_isClosedAsItsOwnerWouldHave() {
        var program = program("maps_counter", EMPTY);
        program.close();
        var exporter = new Exporter(map -> true);
        assertThatThrownBy(() -> program.export(exporter)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_counter is closed");
        assertThat(exporter.closed).as("it was handed over").hasValue(1);
    }

    @Test
    void sinkThatClosesItsProgram_isItsLastRecord() throws Exception {
        var holder = new AtomicReference<BpfProgram>();
        var exporter = new Exporter(map -> true) {
            @Override
            public RecordSink ring(RingSource source) {
                RecordSink noting = super.ring(source);
                return (memory, offset) -> {
                    while (holder.get() == null) {
                        Thread.onSpinWait();
                    }
                    noting.accept(memory, offset);
                    Objects.requireNonNull(holder.get()).close();
                };
            }
        };
        var program = program("ring_records", records(5)).export(exporter);
        holder.set(program);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals("ebpf-ring_records"))) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(2);
        }
        assertThat(exporter.calls).containsExactly("ring records", "record 7");
        assertThat(exporter.closed).hasValue(1);
        assertThat(exporter.rings.getFirst().statistics().get().records()).isEqualTo(1);
    }

    @Test
    void program_withoutRings_hasNoThread() {
        try (var program = program("maps_gauge", EMPTY).export(new Exporter(map -> true))) {
            assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                    .doesNotContain("ebpf-maps_gauge");
            assertThat(program.spec().maps()).hasSize(1);
        }
    }

    @Test
    void closeThatFailsInAnExporter_closesTheRestAndSaysSo() {
        var second = new Exporter(map -> map.name().equals("totals"));
        var first = new Exporter(map -> map.name().equals("seen")) {
            @Override
            public void close() {
                throw new IllegalStateException("exporter cannot close");
            }
        };
        var program = program("maps_counter", EMPTY).export(first).export(second);
        assertThatThrownBy(program::close).isInstanceOf(IllegalStateException.class)
                .hasMessage("exporter cannot close");
        assertThat(second.closed).hasValue(1);
        program.close();
    }

    @Test
    void autoExport_withoutAProvider_namesTheDependencyAndCloses() {
        var program = program("maps_counter", EMPTY);
        assertThatThrownBy(() -> program.autoExport(new SimpleMeterRegistry()))
                .isInstanceOf(IllegalStateException.class).hasMessageContainingAll(
                        "io.micrometer.core.instrument.simple.SimpleMeterRegistry",
                        "add the dependency io.ebpf4j:ebpf-metrics");
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_counter is closed");
    }

    @Test
    void autoExport_throughAProvider_givesPrintRingsToTheLogAndTheRestToIt() {
        var exporter = new Exporter(map -> true);
        var asked = new AtomicBoolean();
        Providers.answering(target -> {
            asked.set(target instanceof SimpleMeterRegistry);
            return exporter;
        }, () -> {
            try (var program = program("maps_mixed", EMPTY).autoExport(new SimpleMeterRegistry())) {
                assertThat(asked).isTrue();
                assertThat(exporter.calls).containsExactlyInAnyOrder("table by_cpu", "table renames", "table nobody");
                assertThatThrownBy(() -> program.ringBuffer("events", At.class))
                        .isInstanceOf(IllegalStateException.class).hasMessageContaining("is exported");
            }
            assertThat(exporter.closed).hasValue(1);
        });
    }

    @Test
    void autoExport_ofAMapThatNobodyTakes_namesItAndCloses() {
        var exporter = new Exporter(map -> map.output().orElseThrow() != Output.GAUGE);
        Providers.answering(target -> exporter, () -> {
            var program = program("maps_mixed", EMPTY);
            assertThatThrownBy(() -> program.autoExport(new SimpleMeterRegistry()))
                    .isInstanceOf(ObjectFileException.class).hasMessage("maps_mixed: map 'by_cpu': output gauge of a"
                            + " HASH cannot be exported by this version");
            assertThat(exporter.closed).hasValue(1);
            assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
        });
    }
}
