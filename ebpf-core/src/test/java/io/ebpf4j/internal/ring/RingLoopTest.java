package io.ebpf4j.internal.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.internal.kernel.RingWaiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RingLoopTest {
    /** Sleeps no time, and says that it was woken when there is something. */
    private static final class Clock implements RingWaiter {
        private final List<Integer> sleeps = new ArrayList<>();

        @Override
        public boolean await(int timeoutMillis) {
            sleeps.add(timeoutMillis);
            return false;
        }

        @Override
        public void forget(RecordMemory ring) {}

        @Override
        public void wake() {}

        @Override
        public void end() {}

        @Override
        public void close() {}
    }

    /** Counts what it takes. */
    private static class Part implements RingLoop.Part {
        private final RingConsumer consumer;
        private final List<Integer> turns = new ArrayList<>();

        Part(Ring ring) {
            consumer = RingConsumer.on(ring.memory(), 1);
        }

        @Override
        public RingConsumer ring() {
            return consumer;
        }

        @Override
        public int take(long end, int max) {
            int taken = consumer.consume(end, max, new RecordTarget.Visits((data, offset, length) -> {}));
            turns.add(taken);
            return taken;
        }

        @Override
        public boolean outlives(Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /** What a record that wakes nobody waits for. */
    @Test
    void sleeps_ofAQuietRing_becomeLonger_upToFourSeconds() {
        var clock = new Clock();
        var ring = new Ring(64, 0);
        var loop = new RingLoop(List.of(new Part(ring)), new RingWait(() -> clock), RingPolicy.LATENCY, () -> {
            if (clock.sleeps.size() == 6 && ring.produced() == 0) {
                ring.push((byte) 1); // which wakes nobody
            }
            return clock.sleeps.size() == 9;
        });
        loop.run();
        assertThat(clock.sleeps).containsExactly(500, 1000, 2000, 4000, 4000, 4000, 500, 1000, 2000);
        assertThat(ring.consumed()).isEqualTo(16);
    }

    @Test
    void rings_takeTurns() {
        var much = new Ring(1 << 20, 0);
        var little = new Ring(64, 0);
        for (int i = 0; i < 20_000; i++) {
            much.push((byte) i);
        }
        little.push((byte) 1);
        var busy = new Part(much);
        var takenBefore = new ArrayList<Long>();
        var waiting = new Part(little) {
            @Override
            public int take(long end, int max) {
                takenBefore.add(busy.consumer.statistics().records());
                return super.take(end, max);
            }
        };
        var clock = new Clock();
        new RingLoop(List.of(busy, waiting), new RingWait(() -> clock), RingPolicy.LATENCY,
                () -> !clock.sleeps.isEmpty()).run();
        assertThat(takenBefore).singleElement().satisfies(n -> assertThat(n).isBetween(1L, 4096L));
        assertThat(busy.consumer.statistics().records()).isEqualTo(20_000);
    }

    @Test
    void part_thatIsOver_isLeft_andTheLoopEndsWithTheLast() {
        var clock = new Clock();
        var left = new ArrayList<String>();
        class Leaving extends Part {
            private final String name;
            private final int after;

            Leaving(String name, int after) {
                super(new Ring(64, 0));
                this.name = name;
                this.after = after;
            }

            @Override
            public boolean isOver() {
                return clock.sleeps.size() >= after;
            }

            @Override
            public void leave(RingWait of) {
                left.add(name + " after " + clock.sleeps.size());
            }
        }
        new RingLoop(List.of(new Leaving("b", 3), new Leaving("a", 1)), new RingWait(() -> clock), RingPolicy.LATENCY,
                () -> false).run();
        assertThat(left).containsExactly("a after 1", "b after 3");
    }

    /** Between the two looks before a sleep: there is nothing left to sleep on then. */
    @Test
    void lastPart_thatIsOverJustBeforeASleep_endsTheLoopWithoutOne() {
        var clock = new Clock();
        var asked = new ArrayList<Integer>();
        var part = new Part(new Ring(64, 0)) {
            @Override
            public boolean isOver() {
                asked.add(clock.sleeps.size());
                return asked.size() == 2;
            }
        };
        new RingLoop(List.of(part), new RingWait(() -> clock), RingPolicy.LATENCY, () -> false).run();
        assertThat(asked).containsExactly(0, 0);
        assertThat(clock.sleeps).isEmpty();
    }

    /** A ring that is small is full again before a nap ends; but who has caught up would be woken. */
    @Test
    void nap_beginsWithAllButTheLastRecordGivenBack() {
        var ring = new Ring(4096, 0);
        for (int i = 0; i < 4; i++) {
            ring.push((byte) i);
        }
        var positions = new ArrayList<Long>();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        new RingLoop(List.of(new Part(ring)), new RingWait(Clock::new), RingPolicy.THROUGHPUT, () -> {
            if (ring.consumed() != 0) {
                positions.add(ring.consumed());
            }
            return !positions.isEmpty() || System.nanoTime() - end > 0;
        }).run();
        assertThat(positions).first().isEqualTo(48L);
        assertThat(ring.consumed()).isEqualTo(64);
    }

    /** It is submitted in less than a microsecond, unless its writer has lost his CPU. */
    @Test
    void recordThatIsReserved_isLookedAtOften_andThenSeldom() {
        var ring = new Ring(64, 0);
        ring.reserve((byte) 1);
        var part = new Part(ring);
        var clock = new Clock();
        long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
        new RingLoop(List.of(part), new RingWait(() -> clock), RingPolicy.LATENCY,
                () -> System.nanoTime() - end >= 0).run();
        assertThat(part.turns).hasSizeBetween(400, 1400).containsOnly(0); // two looks each time
        assertThat(clock.sleeps).isEmpty();
    }

    /** However short an interval is, a nap is between two looks. */
    @Test
    void intervalOfNothingAtAll_doesNotSpin() {
        var looks = new long[1];
        long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
        var part = new Part(new Ring(64, 0)) {
            @Override
            public boolean isOver() {
                looks[0]++;
                return false;
            }
        };
        new RingLoop(List.of(part), new RingWait(() -> new Clock()), RingPolicy.every(Duration.ofNanos(1)),
                () -> System.nanoTime() - end >= 0).run();
        assertThat(looks[0]).isBetween(2L, Duration.ofMillis(300).toNanos() / Naps.NAP_NANOS + 1);
    }

    /** Else whoever reads next would read them again. */
    @Test
    void loop_thatThrows_hasPublishedWhatItTook() {
        var ring = new Ring(1 << 16, 0);
        for (byte i = 0; i < 5; i++) {
            ring.push(i);
        }
        var part = new Part(ring) {
            @Override
            public int take(long end, int max) {
                if (ring().statistics().records() == 3) {
                    throw new IllegalStateException("third");
                }
                return super.take(end, 1);
            }
        };
        var loop = new RingLoop(List.of(part), RingWait.on(new Clock()), RingPolicy.LATENCY, () -> false);
        assertThatThrownBy(loop::run).isInstanceOf(AssertionError.class).hasRootCauseMessage("third");
        assertThat(ring.consumed()).isEqualTo(48);
    }
}
