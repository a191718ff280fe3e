package io.ebpf4j.internal.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.PerCpu;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.FakeMap;
import io.ebpf4j.internal.kernel.KernelTable;
import io.ebpf4j.internal.kernel.Walk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of objects above a kernel that refuses. */
class RowsTest {
    private static final int EFAULT = 14;
    private static final Codec<Integer> INTS = Codec.index(ByteOrder.nativeOrder());
    private static final Codec<Long> LONGS = Codec.descriptor(ByteOrder.nativeOrder(), Long.BYTES);

    private final Gate gate = new Gate("program x is closed");

    private Rows<Integer, Long> rows(FakeMap map) {
        return rows(map, LONGS);
    }

    private <V> Rows<Integer, V> rows(FakeMap map, Codec<V> values) {
        var spec = new MapSpec("rows", MapType.HASH, 1, map.keySize, map.valueSize, map.maxEntries, 0, Optional.empty(),
                Optional.empty(), Optional.empty(), ".maps");
        return new Rows<>(gate, "x: map 'rows'",
                new KernelTable("x: map 'rows'", spec, map.valueSize, map.maxEntries, map), map.keySize, INTS, values);
    }

    private static Map<Integer, Long> numbers(int from, int to) {
        Map<Integer, Long> result = new LinkedHashMap<>();
        IntStream.range(from, to).forEach(i -> result.put(i, i * 3L));
        return result;
    }

    private static Map<Integer, Long> all(Rows<Integer, Long> rows) {
        Map<Integer, Long> result = new HashMap<>();
        rows.forEach(result::put);
        return result;
    }

    @Test
    void calls_thatFail_nameMapAndKey() {
        var map = new FakeMap() {
            @Override
            public int lookup(MemorySegment key, MemorySegment value, long flags) {
                return -EFAULT;
            }

            @Override
            public int update(MemorySegment key, MemorySegment value, long flags) {
                return -EFAULT;
            }

            @Override
            public int delete(MemorySegment key) {
                return -EFAULT;
            }

            @Override
            public int lookupAndDelete(MemorySegment key, MemorySegment value) {
                return -EFAULT;
            }
        };
        var rows = rows(map);
        String fault = " of key 7: EFAULT (14, Bad address)";
        assertThatThrownBy(() -> rows.get(7)).isInstanceOf(MapAccessException.class)
                .hasMessage("x: map 'rows': get" + fault);
        assertThatThrownBy(() -> rows.contains(7)).hasMessage("x: map 'rows': get" + fault);
        assertThatThrownBy(() -> rows.update(7, 1L, 1)).hasMessage("x: map 'rows': put" + fault);
        assertThatThrownBy(() -> rows.remove(7)).hasMessage("x: map 'rows': removal" + fault);
        assertThatThrownBy(() -> rows.take(7)).hasMessage("x: map 'rows': removal" + fault);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void updateAll_writesAll_withAndWithoutBatches(boolean batches) {
        var map = new FakeMap();
        map.batches = batches;
        var rows = rows(map);
        rows.updateAll(numbers(0, 10_000));
        assertThat(all(rows)).isEqualTo(numbers(0, 10_000));
        // Without batches one call a batch finds that out.
        assertThat(map.calls.stream().filter(call -> call.startsWith("updateBatch"))).hasSize(3);
        assertThat(map.calls.stream().filter(call -> call.equals("update"))).hasSize(batches ? 0 : 10_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void updateAll_ofAFullMap_namesTheKeyThatDidNotFit_andKeepsThoseBefore(boolean batches) {
        var map = new FakeMap();
        map.batches = batches;
        map.maxEntries = 5000;
        var rows = rows(map);
        assertThatThrownBy(() -> rows.updateAll(numbers(0, 6000))).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("x: map 'rows': put of key 5000: E2BIG")
                .hasMessageContaining("full with 5000 rows");
        assertThat(all(rows)).isEqualTo(numbers(0, 5000));
    }

    @Test
    void updateAll_goesOnBehindARowThatOnlyItsBatchRefused() {
        var map = new FakeMap() {
            private boolean refused;

            @Override
            public int updateBatch(MemorySegment keys, MemorySegment values, MemorySegment count) {
                if (!refused && count.get(ValueLayout.JAVA_INT, 0) > 10) {
                    refused = true;
                    count.set(ValueLayout.JAVA_INT, 0, 10);
                    super.updateBatch(keys, values, count);
                    return -16; // EBUSY, of the eleventh
                }
                return super.updateBatch(keys, values, count);
            }
        };
        var rows = rows(map);
        rows.updateAll(numbers(0, 100));
        assertThat(all(rows)).isEqualTo(numbers(0, 100));
        assertThat(map.calls.subList(0, 3)).containsExactly("updateBatch 10", "update", "updateBatch 89");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void removeAll_countsWhatWasThere(boolean batches) {
        var map = new FakeMap();
        map.batches = batches;
        var rows = rows(map);
        rows.updateAll(numbers(0, 100));
        assertThat(rows.removeAll(List.of(3, 500, 4, 5, 501, 502, 6, 7, 3))).isEqualTo(5);
        assertThat(map.rows).hasSize(95);
        assertThat(rows.removeAll(List.of())).isZero();
        assertThat(rows.clear()).isEqualTo(new Walk(95, true));
        assertThat(map.rows).isEmpty();
    }

    @Test
    void readerThatReadsAgain_hasMemoryOfItsOwn() {
        var map = new FakeMap();
        map.put(1, 2);
        map.put(2, 3);
        map.put(3, 100);
        var nested = new Object() {
            Rows<Integer, Long> rows;
        };
        Codec<Long> following = new Codec<>((memory, offset) -> {
            long next = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
            Long beyond = next < 100 ? nested.rows.get((int) next) : Long.valueOf(0);
            return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset) * 1000 + (beyond == null ? 0 : beyond);
        }, LONGS.writer());
        nested.rows = rows(map, following);
        assertThat(nested.rows.get(1)).isEqualTo(2 * 1000 + 3 * 1000 + 100 * 1000);
    }

    @Test
    void perCpuValue_ofOddSize_hasEachOnEightBytes() {
        Codec<PerCpu<Integer>> each = Codec.perCpu(INTS, 4, 24);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(24, 8);
            each.writer().write(new PerCpu<>(List.of(1, 2, 3)), memory, 0);
            assertThat(memory.toArray(ValueLayout.JAVA_INT)).containsExactly(1, 0, 2, 0, 3, 0);
            PerCpu<Integer> read = each.reader().read(memory, 0);
            assertThat(read.values()).containsExactly(1, 2, 3);
            assertThat(List.of(read.sum(), read.max(), read.min())).containsExactly(6L, 3L, 1L);
            assertThatThrownBy(() -> each.writer().write(new PerCpu<>(List.of(1, 2)), memory, 0))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(
                            "it has 2 values, this machine has 3 possible CPUs");
        }
        assertThatThrownBy(() -> new PerCpu<>(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedGate_letsNothingThrough() {
        var map = new FakeMap();
        var rows = rows(map);
        gate.close(() -> {}, () -> {});
        assertThatThrownBy(() -> rows.update(1, 1L, 0)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program x is closed");
        assertThatThrownBy(() -> rows.updateAll(Map.ofEntries(entry(1, 1L)))).isInstanceOf(IllegalStateException.class);
        assertThat(map.calls).isEmpty();
    }
}
