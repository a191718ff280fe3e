package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Threads that use views while another one closes their program: each ends with one clear exception, and none crashes. */
@Live
class MapViewsThreadsLiveTest {
    @Test
    void close_whileOthersReadWriteAndDrain_endsThem() throws Exception {
        for (int round = 0; round < 10; round++) {
            var program = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                    LoadOptions.defaults().attachNothing());
            var counts = program.hashMap("counts", Integer.class, Long.class);
            var longs = program.map("counts").asLongHash();
            var shared = program.map("shared").asLongArray();
            var begun = new CountDownLatch(4);
            Queue<IllegalStateException> ends = new ConcurrentLinkedQueue<>();
            List<Runnable> uses = List.of(() -> longs.put(System.nanoTime() & 511, 1), () -> counts.drain((k, v) -> {}),
                    () -> counts.getOrDefault(7, 0L), () -> shared.getAndAdd(1, shared.get(2)));
            var threads = uses.stream().map(use -> CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0;; i++) {
                        use.run();
                        if (i == 100) {
                            begun.countDown();
                        }
                    }
                } catch (IllegalStateException e) {
                    ends.add(e);
                }
            }, command -> Thread.ofPlatform().daemon().start(command))).toArray(CompletableFuture<?>[]::new);
            begun.await();
            program.close();
            assertThat(CompletableFuture.allOf(threads)).succeedsWithin(Duration.ofSeconds(10));
            assertThat(ends).hasSize(4).allSatisfy(end -> assertThat(end).message().isIn("program maps_kinds is closed",
                    "maps_kinds: map 'shared': the program is closed"));
        }
    }
}
