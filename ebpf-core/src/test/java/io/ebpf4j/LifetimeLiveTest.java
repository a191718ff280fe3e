package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.ProcessUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many rounds and races of opening and closing, after which nothing is left: with {@code -Debpf4j.stress=10000} as many as that, ten times as
 * many races, and the figures on standard output.
 */
@Live
@Tag("stress")
class LifetimeLiveTest {
    private static final int ROUNDS = Integer.getInteger("ebpf4j.stress", 500);
    private static final int RACES = Integer.getInteger("ebpf4j.stress", 200) * 10;
    private static final int WARM_UP = 200;
    /** The compilers of the JVM take and give back some megabytes meanwhile; one object of libbpf has tens of kilobytes. */
    private static final long SLACK = 16 << 20;

    private final ProgramSpec spec = ProgramSpec.read(Fixtures.path("maps_counter"));

    record Pair(String saddr, String daddr) {}

    @Test
    void loadAttachClose_manyTimes_leavesNothing() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            loadAttachClose(i);
        }
        var before = ProcessUse.now();
        for (int i = 0; i < ROUNDS; i++) {
            loadAttachClose(i);
        }
        var after = settled(before);
        System.out.println(ROUNDS + " rounds of load, attach, close: before " + before + ", after " + after);
        assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
        assertThat(after.bpfMappings()).isLessThanOrEqualTo(before.bpfMappings());
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
        assertThat(after.allocated()).as("bytes in use of malloc").isLessThanOrEqualTo(before.allocated() + SLACK);
    }

    /** What the compilers have taken they give back when they have done, which may be after us; what leaks stays. */
    private static ProcessUse settled(ProcessUse before) throws InterruptedException {
        var use = ProcessUse.now();
        for (int i = 0; i < 20 && use.allocated() > before.allocated(); i++) {
            Thread.sleep(250);
            use = ProcessUse.now();
        }
        return use;
    }

    private void loadAttachClose(int round) {
        try (var program = BpfProgram.load(spec)) {
            var function = program.function(spec.functions().getFirst().name());
            try (var attachment = function.attach()) {
                function.attach(RawTracepoint.of("task_rename")); // the program closes it
                assertThat(attachment.isClosed()).isFalse();
            }
            if (round % 2 == 0) {
                program.ringBuffer("seen", Pair.class).drain(pair -> {});
            }
        }
    }

    @Test
    void closeWhilePolling_manyTimes_endsEachPollAndCrashesNothing() throws Exception {
        var ended = new AtomicInteger();
        var both = new CyclicBarrier(2);
        try (var program = BpfProgram.load(spec); var poller = Executors.newSingleThreadExecutor()) {
            var before = ProcessUse.now();
            for (int i = 0; i < RACES; i++) {
                var reader = program.ringBuffer("seen", Pair.class);
                Future<?> polling = poller.submit(() -> {
                    both.await();
                    try {
                        while (true) {
                            reader.poll(pair -> {}, Duration.ofSeconds(30));
                        }
                    } catch (IllegalStateException closed) {
                        return ended.incrementAndGet();
                    }
                });
                both.await();
                if (i % 3 == 0) {
                    Events.rename();
                }
                reader.close();
                polling.get(20, TimeUnit.SECONDS);
            }
            var after = settled(before);
            System.out.println(RACES + " races of close and poll: before " + before + ", after " + after);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 1);
            assertThat(after.bpfMappings()).isLessThanOrEqualTo(before.bpfMappings());
        }
        assertThat(ended).hasValue(RACES);
    }

    @Test
    void close_whileOthersAttachIterateAndRead_isSafe() throws Exception {
        for (int round = 0; round < Math.max(20, ROUNDS / 50); round++) {
            var program = BpfProgram.load(spec);
            var function = program.function(spec.functions().getFirst().name());
            var started = new CountDownLatch(4);
            List<Future<?>> others = new ArrayList<>();
            try (var threads = Executors.newFixedThreadPool(4)) {
                others.add(threads.submit(() -> untilClosed(started, () -> function.attach().close())));
                others.add(threads.submit(() -> untilClosed(started,
                        () -> function.attach(RawTracepoint.of("task_rename")).close())));
                others.add(threads.submit(() -> untilClosed(started,
                        () -> program.hashMap("totals", Pair.class, Long.class).toMap())));
                others.add(threads.submit(() -> untilClosed(started, program::dump)));
                started.await();
                program.close();
                for (Future<?> other : others) {
                    other.get(20, TimeUnit.SECONDS);
                }
            }
            assertThat(program.attachments()).isEmpty();
            assertThatThrownBy(function::attach).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    private static void untilClosed(CountDownLatch started, Runnable operation) {
        operation.run();
        started.countDown();
        try {
            while (true) {
                operation.run();
            }
        } catch (IllegalStateException closed) {
            assertThat(closed).hasMessageContaining("closed");
        }
    }
}
