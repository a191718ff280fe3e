package io.ebpf4j.internal.userring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.ring.RingLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ArrayRecordComponent") // nobody compares them
class UserRingProducerTest {
    private record Held(long position, byte[] record) {}

    private final List<byte[]> taken = new ArrayList<>();

    private static long put(UserRingProducer producer, byte... record) {
        long position = producer.claim(record.length);
        if (position != UserRingProducer.FULL) {
            write(producer, position, record);
            producer.publish(position, record.length);
        }
        return position;
    }

    private static void write(UserRingProducer producer, long position, byte... record) {
        producer.clear(position, record.length);
        MemorySegment.copy(record, 0, producer.data(), ValueLayout.JAVA_BYTE, producer.offset(position), record.length);
    }

    @ParameterizedTest
    @CsvSource({
            // written, read
            "0, 8", // ahead of us
            "64, 72", "128, 56", // more than the ring has
            "64, -8", "64, 9223372036854775800", "64, 63", "64, 1"})
    void open_positionOfTheKernelImpossible_throwsBothNumbers(long written, long read) {
        var ring = new UserRing(64, 0);
        ring.produced(written);
        ring.consumed(read);
        assertThatThrownBy(() -> new UserRingProducer(ring.memory())).isInstanceOf(MapAccessException.class)
                .hasMessage("ring 'orders': it of 64 bytes is written up to position " + written + " and read up to "
                        + Long.toUnsignedString(read)
                        + ", which cannot be; somebody else has written to its memory, load the program anew");
        assertThat(ring.produced()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 63, -1})
    void open_ownPositionOdd_throws(long written) {
        var ring = new UserRing(64, written);
        assertThatThrownBy(() -> new UserRingProducer(ring.memory())).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("is written up to position " + Long.toUnsignedString(written)
                        + ", which is no multiple of 8");
    }

    @ParameterizedTest
    @CsvSource({"9", "1073741823", "-2147483639", "-1"})
    void open_recordBeyondTheEnd_throwsItsPlaceAndLength(int header) {
        var ring = new UserRing(64, 48);
        put(new UserRingProducer(ring.memory()), new byte[0]);
        put(new UserRingProducer(ring.memory()), new byte[8]);
        ring.data.set(ValueLayout.JAVA_INT, 56, header);
        assertThatThrownBy(() -> new UserRingProducer(ring.memory())).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("is written up to position 72 and has a record of "
                        + (header & ~(RingLayout.BUSY | RingLayout.DISCARD)) + " bytes at 56");
    }

