package io.ebpf4j.internal.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RecordCursor;
import io.ebpf4j.RingStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerfConsumerTest {
    private static final int UNKNOWN_TYPE = 77;

    private final List<byte[]> taken = new ArrayList<>();
    private final RecordTarget keep = new RecordTarget.Visits((data, offset, length) -> taken
            .add(data.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));

    private int all(RingConsumer consumer) {
        return take(consumer, Integer.MAX_VALUE, keep);
    }

    /** As a reader does it: what is there now, in portions, and then the kernel is told. */
    private static int take(RingConsumer consumer, int max, RecordTarget target) {
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

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static RingStatistics statistics(long records, long others, long tooShort, long failed, long lost) {
        return new RingStatistics(records, others, tooShort, failed, 0, OptionalLong.of(lost));
    }

    /** What a damaged record is told as, and that the buffer goes on behind it. */
    private void refuses(PerfBuffer buffer, RingConsumer consumer, String message) {
        long end = buffer.head(0);
        buffer.push(1, bytes(12, 1));
        assertThatThrownBy(() -> {
            while (true) { // each call begins with another CPU
                all(consumer);
            }
        }).isInstanceOf(MapAccessException.class).hasMessage("perf buffer 'events': of CPU 4 " + message
                + ", but the buffer of " + buffer.size + " bytes is written up to position " + end
                + "; skipped what it held");
        assertThat(buffer.tail(0)).isEqualTo(end);
        buffer.push(0, bytes(4, 2));
        all(consumer);
        assertThat(taken).as("of the other CPU, and of this one later").extracting(sample -> (int) sample[0])
                .containsExactlyInAnyOrder(1, 2);
        assertThat(consumer.isAt(consumer.written())).isTrue();
        assertThat(consumer.statistics().backlogBytes()).isZero();
    }

    /** Not there at all; less than a header; no multiple of 8; beyond what is written; beyond the buffer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 7, 9, 20, 32, 128, 1 << 15, 0xfff8, 0xffff})
    void length_thatCannotBe_skipsToTheEndAndSaysSo(int length) {
        var buffer = new PerfBuffer(2, 128, 64);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.record(0, PerfLayout.SAMPLE, length, bytes(16, 1));
        refuses(buffer, consumer, "the record at position 64 has " + length + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"24, 13, 13", "24, 2147483647, 2147483647", "24, -1, 4294967295", "16, 5, 5",
            "16, -2147483648, 2147483648"})
    void sample_longerThanItsRecord_skipsToTheEndAndSaysSo(int length, int size, String told) {
        var buffer = new PerfBuffer(2, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        byte[] body = bytes(length - PerfLayout.HEADER_SIZE, 1);
        MemorySegment.ofArray(body).set(ValueLayout.JAVA_INT_UNALIGNED, 0, size);
        buffer.record(0, PerfLayout.SAMPLE, length, body);
        refuses(buffer, consumer, "the record at position 0 has " + length + " bytes, with a sample of " + told);
    }

    @Test
    void sample_withoutALength_skipsToTheEndAndSaysSo() {
        var buffer = new PerfBuffer(2, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 0);
        buffer.record(0, PerfLayout.SAMPLE, 8);
        refuses(buffer, consumer, "the record at position 0 has 8 bytes, with a sample of 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void lost_withoutANumber_skipsToTheEndAndSaysSo(int length) {
        var buffer = new PerfBuffer(2, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.record(0, PerfLayout.LOST, length, new byte[length - PerfLayout.HEADER_SIZE]);
        refuses(buffer, consumer, "the record at position 0 has " + length + " bytes, without a number of lost ones");
        assertThat(consumer.statistics().lost()).isEqualTo(OptionalLong.of(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {129, 1 << 30, Long.MIN_VALUE, -8})
    void head_whereItCannotBe_isNotFollowed(long ahead) {
        var buffer = new PerfBuffer(2, 128, 1L << 31);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.head(0, (1L << 31) + ahead);
        long end = buffer.head(0);
        assertThatThrownBy(() -> all(consumer)).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("of CPU 4 the next record would be at position " + (1L << 31));
        assertThat(buffer.tail(0)).isEqualTo(end);
        assertThat(taken).isEmpty();
        assertThat(consumer.isAt(consumer.written())).isTrue();
    }

    @Test
    void tail_thatIsNoRecords_isSkippedAndNotRetriedForEver() {
        var buffer = new PerfBuffer(2, 128, 64);
        buffer.push(0, bytes(4, 1));
        buffer.tail(0, 67);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        refuses(buffer, consumer, "the next record would be at position 67");
    }

    @Test
    void lost_moreThanThereAreNumbers_doesNotTurnNegative() {
        var buffer = new PerfBuffer(1, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        for (long lost : new long[]{3, -1, 5}) {
            byte[] body = new byte[16];
            MemorySegment.ofArray(body).set(ValueLayout.JAVA_LONG_UNALIGNED, 8, lost);
            buffer.record(0, PerfLayout.LOST, 24, body);
        }
        assertThat(all(consumer)).isEqualTo(3);
        assertThat(consumer.statistics().lost()).isEqualTo(OptionalLong.of(Long.MAX_VALUE));
    }

    /** Whatever bytes: no other exception, never beyond the buffer, and each call ends at what was written. */
    @Test
    void anyBytes_areReadOrRefused() {
        long seed = System.nanoTime();
        System.out.println("PerfConsumerTest.anyBytes seed " + seed);
        var random = new Random(seed);
        int refused = 0;
        var buffer = new PerfBuffer(3, 256, random.nextInt(32) * 8L);
        var consumer = RingConsumer.on(buffer.memory(), random.nextInt(20));
        for (int turn = 0; turn < 20_000; turn++) {
            for (int i = 0; i < 3; i++) {
                for (int k = random.nextInt(6); k > 0; k--) {
                    byte[] body = new byte[random.nextInt(40)];
                    random.nextBytes(body);
                    int type = new int[]{PerfLayout.SAMPLE, PerfLayout.LOST, random.nextInt()}[random.nextInt(3)];
                    int length = random.nextInt(4) == 0
                            ? random.nextInt(1 << 16)
                            : PerfLayout.HEADER_SIZE + body.length + 7 & ~7;
                    if (type == PerfLayout.SAMPLE && body.length > 3 && random.nextInt(4) > 0) {
                        MemorySegment.ofArray(body).set(ValueLayout.JAVA_INT_UNALIGNED, 0, body.length - 4);
                    }
                    buffer.record(i, type, length, body);
                }
            }
            long end = consumer.written();
            for (int calls = 0; !consumer.isAt(end); calls++) {
                assertThat(calls).as("seed %d", seed).isLessThan(100);
                try {
                    consumer.consume(end, 1 + random.nextInt(4), keep);
                } catch (MapAccessException e) {
                    refused++;
                }
            }
            consumer.publish();
            for (int i = 0; i < 3; i++) {
                assertThat(buffer.tail(i)).as("seed %d", seed).isEqualTo(buffer.head(i));
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(1000);
        assertThat(taken).as("seed %d", seed).hasSizeGreaterThan(1000);
    }

    @Test
    void records_ofOneCpu_areHandedOnInOrder_withWhatIsBehindThem() {
        var buffer = new PerfBuffer(2, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.push(0, bytes(4, 1));
        buffer.push(0, bytes(5, 2));
        buffer.push(0, bytes(12, 3));
        assertThat(all(consumer)).isEqualTo(3);
        assertThat(taken).containsExactly(bytes(4, 1), new byte[]{2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0}, bytes(12, 3));
        assertThat(buffer.tail(0)).isEqualTo(16 + 24 + 24);
        assertThat(buffer.tail(1)).isZero();
        assertThat(consumer.statistics()).isEqualTo(statistics(3, 0, 0, 0, 0));
        assertThat(all(consumer)).isZero();
    }

    /** Records begin on each multiple of 8 before the end, so that each of their parts is what the end divides. */
    @ParameterizedTest
    @ValueSource(longs = {8, 16, 24, 32, 40, 48})
    void record_thatWraps_isWhole(long before) {
        var buffer = new PerfBuffer(2, 128, 128 - before);
        var consumer = RingConsumer.on(buffer.memory(), 44);
        byte[] sample = new byte[44];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (byte) (i + 1);
        }
        buffer.push(1, sample);
        assertThat(all(consumer)).isEqualTo(1);
        assertThat(taken).containsExactly(sample);
        assertThat(buffer.tail(1)).isEqualTo(128 - before + 56);
    }

    @Test
    void longestRecord_thatWraps_isWhole() {
        var buffer = new PerfBuffer(2, 1 << 17, (1 << 17) - 8);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        byte[] sample = new byte[PerfLayout.LONGEST_SAMPLE];
        new Random(1).nextBytes(sample);
        buffer.push(0, sample);
        buffer.push(1, sample);
        assertThat(all(consumer)).isEqualTo(2);
        assertThat(taken).containsExactly(sample, sample);
    }

    @Test
    void record_shorterThanItsType_isCountedAndNotHandedOn() {
        var buffer = new PerfBuffer(1, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 13);
        buffer.push(0, bytes(12, 1));
        buffer.push(0, bytes(13, 2));
        buffer.push(0);
        assertThat(all(consumer)).isEqualTo(3);
        assertThat(taken).singleElement().satisfies(sample -> assertThat(sample).startsWith(2, 2).hasSize(20));
        assertThat(consumer.statistics()).isEqualTo(statistics(1, 0, 2, 0, 0));
    }

    @Test
    void recordsOfOtherTypes_areCountedAndSkipped() {
        var buffer = new PerfBuffer(1, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 4);
        buffer.record(0, UNKNOWN_TYPE, 8);
        buffer.record(0, 5, 32, bytes(24, 1)); // PERF_RECORD_THROTTLE
        buffer.push(0, bytes(4, 2));
        assertThat(all(consumer)).as("all were taken from the buffer").isEqualTo(3);
        assertThat(taken).containsExactly(bytes(4, 2));
        assertThat(consumer.statistics()).isEqualTo(statistics(1, 2, 0, 0, 0));
    }

    @Test
    void recordsWithoutRoom_areCounted_asSoonAsTheKernelTells() {
        var buffer = new PerfBuffer(2, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        int written = 0;
        for (int i = 0; i < 10; i++) {
            written += buffer.push(0, bytes(20, i)) ? 1 : 0;
            written += buffer.push(1, bytes(4, i)) ? 1 : 0;
        }
        assertThat(written).isEqualTo(3 + 7);
        assertThat(all(consumer)).isEqualTo(written);
        assertThat(consumer.statistics().lost()).as("nothing was written since").isEqualTo(OptionalLong.of(0));
        buffer.push(0, bytes(4, 10));
        all(consumer);
        assertThat(consumer.statistics().lost()).isEqualTo(OptionalLong.of(7));
        buffer.push(1, bytes(4, 10));
        all(consumer);
        assertThat(consumer.statistics()).isEqualTo(statistics(12, 0, 0, 0, 7 + 3));
    }

    @Test
    void cpus_takeTurns() {
        var buffer = new PerfBuffer(3, 1024, 0);
        var consumer = RingConsumer.on(buffer.memory(), 4);
        for (int cpu = 0; cpu < 3; cpu++) {
            for (int i = 0; i < 6; i++) {
                buffer.push(cpu, bytes(4, 10 * cpu + i));
            }
        }
        for (int i = 0; i < 6; i++) {
            assertThat(take(consumer, 2, keep)).isEqualTo(2);
        }
        assertThat(taken).extracting(sample -> sample[0] / 10).containsExactly(0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2);
        assertThat(consumer.statistics().backlogBytes()).isEqualTo(3 * 2 * 16);
        assertThat(all(consumer)).isEqualTo(6);
    }

    @Test
    void cursor_isToldTheCpu() {
        var buffer = new PerfBuffer(3, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 4);
        buffer.push(2, bytes(4, 1));
        buffer.push(0, bytes(4, 2));
        buffer.push(0, bytes(4, 3));
        List<Integer> seen = new ArrayList<>();
        take(consumer, 10, new RecordTarget.Cursors(_ -> {}, new CursorSeat() {
            private int from;

            @Override
            @SuppressWarnings("NullAway") // nobody looks at it
            public RecordCursor on(MemorySegment data, long offset, int length) {
                seen.add(100 * from + data.get(ValueLayout.JAVA_BYTE, offset));
                return null;
            }

            @Override
            public void from(int cpu) {
                from = cpu;
            }
        }));
        assertThat(seen).as("CPUs are called 4, 7, 10").containsExactly(402, 403, 1001);
    }

    @Test
    void reach_skipsWhatIsNotHandedOn_ofAnyCpu_andTheNextCallBeginsThere() {
        var buffer = new PerfBuffer(3, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 8);
        assertThat(consumer.reach(consumer.written())).isFalse();
        buffer.record(0, UNKNOWN_TYPE, 8);
        buffer.push(1, bytes(4, 1));
        long end = consumer.written();
        assertThat(consumer.reach(end)).isFalse();
        assertThat(consumer.isAt(end)).isTrue();
        buffer.push(2, bytes(4, 2));
        buffer.push(2, bytes(12, 3));
        buffer.push(0, bytes(4, 4));
        end = consumer.written();
        assertThat(consumer.reach(end)).isTrue();
        assertThat(consumer.reach(end)).as("asked once more").isTrue();
        assertThat(consumer.consume(end, 1, keep)).isEqualTo(1);
        assertThat(taken).containsExactly(bytes(12, 3));
        assertThat(consumer.reach(end)).isFalse();
        consumer.publish();
        assertThat(consumer.statistics()).isEqualTo(statistics(1, 1, 3, 0, 0));
    }

    @Test
    void reach_ofDamage_saysSoAndGoesOn() {
        var buffer = new PerfBuffer(2, 128, 64);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.record(0, PerfLayout.SAMPLE, 4, bytes(16, 1));
        buffer.push(1, bytes(4, 2));
        long end = consumer.written();
        assertThatThrownBy(() -> consumer.reach(end)).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("the record at position 64 has 4 bytes");
        assertThat(consumer.reach(end)).isTrue();
        assertThat(all(consumer)).isEqualTo(1);
    }

    @Test
    void max_leavesTheRest() {
        var buffer = new PerfBuffer(1, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        IntStream.range(0, 4).forEach(i -> buffer.push(0, bytes(4, i)));
        assertThat(take(consumer, 3, keep)).isEqualTo(3);
        assertThat(buffer.tail(0)).isEqualTo(48);
        assertThat(consumer.statistics().backlogBytes()).isEqualTo(16);
        assertThat(take(consumer, 3, keep)).isEqualTo(1);
    }

    @Test
    void stop_byTheHandler_leavesTheRest_alsoOfOtherCpus() {
        var buffer = new PerfBuffer(2, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        IntStream.range(0, 8).forEach(i -> buffer.push(i % 2, bytes(4, i)));
        var target = new RecordTarget.Visits((data, offset, length) -> {
            taken.add(new byte[0]);
            if (taken.size() == 2) {
                consumer.stop();
            }
        });
        assertThat(take(consumer, 10, target)).isEqualTo(2);
        assertThat(taken).hasSize(2);
        assertThat(buffer.tail(0) + buffer.tail(1)).isEqualTo(32);
    }

    @Test
    void handlerThatThrows_losesItsRecordOnly() {
        var buffer = new PerfBuffer(2, 256, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        buffer.push(0, bytes(4, 1));
        buffer.push(0, bytes(4, 2));
        buffer.push(1, bytes(4, 3));
        var thrown = new IllegalStateException("handler");
        assertThatThrownBy(() -> take(consumer, 10, new RecordTarget.Visits((data, offset, length) -> {
            throw thrown;
        }))).isSameAs(thrown);
        assertThat(buffer.tail(0)).isEqualTo(16);
        assertThat(all(consumer)).isEqualTo(2);
        assertThat(taken).as("the other CPU is next").containsExactly(bytes(4, 3), bytes(4, 2));
        assertThat(consumer.statistics()).isEqualTo(statistics(2, 0, 0, 1, 0));
    }

    @Test
    void tail_isToldForManyRecordsAtOnce_andNotOnlyInTheEnd() {
        var buffer = new PerfBuffer(2, 1024, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        IntStream.range(0, 60).forEach(i -> buffer.push(0, bytes(4, i)));
        List<Long> tails = new ArrayList<>();
        take(consumer, 100, new RecordTarget.Visits((data, offset, length) -> tails.add(buffer.tail(0))));
        assertThat(tails.stream().distinct()).as("an eighth of the buffer").containsExactly(0L, 128L, 256L, 384L, 512L,
                640L, 768L, 896L);
        assertThat(buffer.tail(0)).isEqualTo(960);
    }

    @ParameterizedTest
    @ValueSource(longs = {(1L << 31) - 32, (1L << 32) - 32, (1L << 40) + 24, Long.MAX_VALUE - 63})
    void positions_farOut_workAsNearOnes(long position) {
        var buffer = new PerfBuffer(3, 128, position & ~7L);
        var consumer = RingConsumer.on(buffer.memory(), 12);
        for (int i = 0; i < 20; i++) {
            buffer.push(i % 3, bytes(12, i));
            assertThat(all(consumer)).isEqualTo(1);
        }
        assertThat(taken).hasSize(20).last().isEqualTo(bytes(12, 19));
        assertThat(buffer.tail(0) - (position & ~7L)).isEqualTo(7 * 24);
        assertThat(consumer.statistics().backlogBytes()).isZero();
    }

    @Test
    void data_isReadOnly_andDeadWithItsArena() {
        var buffer = new PerfBuffer(2, 128, 0);
        var consumer = RingConsumer.on(buffer.memory(), 1);
        MemorySegment data;
        try (Arena arena = Arena.ofConfined()) {
            data = consumer.data(arena);
            assertThat(data.isReadOnly()).isTrue();
            assertThat(data.byteSize()).isEqualTo(buffer.memory.byteSize());
        }
        assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    /** Against a model: whatever is pushed on whatever CPU, in whatever portions it is taken. */
    @Test
    void anySequence_isTakenAsItWasPushed() {
        long seed = System.nanoTime();
        System.out.println("PerfConsumerTest.anySequence seed " + seed);
        var random = new Random(seed);
        var buffer = new PerfBuffer(3, 512, random.nextLong() & (1L << 50) - 8);
        var consumer = RingConsumer.on(buffer.memory(), 13);
        List<List<byte[]>> expected = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int tooShort = 0;
        int lost = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            int cpu = random.nextInt(3);
            byte[] sample = new byte[1 + random.nextInt(90)];
            random.nextBytes(sample);
            sample[0] = (byte) cpu;
            if (!buffer.push(cpu, sample)) {
                lost++;
            } else if (sample.length < 13) {
                tooShort++;
            } else {
                expected.get(cpu).add(sample);
            }
            if (random.nextInt(5) == 0) {
                take(consumer, 1 + random.nextInt(9), keep);
            }
        }
        all(consumer);
        for (int cpu = 0; cpu < 3; cpu++) { // so that what was lost is told
            buffer.push(cpu, new byte[0]);
        }
        all(consumer);
        for (byte cpu = 0; cpu < 3; cpu++) {
            byte own = cpu;
            List<byte[]> got = taken.stream().filter(sample -> sample[0] == own).toList();
            List<byte[]> wanted = expected.get(cpu);
            assertThat(got).as("seed %d", seed).hasSameSizeAs(wanted);
            for (int i = 0; i < got.size(); i++) {
                assertThat(Arrays.copyOf(got.get(i), wanted.get(i).length)).as("seed %d", seed)
                        .isEqualTo(wanted.get(i));
            }
        }
        assertThat(lost).as("seed %d", seed).isGreaterThan(100);
        assertThat(consumer.statistics()).as("seed %d", seed)
                .isEqualTo(statistics(taken.size(), 0, tooShort + 3, 0, lost));
    }
}
