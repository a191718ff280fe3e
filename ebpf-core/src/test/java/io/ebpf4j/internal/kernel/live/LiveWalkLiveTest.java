package io.ebpf4j.internal.kernel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.internal.kernel.KernelTable;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.internal.kernel.WalkProgram;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_map_create_opts;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program copies is what the plain read gives, whatever the sizes. */
@Live
class LiveWalkLiveTest {
    private int fd = -1;

    @AfterEach
    void closeMap() {
        if (fd >= 0) {
            Descriptors.close(fd);
        }
    }

    private Table table(MapType type, int keySize, int valueSize, int maxEntries, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_map_create_opts.allocate(arena);
            bpf_map_create_opts.sz(options, bpf_map_create_opts.sizeof());
            bpf_map_create_opts.map_flags(options, flags);
            fd = Libbpf.bpf_map_create(type.ordinal(), MemorySegment.NULL, keySize, valueSize, maxEntries, options);
        }
        assertThat(fd).isNotNegative();
        var spec = new MapSpec("rows", type, type.ordinal(), keySize, valueSize, maxEntries, flags, Optional.empty(),
                Optional.empty(), Optional.empty(), ".maps");
        return LiveMap.table("x: map 'rows'", spec, fd);
    }

    private static Map<ByteBuffer, ByteBuffer> plain(Table table, int keySize) {
        Map<ByteBuffer, ByteBuffer> rows = new HashMap<>();
        Walk walk = table.walk((keys, key, values, value) -> rows.put(bytes(keys, key, keySize),
                bytes(values, value, table.valueSize())));
        assertThat(walk.complete()).isTrue();
        return rows;
    }

    private static Map<ByteBuffer, ByteBuffer> walked(WalkProgram walk, Table table, int keySize) {
        Map<ByteBuffer, ByteBuffer> rows = new HashMap<>();
        int count = walk.run();
        for (int row = 0; row < count; row++) {
            rows.put(bytes(walk.rows(), row * walk.stride(), keySize),
                    bytes(walk.rows(), row * walk.stride() + walk.valueOffset(), table.valueSize()));
        }
        assertThat(rows).hasSize(count);
        return rows;
    }

    private static ByteBuffer bytes(MemorySegment memory, long offset, int size) {
        return ByteBuffer.wrap(memory.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE));
    }

    private static void fill(Table table, int keySize, int valueSize, int rows, Random random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(keySize, 8);
            MemorySegment value = arena.allocate(table.valueSize(), 8);
            for (int row = 0; row < rows; row++) {
                byte[] bytes = new byte[keySize];
                random.nextBytes(bytes);
                MemorySegment.copy(bytes, 0, key, ValueLayout.JAVA_BYTE, 0, keySize);
                long stride = Math.ceilDiv(valueSize, 8) * 8L;
                for (long at = 0; at < table.valueSize(); at += stride) { // the kernel keeps no padding
                    for (int i = 0; i < valueSize; i++) {
                        value.set(ValueLayout.JAVA_BYTE, at + i, (byte) random.nextInt());
                    }
                }
                assertThat(table.update(key, value, 0)).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"HASH, 1, 1, 0", "HASH, 4, 8, 0", "HASH, 3, 5, 1", "HASH, 13, 3, 0", "HASH, 16, 8, 1",
            "HASH, 512, 1, 0",
            "HASH, 511, 515, 0", "HASH, 7, 4080, 0", "HASH, 2, 1000, 1", "LRU_HASH, 5, 9, 0", "PERCPU_HASH, 4, 8, 0",
            "PERCPU_HASH, 9, 3, 0", "PERCPU_HASH, 1, 100, 1"})
    void walk_ofAnySizes_copiesWhatThePlainReadGives(MapType type, int keySize, int valueSize, int flags) {
        assumeTrue(Kernels.since(5, 19), "an older kernel refuses some of these");
        long seed = System.nanoTime();
        System.out.println("LiveWalkLiveTest seed " + seed);
        Table table = table(type, keySize, valueSize, 2000, flags);
        try (var walk = table.walkProgram()) {
            assertThat(walk.run()).isZero();
            fill(table, keySize, valueSize, 1000, new Random(seed));
            Map<ByteBuffer, ByteBuffer> plain = plain(table, keySize);
            assertThat(plain).hasSizeGreaterThan(keySize == 1 ? 200 : 900);
            assertThat(walked(walk, table, keySize)).as("seed %d", seed).isEqualTo(plain);
            assertThat(walked(walk, table, keySize)).as("again, seed %d", seed).isEqualTo(plain);
        }
    }
}