    @Test
    void open_anyBytes_throwsOneException_orWritesBehindThem() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            var ring = new UserRing(64L << random.nextInt(2), 0);
            for (long at = 0; at < ring.data.byteSize(); at += 8) {
                ring.data.set(ValueLayout.JAVA_LONG, at, random.nextBoolean()
                        ? random.nextLong()
                        : random.nextInt(24) | ((long) random.nextInt(4) << 30));
            }
            long consumed = random.nextBoolean() ? random.nextLong() : 8L * random.nextInt(40);
            ring.consumed(consumed);
            ring.produced(consumed + (random.nextBoolean() ? random.nextLong() : 8L * random.nextInt(10)));
            long written = ring.produced();
            try {
                var producer = new UserRingProducer(ring.memory());
                int behind = ring.drain(record -> {});
                assertThat(behind).as("seed " + seed + ", round " + round).isNotNegative();
                assertThat(ring.consumed()).as("seed " + seed + ", round " + round).isEqualTo(written);
                assertThat(put(producer, (byte) 1)).isEqualTo(written);
                assertThat(ring.drain(taken::add)).isEqualTo(1);
            } catch (MapAccessException e) {
                assertThat(e).as("seed " + seed + ", round " + round).hasMessageStartingWith("ring 'orders': it ");
            }
        }
        assertThat(taken).as("seed " + seed).hasSizeGreaterThan(100);
    }

    @Test
    void open_whatAKilledWriterHadReserved_isDiscarded_andTheRestArrives() {
        var ring = new UserRing(128, 104);
        var killed = new UserRingProducer(ring.memory());
        put(killed, (byte) 1);
        killed.reserve(killed.claim(9), 9);
        put(killed, (byte) 2);
        killed.reserve(killed.claim(0), 0);
        killed.discard(killed.claim(0), 0); // a header that lies behind the end counts for nothing
        assertThat(ring.drain(taken::add)).isEqualTo(1);
        var producer = new UserRingProducer(ring.memory());
        assertThat(producer.abandoned()).isEqualTo(2);
        put(producer, (byte) 3);
        assertThat(ring.drain(taken::add)).isEqualTo(2);
        assertThat(taken).containsExactly(new byte[]{1}, new byte[]{2}, new byte[]{3});
        assertThat(new UserRingProducer(ring.memory()).abandoned()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {72, -8, 12, Long.MIN_VALUE, Long.MAX_VALUE - 7})
    void claim_positionOfTheKernelTurnsImpossible_throwsAndWritesNothing(long read) {
        var ring = new UserRing(64, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer, new byte[56]); // full, so that it looks
        ring.consumed(read);
        assertThatThrownBy(() -> producer.claim(0)).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("is written up to position 64 and read up to " + Long.toUnsignedString(read));
        assertThat(ring.produced()).isEqualTo(64);
        assertThat(producer.backlog()).as("as last seen").isEqualTo(64);
        ring.consumed(64);
        assertThat(producer.claim(0)).as("all is well again").isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(longs = {16, -8, 3})
    void claim_positionMovedBySomebodyElse_throwsBothPositions(long moved) {
        var ring = new UserRing(64, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer);
        ring.produced(moved);
        assertThatThrownBy(() -> producer.claim(8)).isInstanceOf(MapAccessException.class)
                .hasMessage("ring 'orders': somebody else writes to it as well: it was written up to position 8 and now"
                        + " is to " + Long.toUnsignedString(moved)
                        + "; a ring can have one writer, close this one or end the other");
        assertThat(ring.produced()).isEqualTo(moved);
    }

    @Test
    void records_arriveInOrderWithTheirLengths() {
        var ring = new UserRing(128, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer, (byte) 1, (byte) 2);
        put(producer);
        put(producer, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7, (byte) 8, (byte) 9, (byte) 10, (byte) 11);
        assertThat(producer.backlog()).as("8 + 8, 8, 8 + 16").isEqualTo(16 + 8 + 24);
        assertThat(ring.drain(taken::add)).isEqualTo(3);
        assertThat(taken).containsExactly(new byte[]{1, 2}, new byte[0], new byte[]{3, 4, 5, 6, 7, 8, 9, 10, 11});
        assertThat(producer.backlog()).isZero();
    }

    @Test
    void header_hasLengthAndZeros_whateverWasThere() {
        var ring = new UserRing(64, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer, (byte) 1, (byte) 2, (byte) 3);
        assertThat(ring.data.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0);
        producer.reserve(producer.claim(9), 9);
        assertThat(ring.header(16)).isEqualTo(9 | RingLayout.BUSY);
        assertThat(ring.data.get(ValueLayout.JAVA_INT, 20)).isZero();
    }

    @Test
    void reserved_holdsAllBehindIt_andIsTakenOrSkipped() {
        var ring = new UserRing(128, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer, (byte) 1);
        long first = producer.claim(1);
        producer.reserve(first, 1);
        long second = producer.claim(1);
        producer.reserve(second, 1);
        put(producer, (byte) 4);
        assertThat(ring.drain(taken::add)).isEqualTo(1);
        producer.discard(second, 1);
        assertThat(ring.drain(taken::add)).as("the first one is before it").isZero();
        write(producer, first, (byte) 2);
        producer.submit(first, 1);
        assertThat(ring.drain(taken::add)).isEqualTo(2);
        assertThat(taken).containsExactly(new byte[]{1}, new byte[]{2}, new byte[]{4});
        assertThat(ring.consumed()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 48, 56, 64 * 1000L + 56, Long.MAX_VALUE - 7})
    void record_asLongAsTheRing_fitsAtEachPosition(long position) {
        var ring = new UserRing(64, position);
        var producer = new UserRingProducer(ring.memory());
        byte[] record = new byte[producer.longest()];
        Arrays.fill(record, (byte) 7);
        assertThat(record).hasSize(56);
        assertThat(put(producer, record)).isEqualTo(position);
        assertThat(producer.claim(0)).isEqualTo(UserRingProducer.FULL);
        assertThat(ring.drain(taken::add)).isEqualTo(1);
        assertThat(taken).containsExactly(record);
        assertThat(producer.claim(0)).isEqualTo(position + 64);
    }

    @Test
    void longest_isWhatTheKernelHandsOn() {
        var ring = new UserRing(1 << 25, 0);
        var producer = new UserRingProducer(ring.memory());
        assertThat(producer.longest()).isEqualTo((1 << 24) - 1);
        put(producer, new byte[producer.longest()]);
        assertThat(ring.drain(taken::add)).isEqualTo(1);
        assertThat(taken.getFirst()).hasSize((1 << 24) - 1);
    }

    @Test
    void claim_noRoom_isFullUntilTheKernelHasReadEnough() {
        var ring = new UserRing(64, 0);
        var producer = new UserRingProducer(ring.memory());
        put(producer, new byte[8]);
        put(producer, new byte[8]);
        put(producer, new byte[8]);
        assertThat(producer.claim(9)).isEqualTo(UserRingProducer.FULL);
        assertThat(producer.claim(8)).isEqualTo(48);
        ring.consumed(16);
        assertThat(producer.claim(16)).isEqualTo(48);
        assertThat(producer.claim(24)).as("8 + 24 are the 32 that are free").isEqualTo(48);
        assertThat(producer.claim(25)).isEqualTo(UserRingProducer.FULL);
    }

    @Test
    void open_ringThatWasUsedBefore_goesOnBehindWhatIsThere() {
        var ring = new UserRing(64, 8 * 5);
        put(new UserRingProducer(ring.memory()), (byte) 1);
        var producer = new UserRingProducer(ring.memory());
        assertThat(producer.backlog()).isEqualTo(16);
        put(producer, (byte) 2);
        assertThat(ring.drain(taken::add)).isEqualTo(2);
        assertThat(taken).containsExactly(new byte[]{1}, new byte[]{2});
    }

    /** Writes, reserves, submits, discards and drains at random; what comes out is what went in, in that order. */
    @Test
    void anyOrderOfEvents_losesAndInventsNothing() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var ring = new UserRing(64L << random.nextInt(3), 8L * random.nextInt(100));
            var producer = new UserRingProducer(ring.memory());
            List<byte[]> expected = new ArrayList<>();
            Deque<Held> held = new ArrayDeque<>();
            taken.clear();
            for (int step = 0; step < 200; step++) {
                byte[] record = new byte[random.nextInt(producer.longest() / 2)];
                random.nextBytes(record);
                switch (random.nextInt(4)) {
                    case 0 -> ring.drain(taken::add);
                    case 1 -> {
                        // Nothing may be in front that could still go, so that the order of submission is that of the ring.
                        if (held.isEmpty() && put(producer, record) != UserRingProducer.FULL) {
                            expected.add(record);
                        }
                    }
                    case 2 -> {
                        long position = producer.claim(record.length);
                        if (position != UserRingProducer.FULL) {
                            producer.reserve(position, record.length);
                            write(producer, position, record);
                            held.add(new Held(position, record));
                        }
                    }
                    default -> {
                        Held next = held.poll();
                        if (next != null && random.nextBoolean()) {
                            producer.submit(next.position(), next.record().length);
                            expected.add(next.record());
                        } else if (next != null) {
                            producer.discard(next.position(), next.record().length);
                        }
                    }
                }
            }
            held.forEach(rest -> producer.discard(rest.position(), rest.record().length));
            ring.drain(taken::add);
            assertThat(taken).as("seed " + seed + ", round " + round).containsExactlyElementsOf(expected);
            assertThat(ring.consumed()).isEqualTo(ring.produced());
        }
    }
}
