package io.ebpf4j.internal.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RecordSink;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingConsumerTest {
    private final List<List<Byte>> taken = new ArrayList<>();

    /** Takes records of one size. */
    private RecordSink sink(int size) {
        return (memory, offset) -> {
            List<Byte> record = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                record.add(memory.get(ValueLayout.JAVA_BYTE, offset + i));
            }
            taken.add(record);
        };
    }

    private static int all(RingConsumer consumer, RecordSink sink) {
        return take(consumer, Integer.MAX_VALUE, sink);
    }

    /** As a reader does it: what is there now, in portions, and then the kernel is told. */
    private static int take(RingConsumer consumer, int max, RecordSink sink) {
        var target = new RecordTarget.Visits((data, offset, length) -> sink.accept(data, offset));
        long end = consumer.written();
        int taken = 0;
        try {
            while (!consumer.isAt(end) && taken < max) {
                int some = consumer.consume(end, max - taken, target);
                if (some == 0) {
                    break;
                }
                taken += some;
            }
        } finally {
            consumer.publish();
        }
        return taken;
    }

    @Test
    void records_areHandedOnInOrderAndThePositionFollows() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 2);
        ring.push((byte) 1, (byte) 2);
        ring.push((byte) 3, (byte) 4);
        List<Long> positions = new ArrayList<>();
        assertThat(all(consumer, (memory, offset) -> {
            sink(2).accept(memory, offset);
            positions.add(ring.consumed());
        })).isEqualTo(2);
        assertThat(taken).containsExactly(List.of((byte) 1, (byte) 2), List.of((byte) 3, (byte) 4));
        assertThat(positions).as("an eighth of this ring is less than a record").containsExactly(0L, 16L);
        assertThat(ring.consumed()).isEqualTo(32);
        assertThat(consumer.statistics()).isEqualTo(new RingStatistics(2, 0, 0, 0, 0));
        assertThat(all(consumer, sink(2))).isZero();
    }

    @Test
    void record_thatIsReserved_holdsAllBehindIt() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.push((byte) 1);
        long busy = ring.reserve((byte) 2);
        ring.push((byte) 3);
        assertThat(all(consumer, sink(1))).isEqualTo(1);
        assertThat(ring.consumed()).isEqualTo(16);
        assertThat(consumer.statistics().backlogBytes()).isEqualTo(32);
        ring.submit(busy);
        assertThat(all(consumer, sink(1))).isEqualTo(2);
        assertThat(taken).containsExactly(List.of((byte) 1), List.of((byte) 2), List.of((byte) 3));
    }

    @Test
    void record_thatIsDiscarded_isCountedAndSkipped() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.discard(ring.reserve((byte) 1));
        ring.push((byte) 2);
        assertThat(all(consumer, sink(1))).as("both were taken from the ring").isEqualTo(2);
        assertThat(taken).containsExactly(List.of((byte) 2));
        assertThat(consumer.statistics()).isEqualTo(new RingStatistics(1, 1, 0, 0, 0));
        assertThat(ring.consumed()).isEqualTo(32);
    }

    @Test
    void record_shorterThanItsType_isCountedAndNotHandedOn() {
        var ring = new Ring(128, 0);
        var consumer = RingConsumer.on(ring.memory(), 4);
        ring.push(new byte[3]);
        ring.push();
        ring.push(new byte[4]);
        ring.push(new byte[9]);
        assertThat(all(consumer, sink(4))).isEqualTo(4);
        assertThat(consumer.statistics()).isEqualTo(new RingStatistics(2, 0, 2, 0, 0));
        assertThat(ring.consumed()).as("8 + 8, 8, 8 + 8, 8 + 16").isEqualTo(16 + 8 + 16 + 24);
    }

    @Test
    void record_thatWraps_isWhole() {
        var ring = new Ring(64, 48);
        var consumer = RingConsumer.on(ring.memory(), 24);
        byte[] record = new byte[24];
        for (int i = 0; i < record.length; i++) {
            record[i] = (byte) (i + 1);
        }
        ring.push(record); // header at 48, first 8 bytes at 56, the rest from 0 on
        assertThat(all(consumer, sink(24))).isEqualTo(1);
        assertThat(taken.getFirst()).hasSize(24).startsWith((byte) 1, (byte) 2).endsWith((byte) 23, (byte) 24)
                .isSorted();
        assertThat(ring.consumed()).isEqualTo(48 + 32);
    }

    @Test
    void record_thatFillsTheRing_isTaken() {
        var ring = new Ring(64, 8);
        var consumer = RingConsumer.on(ring.memory(), 56);
        ring.push(new byte[56]);
        assertThat(all(consumer, sink(56))).isEqualTo(1);
        assertThat(ring.consumed()).isEqualTo(72);
    }

    @Test
    void max_leavesTheRest() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        for (byte i = 0; i < 4; i++) {
            ring.push(i);
        }
        assertThat(take(consumer, 3, sink(1))).isEqualTo(3);
        assertThat(ring.consumed()).isEqualTo(48);
        assertThat(consumer.statistics().backlogBytes()).isEqualTo(16);
        assertThat(take(consumer, 3, sink(1))).isEqualTo(1);
        assertThat(taken).hasSize(4);
    }

    @Test
    void stop_byTheHandler_leavesTheRest() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        for (byte i = 0; i < 4; i++) {
            ring.push(i);
        }
        assertThat(take(consumer, 10, (memory, offset) -> {
            sink(1).accept(memory, offset);
            if (taken.size() == 2) {
                consumer.stop();
            }
        })).isEqualTo(2);
        assertThat(taken).hasSize(2);
        assertThat(ring.consumed()).isEqualTo(32);
    }

    @Test
    void records_pushedMeanwhile_areLeftToTheNextCall_soThatEachCallEnds() {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.push((byte) 0);
        RecordSink echo = (memory, offset) -> {
            sink(1).accept(memory, offset);
            ring.push((byte) taken.size());
        };
        assertThat(all(consumer, echo)).isEqualTo(1);
        assertThat(all(consumer, echo)).isEqualTo(1);
        assertThat(taken).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sinkThatThrows_losesItsRecordOnly(boolean error) {
        var ring = new Ring(64, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.push((byte) 1);
        ring.push((byte) 2);
        Throwable thrown = error ? new StackOverflowError() : new IllegalStateException("sink");
        assertThatThrownBy(() -> all(consumer, (memory, offset) -> sneak(thrown))).isSameAs(thrown);
        assertThat(ring.consumed()).isEqualTo(16);
        assertThat(consumer.statistics()).isEqualTo(new RingStatistics(0, 0, 0, 1, 16));
        assertThat(all(consumer, sink(1))).isEqualTo(1);
        assertThat(taken).containsExactly(List.of((byte) 2));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable e) throws E {
        throw (E) e;
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 64, 1 << 20, 0x3fff_ffff})
    void length_overWhatIsWritten_skipsToTheEndAndSaysSo(int length) {
        var ring = new Ring(64, 64);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.push((byte) 1);
        ring.header(64, length);
        assertThatThrownBy(() -> all(consumer, sink(1))).isInstanceOf(MapAccessException.class)
                .hasMessage("ring 'events': the record at position 64 has " + length
                        + " bytes, but the ring of 64 bytes is written up to position 80; skipped what it held");
        assertThat(ring.consumed()).isEqualTo(80);
        ring.push((byte) 2);
        assertThat(all(consumer, sink(1))).isEqualTo(1);
        assertThat(taken).containsExactly(List.of((byte) 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 1 << 30})
    void producer_furtherAheadThanTheRingIsLong_isNotFollowed(long behind) {
        var ring = new Ring(64, 1L << 31);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.producer.set(ValueLayout.JAVA_LONG, 0, (1L << 31) + 72 + behind);
        assertThatThrownBy(() -> all(consumer, sink(1))).isInstanceOf(MapAccessException.class);
        assertThat(taken).isEmpty();
        assertThat(ring.consumed()).isEqualTo(ring.produced());
    }

    @Test
    void consumerPosition_aheadOfTheProducer_isSetBack() {
        var ring = new Ring(64, 128);
        ring.consumer.set(ValueLayout.JAVA_LONG, 0, 160);
        var consumer = RingConsumer.on(ring.memory(), 1);
        assertThatThrownBy(() -> all(consumer, sink(1))).isInstanceOf(MapAccessException.class);
        assertThat(ring.consumed()).isEqualTo(128);
    }

    @Test
    void consumerPosition_thatIsNoRecords_isSkippedAndNotRetriedForEver() {
        var ring = new Ring(64, 64);
        ring.push((byte) 1);
        ring.consumer.set(ValueLayout.JAVA_LONG, 0, 66); // another process wrote to a pinned ring
        var consumer = RingConsumer.on(ring.memory(), 1);
        assertThatThrownBy(() -> all(consumer, sink(1))).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("position 66");
        ring.push((byte) 2);
        assertThat(all(consumer, sink(1))).isEqualTo(1);
        assertThat(taken).containsExactly(List.of((byte) 2));
    }

    /** Positions are 64 bits wide; the offset in the ring is their low part. */
    @ParameterizedTest
    @ValueSource(longs = {(1L << 31) - 32, (1L << 32) - 32, (1L << 40) + 24, Long.MAX_VALUE - 63})
    void positions_farOut_workAsNearOnes(long position) {
        var ring = new Ring(64, position & ~7L);
        var consumer = RingConsumer.on(ring.memory(), 8);
        long start = ring.consumed();
        for (byte i = 0; i < 12; i++) {
            ring.push(i, i, i, i, i, i, i, i);
            assertThat(all(consumer, sink(8))).isEqualTo(1);
        }
        assertThat(taken).hasSize(12).allSatisfy(r -> assertThat(r).containsOnly(r.getFirst()));
        assertThat(ring.consumed() - start).isEqualTo(12 * 16);
        assertThat(consumer.statistics().backlogBytes()).isZero();
    }

    @Test
    void secondConsumer_goesOnWhereTheFirstStopped() {
        var ring = new Ring(64, 0);
        ring.push((byte) 1);
        ring.push((byte) 2);
        take(RingConsumer.on(ring.memory(), 1), 1, sink(1));
        var second = RingConsumer.on(ring.memory(), 1);
        assertThat(second.statistics()).isEqualTo(new RingStatistics(0, 0, 0, 0, 0));
        assertThat(all(second, sink(1))).isEqualTo(1);
        assertThat(taken).containsExactly(List.of((byte) 1), List.of((byte) 2));
    }

    @Test
    void reach_skipsWhatIsNotToBeHandedOn_andTakesNothing() {
        var ring = new Ring(128, 0);
        var consumer = RingConsumer.on(ring.memory(), 2);
        assertThat(consumer.reach(consumer.written())).isFalse();
        ring.discard(ring.reserve((byte) 1, (byte) 1));
        ring.push((byte) 2);
        long busy = ring.reserve((byte) 3, (byte) 3);
        assertThat(consumer.reach(consumer.written())).as("it may yet be discarded").isFalse();
        assertThat(consumer.statistics()).isEqualTo(new RingStatistics(0, 1, 1, 0, 16));
        ring.submit(busy);
        for (int i = 0; i < 3; i++) {
            assertThat(consumer.reach(consumer.written())).isTrue();
        }
        assertThat(all(consumer, sink(2))).isEqualTo(1);
        assertThat(taken).containsExactly(List.of((byte) 3, (byte) 3));
        assertThat(ring.consumed()).isEqualTo(48);
        ring.push((byte) 4, (byte) 4);
        consumer.stop();
        assertThat(consumer.reach(consumer.written())).isFalse();
    }

    @Test
    void reach_ofADamagedRing_saysSo() {
        var ring = new Ring(64, 64);
        var consumer = RingConsumer.on(ring.memory(), 1);
        ring.discard(ring.reserve((byte) 1));
        ring.header(64, 9 | RingLayout.DISCARD);
        assertThatThrownBy(() -> consumer.reach(consumer.written())).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("position 64 has 9 bytes");
        assertThat(ring.consumed()).isEqualTo(80);
        ring.producer.set(ValueLayout.JAVA_LONG, 0, 1024);
        assertThatThrownBy(() -> consumer.reach(consumer.written())).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("position 80");
        assertThat(consumer.isAt(1024)).isTrue();
    }

    /** A position that is nowhere a record will be written tells the kernel that we are busy. */
    @Test
    void consumerThatStaysBehind_publishesAllButTheLastRecord() {
        var ring = new Ring(1 << 12, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        consumer.stayBehind(true);
        consumer.publish();
        assertThat(ring.consumed()).as("nothing was taken").isZero();
        for (byte i = 0; i < 10; i++) {
            ring.push(i);
            all(consumer, sink(1));
            assertThat(ring.consumed()).isEqualTo(i * 16L);
        }
        ring.push(new byte[100]);
        ring.discard(ring.reserve((byte) 1));
        all(consumer, sink(1));
        assertThat(ring.consumed()).as("the discarded one is the last").isEqualTo(160 + 112);
        ring.push(new byte[40]);
        ring.push(new byte[50]);
        assertThatThrownBy(() -> all(consumer, (memory, offset) -> {
            throw new IllegalStateException("last");
        })).hasMessage("last");
        assertThat(ring.consumed()).as("the one whose handler threw is the last").isEqualTo(160 + 112 + 16);
        all(consumer, sink(1));
        assertThat(ring.consumed()).isEqualTo(160 + 112 + 16 + 48);
        assertThat(consumer.statistics().backlogBytes()).isZero();
        consumer.publish();
        assertThat(ring.consumed()).isEqualTo(160 + 112 + 16 + 48);
        consumer.stayBehind(false);
        consumer.publish();
        assertThat(ring.consumed()).isEqualTo(ring.produced());
        consumer.stayBehind(true);
        consumer.publish();
        assertThat(ring.consumed()).as("never back").isEqualTo(ring.produced());
    }

    /** The kernel needs the room meanwhile. */
    @Test
    void consumerThatStaysBehind_publishesPortionsOnItsWay() {
        var ring = new Ring(1024, 0);
        var consumer = RingConsumer.on(ring.memory(), 1);
        consumer.stayBehind(true);
        for (int i = 0; i < 64; i++) {
            ring.push((byte) i);
        }
        var target = new RecordTarget.Visits((data, offset, length) -> assertThat(
                16 * consumer.statistics().records() - ring.consumed()).isLessThanOrEqualTo(128 + 16));
        long end = consumer.written();
        while (!consumer.isAt(end)) {
            consumer.consume(end, 1, target);
        }
        assertThat(ring.consumed()).isGreaterThan(1024 - 128 - 16).isLessThan(1024);
    }

    /** Against a model: whatever is pushed, in whatever portions it is taken. */
    @Test
    void anySequence_isTakenAsItWasPushed() {
        long seed = System.nanoTime();
        System.out.println("RingConsumerTest seed " + seed);
        var random = new Random(seed);
        var ring = new Ring(256, random.nextLong() & (1L << 50) - 8);
        var consumer = RingConsumer.on(ring.memory(), 3);
        List<Byte> expected = new ArrayList<>();
        List<Byte> got = new ArrayList<>();
        int discarded = 0;
        int tooShort = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            byte[] record = new byte[random.nextInt(70)];
            random.nextBytes(record);
            if (ring.produced() + RingLayout.step(record.length) - ring.consumed() <= ring.size) {
                long position = ring.reserve(record);
                if (random.nextInt(8) == 0) {
                    ring.discard(position);
                    discarded++;
                } else {
                    ring.submit(position);
                    if (record.length < 3) {
                        tooShort++;
                    } else {
                        expected.add(record[0]);
                        expected.add(record[record.length - 1]);
                    }
                }
            }
            if (random.nextInt(3) == 0) {
                take(consumer, 1 + random.nextInt(5), (memory, offset) -> {
                    int length = memory.get(ValueLayout.JAVA_INT, offset - RingLayout.HEADER_SIZE);
                    got.add(memory.get(ValueLayout.JAVA_BYTE, offset));
                    got.add(memory.get(ValueLayout.JAVA_BYTE, offset + length - 1));
                });
            }
        }
        all(consumer, (memory, offset) -> {
            int length = memory.get(ValueLayout.JAVA_INT, offset - RingLayout.HEADER_SIZE);
            got.add(memory.get(ValueLayout.JAVA_BYTE, offset));
            got.add(memory.get(ValueLayout.JAVA_BYTE, offset + length - 1));
        });
        assertThat(got).as("seed %d", seed).isEqualTo(expected);
        assertThat(consumer.statistics()).as("seed %d", seed).isEqualTo(
                new RingStatistics(expected.size() / 2, discarded, tooShort, 0, 0));
    }
}
