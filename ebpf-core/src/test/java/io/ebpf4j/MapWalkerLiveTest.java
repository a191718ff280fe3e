package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Walkers of a program's maps, through the public API. */
@Live
class MapWalkerLiveTest {
    private BpfProgram program;

    @BeforeEach
    void load() {
        program = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                LoadOptions.defaults().attachNothing());
    }

    @AfterEach
    void close() {
        program.close();
    }

    private static <K, V> Map<K, V> rows(MapWalker<java.util.function.BiConsumer<? super K, ? super V>> walker) {
        Map<K, V> rows = new HashMap<>();
        int visited = walker.forEach(rows::put);
        assertThat(visited).isEqualTo(rows.size());
        return rows;
    }

    private static void assertUsed(MapWalker<?> walker) {
        if (Kernels.since(5, 14)) {
            assertThat(walker.hindrance()).isEmpty();
        } else {
            assertThat(walker.hindrance()).hasValueSatisfying(why -> assertThat(why).contains("Linux 5.14"));
        }
    }

    @Test
    void walker_ofAHash_visitsWhatTheViewDoes_eachTime() {
        var counts = program.map("counts").asHash(Integer.class, Long.class);
        try (var walker = counts.walker()) {
            assertUsed(walker);
            assertThat(rows(walker)).isEmpty();
            Map<Integer, Long> written = new HashMap<>();
            for (int i = 0; i < 1000; i++) {
                written.put(i * 7, i * 1_000_000_007L);
            }
            counts.putAll(written);
            assertThat(rows(walker)).isEqualTo(written).isEqualTo(counts.toMap());
            counts.remove(7);
            written.remove(7);
            assertThat(rows(walker)).isEqualTo(written);
            assertUsed(walker);
        }
    }
}
