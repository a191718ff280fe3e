package io.ebpf4j.internal.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.internal.export.DrainThread.Drain;
import io.ebpf4j.internal.ring.Bell;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.Ring;
import io.ebpf4j.internal.ring.RingMemory;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DrainThreadTest {
    private final Ring ring = new Ring(1 << 20, 0);
    private final AtomicInteger released = new AtomicInteger();
    private final Bell bell = new Bell();
    private final ConcurrentLinkedQueue<Byte> got = new ConcurrentLinkedQueue<>();
    private final RecordSink sink = (memory, offset) -> got.add(memory.get(ValueLayout.JAVA_BYTE, offset));

    private Drain drain(Ring from) {
        RingMemory memory = from.memory();
        return new Drain(new RingMemory(memory.name(), 0, memory.consumer(), memory.producer(), memory.data(),
                memory.size(), released::incrementAndGet), 1, LostSamples.NONE);
    }

    private DrainThread thread(Drain... drains) {
        return new DrainThread("test", List.of(drains), bell);
    }

    private static List<Thread> named(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(name)).toList();
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(2);
        }
    }

    @Test
    void thread_isADaemonNamedAfterTheProgramAndGoneAfterClose() throws Exception {
        Drain drain = drain(ring);
        var thread = new DrainThread("very own", List.of(drain), bell);
        assertThat(named("ebpf-very own")).isEmpty();
        thread.start();
        assertThat(named("ebpf-very own")).singleElement().satisfies(t -> {
            assertThat(t.isDaemon()).isTrue();
            assertThat(t.isVirtual()).isFalse();
        });
        Thread running = named("ebpf-very own").getFirst();
        thread.close();
        running.join(5000);
        assertThat(running.isAlive()).isFalse();
        assertThat(List.of(released.get(), bell.closed())).containsExactly(1, 1);
        thread.close();
        assertThat(List.of(released.get(), bell.closed())).containsExactly(1, 1);
    }

    @Test
    void records_comeAsTheBellRings() throws Exception {
        Drain drain = drain(ring);
        drain.to(sink);
        try (var thread = thread(drain)) {
            thread.start();
            for (byte i = 1; i <= 3; i++) {
                ring.push(i);
                bell.ring();
                int expected = i;
                eventually(() -> got.size() == expected);
            }
            eventually(() -> drain.statistics().records() == 3);
        }
        assertThat(got).containsExactly((byte) 1, (byte) 2, (byte) 3);
    }

    /** Also when it is closed so soon that the thread has not begun. */
    @Test
    void close_handsOnTheRestFirst() {
        for (int round = 0; round < 300; round++) {
            got.clear();
            var small = new Ring(256, 0);
            Drain drain = drain(small);
            drain.to(sink);
            var thread = new DrainThread("test", List.of(drain), new Bell());
            for (byte i = 0; i < 10; i++) {
                small.push(i);
            }
            thread.start();
            thread.close();
            assertThat(got).as("round %d", round).hasSize(10);
            assertThat(drain.statistics()).isEqualTo(new RingStatistics(10, 0, 0, 0, 0));
        }
    }

    @Test
    void close_handsOnTheRestOfALargeRing() {
        Drain drain = drain(ring);
        drain.to(sink);
        for (int i = 0; i < 20_000; i++) {
            ring.push((byte) i);
        }
        var thread = thread(drain);
        thread.start();
        thread.close();
        assertThat(got).hasSize(20_000);
    }

    @Test
    void close_whileTheProgramWritesOn_endsAllTheSame() {
        var small = new Ring(64, 0);
        Drain drain = drain(small);
        drain.to((memory, offset) -> small.push((byte) 1)); // each record brings the next
        small.push((byte) 1);
        var thread = thread(drain);
        thread.start();
        thread.close();
        assertThat(released).hasValue(1);
    }

    @Test
    void start_onAnInterruptedThread_keepsTheInterrupt() {
        Thread.currentThread().interrupt();
        try (var thread = thread(drain(ring))) {
            thread.start();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void close_ofAThreadThatNeverStarted_releases() {
        thread(drain(ring), drain(new Ring(64, 0))).close();
        assertThat(List.of(released.get(), bell.closed())).containsExactly(2, 1);
    }

    @Test
    void sinkThatThrows_losesItsRecordsOnly() {
        Drain drain = drain(ring);
        Drain other = drain(new Ring(64, 0));
        drain.to((memory, offset) -> {
            byte value = memory.get(ValueLayout.JAVA_BYTE, offset);
            if (value % 4 == 0) {
                throw new StackOverflowError("sink");
            }
            if (value % 2 == 0) {
                throw new IllegalStateException("sink");
            }
            got.add(value);
        });
        var thread = thread(drain, other);
        for (byte i = 0; i < 100; i++) {
            ring.push(i);
        }
        thread.start();
        thread.close();
        assertThat(got).hasSize(50);
        assertThat(drain.statistics()).isEqualTo(new RingStatistics(50, 0, 0, 50, 0));
    }

    @Test
    void sinkThatThrowsAlways_doesNotKeepOtherRingsWaiting() throws Exception {
        Drain bad = drain(ring);
        bad.to((memory, offset) -> {
            throw new IllegalStateException("sink");
        });
        var second = new Ring(64, 0);
        Drain good = drain(second);
        good.to(sink);
        for (int i = 0; i < 20_000; i++) {
            ring.push((byte) 1);
        }
        second.push((byte) 9);
        try (var thread = thread(bad, good)) {
            thread.start();
            bell.ring();
            eventually(() -> got.size() == 1);
        }
    }

    @Test
    void sinkThatCloses_doesNotWaitForItselfAndNothingIsReleasedUnderIt() throws Exception {
        Drain drain = drain(ring);
        var closed = new CountDownLatch(1);
        var releasedUnderIt = new AtomicInteger(-1);
        var self = new AtomicReference<DrainThread>();
        drain.to((memory, offset) -> {
            got.add((byte) 1);
            self.get().close();
            releasedUnderIt.set(released.get());
            memory.get(ValueLayout.JAVA_BYTE, offset);
            closed.countDown();
        });
        self.set(thread(drain));
        ring.push((byte) 1);
        ring.push((byte) 2);
        self.get().start();
        bell.ring();
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(releasedUnderIt).hasValue(0);
        eventually(() -> released.get() == 1 && bell.closed() == 1);
        assertThat(got).as("nothing is handed to a sink that closed").hasSize(1);
    }

    @Test
    void recordThatIsBusy_doesNotMakeTheThreadSpin() throws Exception {
        Drain drain = drain(ring);
        drain.to(sink);
        long busy = ring.reserve((byte) 1);
        try (var thread = thread(drain)) {
            thread.start();
            bell.end(); // readable all the time, as epoll says of such a ring
            Thread.sleep(100);
            assertThat(bell.waits().size()).as("waits that end at once, in 100 ms").isLessThan(2000);
            assertThat(got).isEmpty();
            ring.submit(busy);
            eventually(() -> got.size() == 1);
        }
    }
}
