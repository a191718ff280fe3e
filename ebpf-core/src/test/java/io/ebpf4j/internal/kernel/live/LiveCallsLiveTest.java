package io.ebpf4j.internal.kernel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.LoadException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.internal.kernel.KernelTable;
import io.ebpf4j.internal.kernel.MapCalls;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways of reading a hash of the running kernel, on maps that the test fills. */
@Live
class LiveCallsLiveTest {
    private static final int HASH = Libbpf.BPF_MAP_TYPE_HASH();

    private int fd = -1;

    @AfterEach
    void closeMap() {
        Libc.close(fd);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 5_000, 20_000})
    void rows_inBatchesAndByKey_areAllVisitedOnce(int rows) {
        var table = table(4, Math.max(1, rows));
        for (int i = 0; i < rows; i++) {
            put(4, i, i * 3L);
        }
        Map<Integer, Long> batches = new HashMap<>();
        assertThat(table.forEach((keys, keyOffset, values, valueOffset) -> batches
                .merge(keys.get(ValueLayout.JAVA_INT, keyOffset), values.get(ValueLayout.JAVA_LONG, valueOffset),
                        Long::sum)))
                .isEqualTo(rows);
        Map<Integer, Long> byKey = new HashMap<>();
        assertThat(table(Integer.BYTES, fd, rows, false).forEach((keys, keyOffset, values, valueOffset) -> byKey.merge(
                keys.get(ValueLayout.JAVA_INT_UNALIGNED, keyOffset),
                values.get(ValueLayout.JAVA_LONG_UNALIGNED, valueOffset),
                Long::sum))).isEqualTo(rows);
        assertThat(batches).hasSize(rows).isEqualTo(byKey);
        batches.forEach((key, value) -> assertThat(value).isEqualTo(key * 3L));
    }

    @Test
    void keysOfOneByte_haveRoomForTheKernelsCursor() {
        var table = table(1, 256);
        for (int i = 0; i < 256; i++) {
            put(1, i, i);
        }
        assertThat(table.forEach((keys, keyOffset, values, valueOffset) -> assertThat(
                Byte.toUnsignedLong(keys.get(ValueLayout.JAVA_BYTE, keyOffset)))
                .isEqualTo(values.get(ValueLayout.JAVA_LONG, valueOffset)))).isEqualTo(256);
    }

    @Test
    void rowsThatStay_areVisited_whileOthersComeAndGo() throws InterruptedException {
        int stay = 1_000;
        var table = table(4, 4_000);
        for (int i = 0; i < stay; i++) {
            put(4, i, 1);
        }
        var stop = new AtomicBoolean();
        var churn = new Thread(() -> {
            for (int i = stay; !stop.get(); i = i == 3_000 ? stay : i + 1) {
                put(4, i, 2);
                remove(i == stay ? 3_000 : i - 1);
            }
        });
        churn.start();
        try {
            for (int round = 0; round < 50; round++) {
                Map<Integer, Integer> visits = new HashMap<>();
                table.forEach((keys, keyOffset, values, valueOffset) -> visits
                        .merge(keys.get(ValueLayout.JAVA_INT, keyOffset), 1, Integer::sum));
                for (int i = 0; i < stay; i++) {
                    assertThat(visits).containsEntry(i, 1);
                }
            }
        } finally {
            stop.set(true);
            churn.join();
        }
    }

    @Test
    void map_ofOtherSizesThanTheFileSays_isRefused_beforeTheKernelCopies() {
        table(4, 1);
        var lie = new MapSpec("rows", MapType.HASH, HASH, 4, 1, 1, 0, Optional.empty(), Optional.empty(),
                Optional.empty(),
                ".maps");
        assertThatThrownBy(() -> KernelMap.of("x: map 'rows'", lie, fd)).isInstanceOf(LoadException.class).hasMessage(
                "x: map 'rows': is a HASH of 4 + 1 bytes in the file, but a HASH of 4 + 8 bytes in the kernel; the file is"
                        + " damaged");
    }

    private KernelTable table(int keySize, int maxEntries) {
        fd = Libbpf.bpf_map_create(HASH, MemorySegment.NULL, keySize, Long.BYTES, maxEntries,
                MemorySegment.NULL);
        assertThat(fd).isNotNegative();
        return table(keySize, fd, maxEntries, true);
    }

    private static KernelTable table(int keySize, int fd, int maxEntries, boolean batches) {
        var spec = new MapSpec("rows", MapType.HASH, HASH, keySize, Long.BYTES,
                maxEntries, 0, Optional.empty(), Optional.empty(), Optional.empty(), ".maps");
        MapCalls calls = new LiveCalls(fd);
        return new KernelTable("test", spec, Long.BYTES, Math.max(1, maxEntries),
                batches ? calls : new WithoutBatches(calls));
    }

    /** The same map in a kernel before Linux 5.6. */
    private record WithoutBatches(MapCalls calls) implements MapCalls {
        @Override
        public int lookup(MemorySegment key, MemorySegment value, long flags) {
            return calls.lookup(key, value, flags);
        }

        @Override
        public int update(MemorySegment key, MemorySegment value, long flags) {
            return calls.update(key, value, flags);
        }

        @Override
        public int delete(MemorySegment key) {
            return calls.delete(key);
        }

        @Override
        public int lookupAndDelete(MemorySegment key, MemorySegment value) {
            return calls.lookupAndDelete(key, value);
        }

        @Override
        public int nextKey(MemorySegment key, MemorySegment next) {
            return calls.nextKey(key, next);
        }

        @Override
        public int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
                MemorySegment count) {
            return -Errno.EINVAL;
        }

        @Override
        public int lookupAndDeleteBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
                MemorySegment count) {
            return -Errno.EINVAL;
        }

        @Override
        public int updateBatch(MemorySegment keys, MemorySegment values, MemorySegment count) {
            return -Errno.EINVAL;
        }

        @Override
        public int deleteBatch(MemorySegment keys, MemorySegment count) {
            return -Errno.EINVAL;
        }
    }

    private void put(int keySize, int key, long value) {
        try (Arena arena = Arena.ofConfined()) {
            var keyBytes = arena.allocateFrom(ValueLayout.JAVA_INT, key).asSlice(0, keySize); // little-endian
            assertThat(Libbpf.bpf_map_update_elem(fd, keyBytes, arena.allocateFrom(ValueLayout.JAVA_LONG, value), 0))
                    .isZero();
        }
    }

    private void remove(int key) {
        try (Arena arena = Arena.ofConfined()) {
            Libbpf.bpf_map_delete_elem(fd, arena.allocateFrom(ValueLayout.JAVA_INT, key));
        }
    }
}
