package io.ebpf4j.internal.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.FakeMap;
import io.ebpf4j.internal.kernel.KernelTable;
import io.ebpf4j.internal.kernel.WalkProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Walkers above a program that does what a test tells it to. */
class WalkerTest {
    private static final int ROOM = 8;
    private static final long STRIDE = 16;

    private final Gate gate = new Gate("program x is closed");
    private final Walkers walkers = new Walkers();
    private final Walking map = new Walking();
    private final Rows<Integer, Long> rows = new Rows<>(gate, "x: map 'rows'",
            new KernelTable("x: map 'rows'",
                    new MapSpec("rows", MapType.HASH, 1, map.keySize, map.valueSize, map.maxEntries, 0,
                            Optional.empty(), Optional.empty(), Optional.empty(), ".maps"),
                    map.valueSize, map.maxEntries, map),
            map.keySize, Codec.index(ByteOrder.nativeOrder()), Codec.descriptor(ByteOrder.nativeOrder(), Long.BYTES));

    /** A map whose program copies its rows with 1000 added to each value, for them to be told from those of batches. */
    private static final class Walking extends FakeMap {
        private final MemorySegment memory = Arena.ofAuto().allocate(ROOM * STRIDE, 8);
        private boolean refuses;
        private boolean fails;
        private int closed;
        private int runs;

        @Override
        public WalkProgram walkProgram(String where, MapSpec spec, int size, long most) {
            if (refuses) {
                throw new KernelSupportException(where + ": no", 0);
            }
            return new WalkProgram() {
                @Override
                public int run() {
                    runs++;
                    if (fails) {
                        throw new KernelSupportException("not run", 1);
                    }
                    if (rows.size() > ROOM) {
                        return NOT_ALL;
                    }
                    int row = 0;
                    for (var entry : rows.entrySet()) {
                        memory.set(ValueLayout.JAVA_INT, row * STRIDE,
                                entry.getKey().duplicate().order(ByteOrder.nativeOrder()).getInt(0));
                        memory.set(ValueLayout.JAVA_LONG, row * STRIDE + 8, 1000 + MemorySegment
                                .ofArray(entry.getValue()).get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
                        row++;
                    }
                    return row;
                }

                @Override
                public MemorySegment rows() {
                    return memory;
                }

                @Override
                public long stride() {
                    return STRIDE;
                }

                @Override
                public long valueOffset() {
                    return 8;
                }

                @Override
                public void close() {
                    closed++;
                }
            };
        }
    }

    private void put(int count) {
        for (int i = 0; i < count; i++) {
            map.put(i, i);
        }
    }

    private static Map<Integer, Long> rows(Walker<BiConsumer<? super Integer, ? super Long>> walker) {
        Map<Integer, Long> result = new HashMap<>();
        assertThat(walker.forEach(result::put)).isEqualTo(result.size());
        return result;
    }

    @Test
    void forEach_readsWhatTheProgramHasCopied() {
        put(3);
        var walker = rows.walker(walkers);
        assertThat(rows(walker)).isEqualTo(Map.of(0, 1000L, 1, 1001L, 2, 1002L));
        assertThat(walker.hindrance()).isEmpty();
        assertThat(map.calls).as("batches").isEmpty();
    }

    @Test
    void program_thatTheKernelRefuses_isDoneWithout_andTheReasonIsTold() {
        map.refuses = true;
        put(3);
        var walker = rows.walker(walkers);
        assertThat(rows(walker)).isEqualTo(Map.of(0, 0L, 1, 1L, 2, 2L));
        assertThat(walker.hindrance()).hasValue("x: map 'rows': no");
        walker.close();
        assertThatThrownBy(() -> walker.forEach((k, v) -> {})).isInstanceOf(IllegalStateException.class)
                .hasMessage("x: map 'rows': the walker is closed");
    }

