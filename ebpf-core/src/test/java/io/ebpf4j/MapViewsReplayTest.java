package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Views of recorded maps: what was seen can be read again, on any machine, and is not changed. */
class MapViewsReplayTest {
    record Traffic(long packets, long bytes) {}

    private static final ProgramSpec SPEC = ProgramSpec
            .read(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"));

    private static BpfProgram program(String rows) {
        return BpfProgram.replay(SPEC, MapDump.parse("ebpf4j-dump 1\n" + rows, "here"));
    }

    @Test
    void hash_isReadAndNotWritten() {
        try (var program = program("map counts\nrow 07000000 0100000000000000\nrow ffffffff 0000000000000080\n")) {
            var counts = program.hashMap("counts", Integer.class, Long.class);
            assertThat(counts.get(7)).hasValue(1L);
            assertThat(counts.snapshot()).isEqualTo(new MapSnapshot<>(Map.of(7, 1L, -1, Long.MIN_VALUE), true));
            var longs = program.map("counts").asLongHash();
            assertThat(longs.getOrDefault(0xffff_ffffL, 0)).isEqualTo(Long.MIN_VALUE);
            assertThat(longs.getOrDefault(8, -3)).isEqualTo(-3);
            for (ThrowingCallable write : List.<ThrowingCallable>of(() -> counts.put(1, 1L), () -> counts.remove(7),
                    () -> counts.getAndRemove(7), counts::drain, counts::clear, () -> counts.putAll(Map.of(1, 1L)),
                    () -> counts.removeAll(List.of(7)), () -> longs.put(1, 1), longs::clear)) {
                assertThatThrownBy(write).isInstanceOf(UnsupportedOperationException.class).hasMessage("maps_kinds: map"
                        + " 'counts' is a recording and in no kernel, so it can be read but not written; load the program to do"
                        + " that");
            }
        }
    }

    @Test
    void perCpuRows_haveTheCpusOfTheMachineWhereTheyWereRecorded() {
        try (var program = program("map each\nrow 07000000 "
                + "0100000000000000 0a000000 00000000 0200000000000000 14000000 00000000 0300000000000000 ffffffff 00000000"
                        .replace(" ", "")
                + "\n")) {
            var each = program.map("each").asPerCpuHash(Integer.class, Traffic.class);
            assertThat(program.map("each").cpus()).isEqualTo(3);
            assertThat(each.get(7).orElseThrow().values()).containsExactly(new Traffic(1, 10), new Traffic(2, 20),
                    new Traffic(3, 0xffff_ffffL));
            assertThat(each.toMap()).containsOnlyKeys(7);
        }
        assertThatThrownBy(() -> program("map each\nrow 07000000 01000000\n")).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining("map 'each': the dump has a row of 4 + 4 bytes");
    }

    @Test
    void array_isZeroWhereNothingWasRecorded() {
        try (var program = program("map numbers\nrow 03000000 ffffffff\n")) {
            var numbers = program.map("numbers").asLongArray();
            assertThat(numbers.get(3)).isEqualTo(0xffff_ffffL);
            assertThat(numbers.get(4)).isZero();
            long[] all = numbers.toArray();
            assertThat(all).hasSize(100);
            assertThat(all[3]).isEqualTo(0xffff_ffffL);
            assertThat(all[2]).isZero();
            assertThatThrownBy(() -> numbers.set(1, 1)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> numbers.getAndAdd(1, 1)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> numbers.get(100)).isInstanceOf(IndexOutOfBoundsException.class);
            List<Long> objects = program.map("numbers").asArray(Long.class).toList();
            assertThat(objects).hasSize(100).endsWith(0L);
        }
    }

    @Test
    void trie_isListed_andMatchedAsTheKernelDoes() {
        try (var program = program("map routes\nrow 08000000 0a000000".replace("08000000 0a", "080000000a")
                + " 01000000\nrow 100000000a010000 02000000\n")) {
            var routes = program.map("routes").asLpmTrie(IpPrefix.class, Integer.class);
            Map<IpPrefix, Integer> all = new HashMap<>();
            assertThat(routes.forEach(all::put)).isEqualTo(2);
            assertThat(all).containsOnly(entry(IpPrefix.parse("10.0.0.0/8"), 1),
                    entry(IpPrefix.parse("10.1.0.0/16"), 2));
            assertThat(routes.match(IpPrefix.parse("10.1.2.3"))).hasValue(2);
            assertThat(routes.match(IpPrefix.parse("10.2.2.3"))).hasValue(1);
            assertThat(routes.match(IpPrefix.parse("11.2.2.3"))).isEmpty();
            assertThat(routes.match(IpPrefix.parse("10.0.0.0/7"))).isEmpty();
        }
    }
}
