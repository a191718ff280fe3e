package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ReplayTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    record Inner(int x, int y) {}

    record Labels(String c, short u8, int u16, int s32, long s64, boolean flag, String color, Inner inner) {}

    record Numbers(long packets, int errors) {}

    private static final Labels FILLED = new Labels("A", (short) 200, 60000, -5, -6000000000L, true, "GREEN",
            new Inner(1, 2));

    /** What the function `fill` of the fixture writes, by the offsets of C. */
    private static MapDump filled(String folder) {
        boolean big = folder.equals(Fixtures.BIG);
        String key = big
                ? "41c8ea60 fffffffb fffffffe9a5f4400 01000000 00000005 00000001 00000002"
                : "41c860ea fbffffff 00445f9afeffffff 01000000 05000000 01000000 02000000";
        String labels = key.replace(" ", "");
        return MapDump.parse("""
                ebpf4j-dump 1
                map fields_u64
                row %1$s %2$s
                map fields_u32
                row %1$s %3$s
                map fields_u8
                row %1$s fa
                map fields_duration
                row %1$s %4$s
                map key_scalar
                row %5$s %6$s
                map key_typedef
                row 7f000001 %7$s
                map value_struct
                row %8$s %9$s
                """.formatted(labels, big ? "000000000000000a" : "0a00000000000000", big ? "ee6b2800" : "00286bee",
                big ? "0000000059682f00" : "002f685900000000", big ? "00000007" : "07000000",
                big ? "000000000000000d" : "0d00000000000000", big ? "000000000000000e" : "0e00000000000000",
                big ? "00000008" : "08000000",
                big ? "000000000000000f0000001000000000" : "0f000000000000001000000000000000"), "filled");
    }

    private static BpfProgram program(String folder) {
        return BpfProgram.replay(Fixtures.spec(folder, "counter_fields"), filled(folder));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void hashMap_ofStructKeys_findsAndVisitsItsRows(String folder) {
        try (var program = program(folder)) {
            HashMapView<Labels, Long> view = program.hashMap("fields_u64", Labels.class, Long.class);
            assertThat(view.get(FILLED)).contains(10L);
            assertThat(view.get(new Labels("B", (short) 200, 60000, -5, -6000000000L, true, "GREEN", new Inner(1, 2))))
                    .isEmpty();
            assertThat(view.toMap()).isEqualTo(Map.of(FILLED, 10L));
            Map<Labels, Long> visited = new HashMap<>();
            assertThat(view.forEach(visited::put)).isEqualTo(1);
            assertThat(visited).isEqualTo(Map.of(FILLED, 10L));

            assertThat(program.hashMap("fields_u32", Labels.class, Long.class).get(FILLED)).contains(4000000000L);
            assertThat(program.hashMap("fields_u32", Labels.class, int.class).get(FILLED)).contains((int) 4000000000L);
            assertThat(program.hashMap("fields_u8", Labels.class, BigInteger.class).get(FILLED))
                    .contains(BigInteger.valueOf(250));
            assertThat(program.hashMap("fields_duration", Labels.class, Duration.class).get(FILLED))
                    .contains(Duration.ofMillis(1500));
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void hashMap_ofScalarAndTypedefKeys_findsItsRows(String folder) throws Exception {
        try (var program = program(folder)) {
            assertThat(program.hashMap("key_scalar", int.class, long.class).get(7)).contains(13L);
            assertThat(program.hashMap("key_scalar", Long.class, long.class).get(8L)).isEmpty();
            var localhost = (Inet4Address) InetAddress.ofLiteral("127.0.0.1");
            assertThat(program.hashMap("key_typedef", Inet4Address.class, long.class).toMap())
                    .isEqualTo(Map.of(localhost, 14L));
            assertThat(program.hashMap("key_typedef", String.class, long.class).get("127.0.0.1")).contains(14L);
            assertThat(program.hashMap("value_struct", Integer.class, Numbers.class).get(8))
                    .contains(new Numbers(15, 16));
            assertThat(program.hashMap("fields_s64", Labels.class, long.class).toMap())
                    .as("a map that the dump does not mention").isEmpty();
        }
    }

    @Test
    void hashMap_ofAKeyOutOfRange_throws() {
        try (var program = program(Fixtures.CLANG19)) {
            var view = program.hashMap("key_scalar", Long.class, long.class);
            assertThatThrownBy(() -> view.get(1L << 32)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4294967296 does not fit an unsigned field of 32 bits");
            assertThatThrownBy(() -> program.hashMap("fields_u64", Labels.class, long.class)
                    .get(new Labels("A", (short) 300, 0, 0, 0, false, "RED", new Inner(0, 0))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("300");
        }
    }

    @Test
    void hashMap_visitorThatThrows_endsTheVisit() {
        try (var program = program(Fixtures.CLANG19)) {
            var view = program.hashMap("key_scalar", int.class, long.class);
            assertThatThrownBy(() -> view.forEach((key, value) -> {
                throw new IllegalArgumentException("seen " + key);
            })).isInstanceOf(IllegalArgumentException.class).hasMessage("seen 7");
            assertThat(view.get(7)).contains(13L);
        }
    }

    @Test
    void hashMap_visitorThatClosesTheProgram_seesItsRowsToTheEnd() {
        var program = program(Fixtures.CLANG19);
        var view = program.hashMap("key_scalar", int.class, long.class);
        List<Integer> seen = new ArrayList<>();
        assertThat(view.forEach((key, value) -> {
            program.close();
            seen.add(key);
        })).isEqualTo(1);
        assertThat(seen).containsExactly(7);
        assertThatThrownBy(() -> view.get(7)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program counter_fields is closed");
    }

    @Test
    void closedProgram_answersEachCallWithItsName() {
        var program = program(Fixtures.CLANG19);
        var view = program.hashMap("key_scalar", int.class, long.class);
        assertThat(program).hasToString("counter_fields (1 functions, 9 maps), 0 attached");
        program.close();
        program.close();
        for (ThrowingCallable call : List
                .<ThrowingCallable>of(() -> view.get(7), view::toMap, () -> view.forEach((k, v) -> {}), program::dump,
                        () -> program.hashMap("key_scalar", int.class, long.class),
                        () -> program.ringBuffer("fields_seen", Labels.class))) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class)
                    .hasMessage("program counter_fields is closed");
        }
        assertThat(program.spec().name()).isEqualTo("counter_fields");
        assertThat(program).hasToString("counter_fields (1 functions, 9 maps), closed");
    }

    @Test
    void wrongMapName_throwsWithSuggestionAndThoseThereAre() {
        try (var program = program(Fixtures.CLANG19)) {
            assertThatThrownBy(() -> program.hashMap("key_scalr", int.class, long.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "counter_fields: has no map 'key_scalr' (did you mean 'key_scalar'?); its hash maps are [")
                    .hasMessageContaining("value_struct").hasMessageNotContaining("fields_seen");
            assertThatThrownBy(() -> program.hashMap("fields_seen", int.class, long.class))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(
                            "counter_fields: map 'fields_seen' is a RINGBUF, no hash map; use ringBuffer(\"fields_seen\", ..); its"
                                    + " hash maps are [");
            assertThatThrownBy(() -> program.ringBuffer("key_scalar", int.class))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage(
                            "counter_fields: map 'key_scalar' is a HASH, no ring buffer; use hashMap(\"key_scalar\", ..), or"
                                    + " map(\"key_scalar\").asLongHash() for plain integers; its ring buffers are"
                                    + " [fields_seen]");
        }
    }

    @Test
    void viewThatDoesNotFit_isRefusedWhenItIsMade() {
        try (var program = program(Fixtures.CLANG19)) {
            assertThatThrownBy(() -> program.hashMap("key_scalar", short.class, long.class))
                    .isInstanceOf(BindingException.class).hasMessageStartingWith(
                            "counter_fields: map 'key_scalar': component Short of Java type Short cannot take");
            assertThatThrownBy(() -> program.hashMap("fields_u64", Inner.class, long.class))
                    .isInstanceOf(BindingException.class).hasMessageContaining("component Inner.");
        }
    }

    @Test
    void mapWithoutTypes_cannotBeViewed() {
        try (var program = BpfProgram.replay(Fixtures.spec(Fixtures.CLANG19, "maps_all"),
                MapDump.parse("ebpf4j-dump 1", "empty"))) {
            assertThatThrownBy(() -> program.hashMap("by_size", byte[].class, byte[].class))
                    .isInstanceOf(ObjectFileException.class)
                    .hasMessage("maps_all: map 'by_size': does not name the type"
                            + " of its keys; add __type(key, ..) instead of a size");
            assertThatThrownBy(() -> program.ringBuffer("ring", byte[].class)).isInstanceOf(ObjectFileException.class)
                    .hasMessage("maps_all: map 'ring': does not name the type of its records; add"
                            + " __type(value, struct ..)");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            map nothing\\nrow 00 00       | counter_fields: the dump has a map 'nothing', the program has [
            map key_scalar\\nrow 00 00    | counter_fields: map 'key_scalar': the dump has a row of 1 + 1 bytes, the program declares 4 + 8
            map key_scalar\\nrow 00000000 00000000 | counter_fields: map 'key_scalar': the dump has a row of 4 + 4 bytes
            ring key_scalar\\nrecord 00   | counter_fields: map 'key_scalar': is a HASH, the dump has records of a ring
            map fields_seen\\nrow 00 00   | counter_fields: map 'fields_seen': is a RINGBUF, the dump has rows of a hash
            """)
    void dump_thatDoesNotFitTheProgram_isRefused(String lines, String message) {
        MapDump dump = MapDump.parse("ebpf4j-dump 1\n" + lines.replace("\\n", "\n"), "x");
        ProgramSpec spec = Fixtures.spec(Fixtures.CLANG19, "counter_fields");
        assertThatThrownBy(() -> BpfProgram.replay(spec, dump)).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void dump_ofAReplayedProgram_isTheDump(String folder) {
        String text = filled(folder).toText();
        try (var program = program(folder)) {
            MapDump dumped = program.dump();
            // All hashes and rings are in it, also those that the first did not mention.
            assertThat(dumped.maps().keySet()).containsExactlyElementsOf(
                    program.spec().maps().stream().map(MapSpec::name).toList());
            Map<String, MapDump.Contents> full = new HashMap<>(dumped.maps());
            assertThat(dumped.toText().lines().filter(line -> line.startsWith("row")).sorted().toList())
                    .isEqualTo(text.lines().filter(line -> line.startsWith("row")).sorted().toList());
            assertThat(full).hasSize(9);
            try (var again = BpfProgram.replay(program.spec(), dumped)) {
                assertThat(again.dump().toText()).isEqualTo(dumped.toText());
                assertThat(again.hashMap("fields_u64", Labels.class, long.class).get(FILLED)).contains(10L);
            }
        }
    }
}
