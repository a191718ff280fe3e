package io.ebpf4j.internal.kernel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.Walk;
import io.ebpf4j.internal.kernel.WalkProgram;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_map_create_opts;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        int number = List.of(MapType.values()).indexOf(type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_map_create_opts.allocate(arena);
            bpf_map_create_opts.sz(options, bpf_map_create_opts.sizeof());
            bpf_map_create_opts.map_flags(options, flags);
            fd = Libbpf.bpf_map_create(number, MemorySegment.NULL, keySize, valueSize, maxEntries, options);
        }
        assertThat(fd).isNotNegative();
        var spec = new MapSpec("rows", type, number, keySize, valueSize, maxEntries, flags, Optional.empty(),
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
            "HASH, 511, 515, 0", "HASH, 7, 4080, 0", "HASH, 2, 1000, 1", "PERCPU_HASH, 4, 8, 0",
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

    @Test
    void walk_ofAMillionRows_copiesThemAll() {
        assumeTrue(Kernels.since(5, 14), "Linux 5.14 runs such programs");
        int count = 1_000_000;
        Table table = table(MapType.HASH, 8, 8, count, 0);
        try (Arena arena = Arena.ofConfined(); var walk = table.walkProgram()) {
            long[] numbers = new long[10_000];
            for (int from = 0; from < count; from += numbers.length) {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (from + i) * 0x9e3779b97f4a7c15L;
                }
                MemorySegment both = arena.allocateFrom(ValueLayout.JAVA_LONG, numbers);
                assertThat(table.updateAll(both, both, numbers.length)).isEqualTo(numbers.length);
            }
            assertThat(walk.run()).isEqualTo(count);
            long[] plain = new long[count];
            int[] read = new int[1];
            table.walk((keys, key, _, _) -> plain[read[0]++] = keys.get(ValueLayout.JAVA_LONG, key));
            long[] walked = new long[count];
            for (int row = 0; row < count; row++) {
                walked[row] = walk.rows().get(ValueLayout.JAVA_LONG, row * walk.stride());
                assertThat(walk.rows().get(ValueLayout.JAVA_LONG, row * walk.stride() + 8) == walked[row]).isTrue();
            }
            Arrays.sort(plain);
            Arrays.sort(walked);
            assertThat(Arrays.equals(walked, plain)).as("the same keys").isTrue();
        }
    }

    @Test
    void walk_ofMoreRowsThanThereIsMemoryFor_saysSo() {
        assumeTrue(Kernels.since(5, 14), "Linux 5.14 runs such programs");
        int fitting = (64 << 20) / 4096;
        Table table = table(MapType.HASH, 8, 4088, fitting + 10, 1);
        try (Arena arena = Arena.ofConfined(); var walk = table.walkProgram()) {
            MemorySegment key = arena.allocate(8);
            MemorySegment value = arena.allocate(4088);
            for (int row = 0; row <= fitting; row++) {
                if (row == fitting) {
                    assertThat(walk.run()).isEqualTo(fitting);
                }
                key.set(ValueLayout.JAVA_INT, 0, row);
                assertThat(table.update(key, value, 0)).isZero();
            }
            assertThat(walk.run()).isEqualTo(WalkProgram.NOT_ALL);
            table.delete(key);
            assertThat(walk.run()).isEqualTo(fitting);
        }
    }

    /**
     * While one thread writes and removes rows, each row that is walked has the key and the value of one that was there:
     * never the key of one and the value of another, whose place it has taken.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void walk_whileRowsComeAndGo_tearsNone(int flags) throws Exception {
        assumeTrue(Kernels.since(5, 14), "Linux 5.14 runs such programs");
        long last = 3000; // of a long value, which takes a while to be copied
        Table table = table(MapType.HASH, 8, (int) last + 8, 20, flags);
        var stop = new AtomicBoolean();
        var churn = new Thread(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment key = arena.allocate(8);
                MemorySegment value = arena.allocate(last + 8, 8);
                var random = new Random(1);
                while (!stop.get()) {
                    int number = random.nextInt(10);
                    key.set(ValueLayout.JAVA_LONG, 0, number);
                    if (random.nextInt(3) == 0) {
                        table.delete(key);
                    } else {
                        value.set(ValueLayout.JAVA_LONG, last, (long) random.nextInt() << 32 | number);
                        table.update(key, value, 0);
                    }
                }
            }
        });
        churn.start();
        try (var walk = table.walkProgram()) {
            long walked = 0;
            long end = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < end) {
                int rows = walk.run();
                assertThat(rows).isBetween(0, 20);
                for (int row = 0; row < rows; row++) {
                    long key = walk.rows().get(ValueLayout.JAVA_LONG, row * walk.stride());
                    long value = walk.rows().get(ValueLayout.JAVA_LONG, row * walk.stride() + 8 + last);
                    assertThat((int) value == key).as("key %d, value 0x%x", key, value).isTrue();
                }
                walked += rows;
            }
            assertThat(walked).isPositive();
            stop.set(true);
            churn.join();
            assertThat(walked(walk, table, 8)).isEqualTo(plain(table, 8));
        } finally {
            stop.set(true);
            churn.join();
        }
    }

    @ParameterizedTest
    @CsvSource({
            "ARRAY, 4, 8, 0, 'programs do not walk a ARRAY'",
            "LRU_HASH, 4, 8, 0, 'to a LRU_HASH a row that a program has looked up is one that is used, so that all would be'",
            "LRU_PERCPU_HASH, 4, 8, 0, 'to a LRU_PERCPU_HASH a row that a program has looked up is one that is used, so that"
                    + " all would be'",
            "HASH, 8, 4089, 0, 'its rows have 4104 bytes, over 4096'"})
    void table_thatNoProgramWalks_isRefused_andNothingIsLeftBehind(MapType type, int keySize, int valueSize, int flags,
            String why) throws Exception {
        Table table = table(type, keySize, valueSize, 10, flags);
        long before = descriptors();
        assertThatThrownBy(table::walkProgram).isInstanceOf(KernelSupportException.class)
                .hasMessage("x: map 'rows': no program walks it: " + why);
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void table_thatProgramsMayNotRead_isRefusedByTheKernel_andNothingIsLeftBehind() throws Exception {
        Table table = table(MapType.HASH, 4, 8, 10, Libbpf.BPF_F_WRONLY_PROG());
        long before = descriptors();
        assertThatThrownBy(table::walkProgram).isInstanceOf(KernelSupportException.class)
                .hasMessageStartingWith(
                        "x: map 'rows': no program walks it: the program is refused (it takes Linux 5.14");
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void program_thatIsClosed_leavesNothingBehind() throws Exception {
        assumeTrue(Kernels.since(5, 14), "Linux 5.14 runs such programs");
        Table table = table(MapType.HASH, 4, 8, 10, 0);
        table.walkProgram().close();
        long before = descriptors();
        var walk = table.walkProgram();
        MemorySegment rows = walk.rows();
        assertThat(descriptors()).isEqualTo(before + 2);
        walk.close();
        walk.close();
        assertThat(descriptors()).isEqualTo(before);
        assertThatThrownBy(() -> rows.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(LiveWalkLiveTest::target).filter(target -> target.contains("bpf")).count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // the one that the list is read by
        }
    }
}
