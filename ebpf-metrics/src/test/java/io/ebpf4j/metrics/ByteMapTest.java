package io.ebpf4j.metrics;

import static io.ebpf4j.metrics.Shapes.field;
import static io.ebpf4j.metrics.Shapes.struct;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ByteMapTest {
    @Test
    void map_underRandomUse_agreesWithHashMap() {
        long seed = System.nanoTime();
        System.out.println("ByteMapTest seed " + seed);
        Random random = new Random(seed);
        int[] from = {1, 6, 20};
        int[] to = {4, 17, 21};
        ByteMap<Integer> map = new ByteMap<>(Spans.of(List.of(new Leaf("b", 6, Shapes.chars(8)),
                new Leaf("a", 1, Shapes.chars(3)), new Leaf("b2", 14, Shapes.chars(3)),
                new Leaf("c", 20, Shapes.chars(9))), 21));
        Map<List<Byte>, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[40];
            random.nextBytes(bytes);
            // Few values in what counts, all values in what does not.
            List<Byte> visible = new ArrayList<>();
            for (int s = 0; s < from.length; s++) {
                for (int at = from[s]; at < to[s]; at++) {
                    bytes[at + 7] = random.nextInt(40) == 0 ? (byte) 1 : 0;
                    visible.add(bytes[at + 7]);
                }
            }
            MemorySegment memory = MemorySegment.ofArray(bytes);
            assertThat(map.get(memory, 7)).isEqualTo(expected.get(visible));
            if (expected.putIfAbsent(visible, i) == null) {
                map.add(memory, 7, i);
            }
            if (i % 5000 == 4999) {
                map.keepIf(value -> value % 3 != 0);
                expected.values().removeIf(value -> value % 3 == 0);
            }
            assertThat(map.size()).isEqualTo(expected.size());
        }
        assertThat(expected).hasSizeGreaterThan(100);
        map.clear();
        assertThat(map.size()).isZero();
    }

    @Test
    void spans_ofNothing_areAllTheSame() {
        ByteMap<String> map = new ByteMap<>(Spans.of(Leaf.of(struct("s", 4, field("__x", 0, Shapes.u32()))), 4));
        map.add(MemorySegment.ofArray(new byte[]{1, 2, 3, 4}), 0, "one");
        assertThat(map.get(MemorySegment.ofArray(new byte[]{5, 6, 7, 8}), 0)).isEqualTo("one");
    }

    @Test
    void hashes_ofSmallNumbers_spread() {
        for (int size : new int[]{4, 8, 12}) {
            Set<Integer> low = new HashSet<>();
            for (int i = 0; i < 1 << 16; i++) {
                byte[] key = Arrays.copyOf(Shapes.bytes(i), size);
                low.add(Spans.all(size).hash(MemorySegment.ofArray(key), 0) & 0xFFFF);
            }
            // Thrown at random into as many boxes, 1 - 1/e of the boxes are hit.
            assertThat(low).as("%d bytes", size).hasSizeGreaterThan(35_000);
        }
    }

    @Test
    void everyByte_tellsKeysApart() {
        for (int size = 1; size <= 33; size++) {
            ByteMap<Integer> map = new ByteMap<>(Spans.all(size));
            byte[] zero = new byte[size];
            map.add(MemorySegment.ofArray(zero), 0, -1);
            for (int i = 0; i < size; i++) {
                byte[] one = Arrays.copyOf(zero, size);
                one[i] = 1;
                assertThat(map.get(MemorySegment.ofArray(one), 0)).as("byte %d of %d", i, size).isNull();
                map.add(MemorySegment.ofArray(one), 0, i);
                assertThat(map.get(MemorySegment.ofArray(one), 0)).isEqualTo(i);
            }
        }
    }
}
