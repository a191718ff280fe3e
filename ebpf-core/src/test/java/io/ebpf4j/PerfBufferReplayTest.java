package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Drained.Reason;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.internal.json.JsonEventExporter;
import io.ebpf4j.internal.ring.PerfLayout;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recorded perf buffers, on the probe {@code perf_events}: {@code struct event { u64 number; u32 cpu; u32 length; }}. */
@Timeout(20)
class PerfBufferReplayTest {
    private static final ProgramSpec SPEC = ProgramSpec.read(Fixtures.path("live", "perf_events"));
    private static final MapDump DUMP = MapDump.parse("""
            ebpf4j-dump 1
            ring events
            record 0100000000000000 02000000 03000000
            record 040000
            record ffffffffffffffff feffffff fdffffff 00000000 99
            """.replaceAll("(?<=[0-9a-f]{8}) ", ""), "x");

    record Event(long number, int cpu, int length) {}

    @Test
    void spec_hasTheKernelsSizes_andTheRecordsType() {
        MapSpec events = SPEC.map("events").orElseThrow();
        assertThat(events.type()).isEqualTo(MapType.PERF_EVENT_ARRAY);
        assertThat(List.of(events.keySize(), events.valueSize())).containsExactly(4, 4);
        assertThat(events.maxEntries()).as("as many as there are CPUs").isZero();
        assertThat(events.output()).hasValue(Output.PRINT);
        assertThat(events.value()).get()
                .satisfies(type -> assertThat(SPEC.btf().spell(type.id())).isEqualTo("struct event"));
        try (var exporter = new JsonEventExporter(Clock.systemUTC())) {
            assertThat(exporter.takes(events)).isTrue();
        }
    }

    @Test
    void records_areReadInEachForm() {
        try (var program = BpfProgram.replay(SPEC, DUMP);
                var objects = program.perfBuffer("events", Event.class)) {
            List<Object> seen = new ArrayList<>();
            assertThat(objects.drain(seen::add, 1)).isEqualTo(new Drained(1, 0, 0, 56, Reason.MAX));
            assertThat(objects.as(MemorySegment.class)
                    .drain(record -> seen.add(record.get(ValueLayout.JAVA_BYTE, record.byteSize() - 1))))
                    .isEqualTo(new Drained(1, 0, 1, 0, Reason.EMPTY));
            assertThat(seen).containsExactly(new Event(1, 2, 3), (byte) 0x99);
            assertThat(objects.poll(seen::add, Duration.ofMillis(20)).reason()).isEqualTo(Reason.DEADLINE);
            assertThat(objects.statistics()).isEqualTo(new RingStatistics(2, 0, 1, 0, 0, OptionalLong.of(0)));
        }
    }

    @Test
    void segment_keptBeyondTheCall_throwsForEver() {
        try (var program = BpfProgram.replay(SPEC, DUMP);
                var reader = program.perfBuffer("events", MemorySegment.class)) {
            List<MemorySegment> kept = new ArrayList<>();
            reader.drain(kept::add);
            assertThat(kept).hasSize(2).allSatisfy(record -> {
                assertThat(record.isReadOnly()).isTrue();
                assertThatThrownBy(() -> record.get(ValueLayout.JAVA_BYTE, 0))
                        .isInstanceOf(IllegalStateException.class);
            });
        }
    }