    @Test
    void map_thatOutgrowsTheMemory_isReadInBatches_fromThenOn() {
        var walker = rows.walker(walkers);
        put(ROOM + 1);
        assertThat(rows(walker)).hasSize(ROOM + 1).containsEntry(8, 8L);
        assertThat(walker.hindrance()).hasValue("x: map 'rows': has more rows than there is memory for");
        assertThat(rows(walker)).hasSize(ROOM + 1);
        assertThat(map.runs).isEqualTo(1);
    }

    @Test
    void program_thatTheKernelDoesNotRunAnyMore_isDoneWithout_andTheReasonIsTold() {
        put(2);
        var walker = rows.walker(walkers);
        assertThat(rows(walker)).containsEntry(1, 1001L);
        map.fails = true;
        assertThat(rows(walker)).isEqualTo(Map.of(0, 0L, 1, 1L));
        assertThat(walker.hindrance()).hasValue("not run");
        map.fails = false;
        assertThat(rows(walker)).isEqualTo(Map.of(0, 0L, 1, 1L));
    }

    @Test
    void forEach_withinAVisit_readsInBatches_andSpoilsNothing() {
        put(2);
        var walker = rows.walker(walkers);
        List<Long> values = new ArrayList<>();
        walker.forEach((_, value) -> {
            map.put(7, 7);
            walker.forEach((_, inner) -> values.add(inner));
            values.add(value);
        });
        assertThat(values).containsExactly(0L, 1L, 7L, 1000L, 0L, 1L, 7L, 1001L);
        assertThat(map.runs).isEqualTo(1);
    }

    @Test
    void visitor_thatThrows_endsTheVisit_andTheNextOneUsesTheProgramAgain() {
        put(2);
        var walker = rows.walker(walkers);
        assertThatThrownBy(() -> walker.forEach((_, _) -> {
            throw new IllegalArgumentException("enough");
        })).hasMessage("enough");
        assertThat(rows(walker)).containsEntry(1, 1001L);
    }

    @Test
    void close_isIdempotent_andGivesTheProgramBackOnce() {
        var walker = rows.walker(walkers);
        walker.close();
        walker.close();
        walkers.close();
        assertThat(map.closed).isEqualTo(1);
    }

    @Test
    void close_ofTheOwner_closesThoseThatAreOpen() {
        rows.walker(walkers).close();
        var open = rows.walker(walkers);
        rows.walker(walkers);
        walkers.close();
        assertThat(map.closed).isEqualTo(3);
        assertThatThrownBy(() -> open.forEach((_, _) -> {})).hasMessage("x: map 'rows': the walker is closed");
    }

    @Test
    void close_byAVisitor_letsTheVisitEnd_andThenGivesTheProgramBack() {
        put(3);
        var walker = rows.walker(walkers);
        List<Integer> closed = new ArrayList<>();
        assertThat(walker.forEach((_, _) -> {
            walker.close();
            closed.add(map.closed);
        })).isEqualTo(3);
        assertThat(closed).containsOnly(0);
        assertThat(map.closed).isEqualTo(1);
    }

    @Test
    void close_whileAnotherThreadVisits_waitsForIt() throws Exception {
        put(1);
        var walker = rows.walker(walkers);
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var visit = CompletableFuture.supplyAsync(() -> walker.forEach((_, _) -> {
            inside.countDown();
            await(goOn);
        }), task -> Thread.ofPlatform().daemon().start(task));
        inside.await();
        var close = CompletableFuture.runAsync(walker::close, task -> Thread.ofPlatform().daemon().start(task));
        while (!gateIsClosed(walker)) {
            Thread.onSpinWait();
        }
        assertThat(map.closed).isZero();
        goOn.countDown();
        assertThat(close).succeedsWithin(Duration.ofSeconds(10));
        assertThat(visit).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1); // out of the gate, and maybe not yet done
        assertThat(map.closed).isEqualTo(1);
    }

    /** From when on nobody gets in. */
    private static boolean gateIsClosed(Walker<BiConsumer<? super Integer, ? super Long>> walker) {
        try {
            walker.forEach((_, _) -> {});
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    @Test
    void walker_ofAClosedProgram_isNotMade() {
        gate.close(() -> {}, () -> {});
        assertThatThrownBy(() -> rows.walker(walkers)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program x is closed");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