    @Test
    void cursor_tellsTheCpu_inTheHandlerOnly() {
        try (var program = BpfProgram.replay(SPEC, DUMP);
                var reader = program.perfBuffer("events", RecordCursor.class)) {
            LongField number = reader.longField("number");
            List<Long> seen = new ArrayList<>();
            List<RecordCursor> kept = new ArrayList<>();
            reader.drain(record -> {
                kept.add(record);
                seen.add(record.get(number));
                assertThat(record.cpu()).as("a recording has all from one").hasValue(0);
            });
            assertThat(seen).containsExactly(1L, -1L);
            assertThatThrownBy(() -> kept.getFirst().cpu()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void cursorOfARing_tellsNoCpu() {
        var dump = MapDump.parse("ebpf4j-dump 1\nring records\nrecord " + "00".repeat(16), "x");
        try (var program = BpfProgram.replay(Fixtures.spec(Fixtures.CLANG19, "ring_records"), dump);
                var reader = program.ringBuffer("records", RecordCursor.class)) {
            assertThat(reader.drain(record -> assertThat(record.cpu()).isEmpty()).records()).isEqualTo(1);
        }
    }

    @Test
    void export_handsOnAllRecords() {
        List<Long> seen = new ArrayList<>();
        var exporter = new Nowhere() {
            @Override
            public RecordSink ring(RingSource source) {
                return (memory, offset) -> seen.add(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
            }
        };
        BpfProgram.replay(SPEC, DUMP).export(exporter).close();
        assertThat(seen).containsExactly(1L, -1L);
    }

    @Test
    void dump_hasNone() {
        try (var program = BpfProgram.replay(SPEC, DUMP)) {
            assertThat(program.dump().maps().get("events")).isEqualTo(new Records(List.of()));
        }
    }

    @Test
    void recordLongerThanAPerfBufferCarries_isRefused() {
        var longest = new MapDump(Map.of("events", records(PerfLayout.LONGEST_SAMPLE)));
        try (var program = BpfProgram.replay(SPEC, longest);
                var reader = program.perfBuffer("events", MemorySegment.class)) {
            assertThat(reader.drain(record -> assertThat(record.byteSize()).isEqualTo(65_516)).records()).isEqualTo(1);
        }
        var longer = new MapDump(Map.of("events", records(PerfLayout.LONGEST_SAMPLE + 1)));
        assertThatThrownBy(() -> BpfProgram.replay(SPEC, longer)).isInstanceOf(ObjectFileException.class)
                .hasMessage(
                        "perf_events: map 'events': is a perf buffer, whose records have up to 65516 bytes, the dump"
                                + " has one of 65517");
    }

    private static Records records(int bytes) {
        return new Records(List.of(MemorySegment.ofArray(new byte[bytes])));
    }

    @Test
    void mapsOfOtherKinds_areRefused_withWhatTheyAreReadBy() {
        try (var program = BpfProgram.replay(SPEC, DUMP)) {
            assertThatThrownBy(() -> program.ringBuffer("events", Event.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("perf_events: map 'events' is a PERF_EVENT_ARRAY, no ring buffer; use"
                            + " perfBuffer(\"events\", ..); its ring buffers are []");
            assertThatThrownBy(() -> program.perfBuffer("tries", Event.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("map 'tries' is a PERCPU_ARRAY, no perf buffer");
            assertThatThrownBy(() -> program.perfBuffer("event", Event.class))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("did you mean 'events'?");
        }
    }

    @Test
    void options_ofASizeThatCannotBe_areRefused() {
        var options = LoadOptions.defaults();
        assertThatThrownBy(() -> options.perfBuffer("events", 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("perf buffer 'events' cannot have 0 bytes a CPU; it takes 1 to 1073741824");
        assertThatThrownBy(() -> options.perfBuffer("events", (1 << 30) + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.perfBuffer("events", 4096, 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "perf buffer 'events' of 4096 bytes a CPU cannot wake its reader at 4096; it takes 0 to 4095");
        assertThatThrownBy(() -> BpfProgram.replay(SPEC, DUMP, options.perfBuffer("tries", 4096)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("map 'tries' is a PERCPU_ARRAY, no perf buffer");
    }

    /** Who declares what the kernel has in such a map, and asks for an output, would get its first four bytes. */
    @Test
    void outputOfDescriptors_isRefused_whenTheFileIsRead() {
        var elf = ElfFile.parse(Fixtures.path("live", "perf_events"));
        var btf = Btf.of(elf).orElseThrow();
        BtfType.Struct events = definition(btf, "events");
        BtfType.Member index = definition(btf, "tries").members().stream().filter(m -> m.name().equals("key"))
                .findFirst().orElseThrow();
        List<BtfType.Member> members = events.members().stream().map(member -> member.name().equals("value")
                ? new BtfType.Member("value", index.type(), member.bitOffset(), 0)
                : member).toList();
        byte[] types = BtfEditor.of(btf)
                .replace(events.id(), new BtfType.Struct(events.id(), events.name(), events.size(), members)).toBytes();
        byte[] object = ElfEditor.of(elf).replaceContents(elf.section(".BTF").orElseThrow().index(), types).toBytes();
        assertThatThrownBy(() -> ProgramSpec.read(object, "x.o")).isInstanceOf(ObjectFileException.class)
                .hasMessage(
                        "x.o: map 'events': has output print but no type of its records; add __type(value, struct ..)");
    }

    private static BtfType.Struct definition(Btf btf, String map) {
        return (BtfType.Struct) btf.resolve(btf.find(BtfType.Var.class, map).orElseThrow().type());
    }
}
