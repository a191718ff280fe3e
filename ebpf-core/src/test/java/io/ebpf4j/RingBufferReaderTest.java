package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Drained.Reason;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@Timeout(20)
class RingBufferReaderTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    /** `struct record` of the fixture. */
    record Sent(long i, int low, String text) {}

    private final List<Long> seen = new ArrayList<>();

    private static String record(String folder, int i) {
        String number = "%016x".formatted(i);
        String low = "%08x".formatted((int) (i * 2654435761L));
        if (!folder.equals(Fixtures.BIG)) {
            number = reversed(number);
            low = reversed(low);
        }
        return number + low + "%02x%02x%02x00".formatted('a' + i % 26, 'a' + (i + 1) % 26, 'a' + (i + 2) % 26);
    }

    private static String reversed(String hex) {
        var text = new StringBuilder();
        for (int i = hex.length(); i > 0; i -= 2) {
            text.append(hex, i - 2, i);
        }
        return text.toString();
    }

    private static BpfProgram program(String folder, int records, String... more) {
        var text = new StringBuilder("ebpf4j-dump 1\nring records\n");
        for (int i = 0; i < records; i++) {
            text.append("record ").append(record(folder, i)).append('\n');
        }
        for (String hex : more) {
            text.append("record ").append(hex).append('\n');
        }
        return BpfProgram.replay(Fixtures.spec(folder, "ring_records"), MapDump.parse(text.toString(), "x"));
    }

    private static BpfProgram program(int records) {
        return program(Fixtures.CLANG19, records);
    }

    private static RingBufferReader<Sent> reader(BpfProgram program) {
        return program.ringBuffer("records", Sent.class);
    }

    private void take(Sent sent) {
        seen.add(sent.i());
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void drain_readsAllRecordsInOrder(String folder) {
        try (var program = program(folder, 1000); var reader = reader(program)) {
            List<Sent> all = new ArrayList<>();
            assertThat(reader.drain(all::add)).isEqualTo(new Drained(1000, 0, 0, 0, Reason.EMPTY));
            assertThat(all).hasSize(1000).first().isEqualTo(new Sent(0, 0, "abc"));
            assertThat(all.get(27)).isEqualTo(new Sent(27, (int) (27 * 2654435761L), "bcd"));
            assertThat(all).extracting(Sent::i).isSorted().doesNotHaveDuplicates();
            assertThat(reader.drain(all::add)).isEqualTo(new Drained(0, 0, 0, 0, Reason.EMPTY));
            assertThat(reader.statistics()).isEqualTo(new RingStatistics(1000, 0, 0, 0, 0));
        }
    }

    @Test
    void drain_ofAtMostSome_leavesTheRest() {
        try (var program = program(5); var reader = reader(program)) {
            assertThat(reader.drain(this::take, 2)).isEqualTo(new Drained(2, 0, 0, 3 * 24, Reason.MAX));
            assertThat(reader.drain(this::take, 3)).as("exactly as many as there are")
                    .isEqualTo(new Drained(3, 0, 0, 0, Reason.MAX));
            assertThat(reader.drain(this::take, 3)).isEqualTo(new Drained(0, 0, 0, 0, Reason.EMPTY));
            assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThatThrownBy(() -> reader.drain(this::take, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("max=0, expected 1 or more");
        }
    }

    @Test
    void drain_ofShortRecords_countsThem() {
        try (var program = program(Fixtures.CLANG19, 1, "0102", ""); var reader = reader(program)) {
            assertThat(reader.drain(this::take)).isEqualTo(new Drained(1, 0, 2, 0, Reason.EMPTY));
            assertThat(reader.statistics()).isEqualTo(new RingStatistics(1, 0, 2, 0, 0));
        }
    }

    @Test
    void poll_withRecords_returnsAtOnce() {
        try (var program = program(2); var reader = reader(program)) {
            assertThat(reader.poll(this::take, Duration.ofDays(400_000_000))).isEqualTo(
                    new Drained(2, 0, 0, 0, Reason.EMPTY));
        }
    }

    @Test
    void poll_withoutRecords_endsAtTheDeadline() {
        try (var program = program(0); var reader = reader(program)) {
            long before = System.nanoTime();
            assertThat(reader.poll(this::take, Duration.ofMillis(60)))
                    .isEqualTo(new Drained(0, 0, 0, 0, Reason.DEADLINE));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(60),
                    Duration.ofSeconds(5));
            assertThat(reader.poll(this::take, Duration.ZERO).reason()).isEqualTo(Reason.DEADLINE);
            assertThat(reader.poll(this::take, Duration.ofSeconds(-5)).reason()).isEqualTo(Reason.DEADLINE);
        }
    }

    @Test
    void poll_ofRecordsThatAreTooShort_waitsOn() {
        try (var program = program(Fixtures.CLANG19, 0, "01"); var reader = reader(program)) {
            assertThat(reader.poll(this::take, Duration.ofMillis(20)))
                    .isEqualTo(new Drained(0, 0, 0, 0, Reason.DEADLINE));
            assertThat(reader.statistics().tooShort()).isEqualTo(1);
        }
    }

    @Test
    void close_ofReaderOrProgram_wakesAPollPromptly() throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            for (boolean whole : new boolean[]{false, true}) {
                var program = program(0);
                var reader = reader(program);
                var begun = new CountDownLatch(1);
                Future<Drained> polled = threads.submit(() -> {
                    begun.countDown();
                    return reader.poll(this::take, Duration.ofDays(1));
                });
                begun.await();
                Thread.sleep(30);
                assertThat(polled).isNotDone();
                long before = System.nanoTime();
                if (whole) {
                    program.close();
                } else {
                    reader.close();
                }
                assertThat(polled.get(5, TimeUnit.SECONDS)).isEqualTo(new Drained(0, 0, 0, 0, Reason.CLOSED));
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
                program.close();
            }
        }
    }

    @Test
    void interrupt_doesNotEndAPollAndIsKept() throws Exception {
        try (var program = program(0); var reader = reader(program)) {
            Thread.currentThread().interrupt();
            assertThat(reader.poll(this::take, Duration.ofMillis(30)).reason()).isEqualTo(Reason.DEADLINE);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void handler_thatClosesItsReader_getsNoMore() {
        try (var program = program(5)) {
            var reader = reader(program);
            assertThat(reader.drain(sent -> {
                take(sent);
                reader.close();
            })).isEqualTo(new Drained(1, 0, 0, 4 * 24, Reason.CLOSED));
            assertThat(seen).containsExactly(0L);
            assertThat(reader.statistics()).isEqualTo(new RingStatistics(1, 0, 0, 0, 4 * 24));
            assertThatThrownBy(() -> reader.drain(this::take)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the reader of ring 'records' is closed");
            try (var next = reader(program)) {
                assertThat(next.drain(this::take)).isEqualTo(new Drained(4, 0, 0, 0, Reason.EMPTY));
            }
            assertThat(seen).as("the next reader goes on where this one stopped").containsExactly(0L, 1L, 2L, 3L, 4L);
        }
    }

    @Test
    void handler_thatClosesTheProgram_getsNoMore() {
        var program = program(5);
        var reader = reader(program);
        assertThat(reader.drain(sent -> {
            take(sent);
            program.close();
        })).isEqualTo(new Drained(1, 0, 0, 4 * 24, Reason.CLOSED));
        assertThat(seen).containsExactly(0L);
        assertThat(reader.statistics().records()).isEqualTo(1);
        assertThatThrownBy(() -> reader(program)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program ring_records is closed");
    }

    @Test
    void handler_thatThrows_losesItsRecordOnly() {
        try (var program = program(3); var reader = reader(program)) {
            assertThatThrownBy(() -> reader.drain(sent -> {
                throw new IllegalArgumentException("handler " + sent.i());
            })).isInstanceOf(IllegalArgumentException.class).hasMessage("handler 0");
            assertThat(reader.drain(this::take).records()).isEqualTo(2);
            assertThat(seen).containsExactly(1L, 2L);
            assertThat(reader.statistics()).isEqualTo(new RingStatistics(2, 0, 0, 1, 0));
        }
    }

    @Test
    void secondThread_isToldThatItIsTheSecond() throws Exception {
        try (var program = program(1);
                var reader = reader(program);
                var threads = Executors.newSingleThreadExecutor()) {
            var inHandler = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            Future<Drained> first = threads.submit(() -> reader.drain(sent -> {
                inHandler.countDown();
                try {
                    assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            inHandler.await();
            assertThatThrownBy(() -> reader.drain(this::take)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("ring 'records' is being read by another thread, or by the handler that asks");
            assertThatThrownBy(() -> reader.poll(this::take, Duration.ZERO)).isInstanceOf(IllegalStateException.class);
            go.countDown();
            assertThat(first.get().records()).isEqualTo(1);
            assertThat(reader.drain(this::take).records()).as("free again").isZero();
        }
    }

    @Test
    void handler_thatReadsItsReader_isToldSo() {
        try (var program = program(1); var reader = reader(program)) {
            assertThatThrownBy(() -> reader.drain(sent -> reader.drain(this::take)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("the handler that asks");
        }
    }

    @Test
    void secondReader_isRefusedUntilTheFirstCloses() {
        try (var program = program(2)) {
            var reader = reader(program);
            assertThatThrownBy(() -> reader(program)).isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("ring_records: ring 'records' already has a reader or is exported");
            assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ring 'records'");
            reader.close();
            reader.close();
            assertThat(program.dump().toText()).contains("record " + record(Fixtures.CLANG19, 1));
            try (var again = reader(program)) {
                assertThat(again.drain(this::take).records()).as("a dump leaves them").isEqualTo(2);
            }
            assertThat(program.dump().toText()).doesNotContain("record ");
        }
    }

    @Test
    void ring_thatIsExported_cannotBeReadAndTheOtherWayRound() {
        try (var program = program(0).export(new Nowhere())) {
            assertThatThrownBy(() -> reader(program)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ring 'records' already has a reader or is exported");
        }
        var program = program(0);
        var reader = reader(program);
        assertThatThrownBy(() -> program.export(new Nowhere())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ring 'records'");
        assertThatThrownBy(() -> reader.drain(this::take)).as("exporting failed, so the program is closed")
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readerThatDoesNotFit_leavesTheRingFree() {
        record Wrong(short i) {}
        try (var program = program(1)) {
            assertThatThrownBy(() -> program.ringBuffer("records", Wrong.class)).isInstanceOf(BindingException.class);
            try (var reader = reader(program)) {
                assertThat(reader.drain(this::take).records()).isEqualTo(1);
            }
        }
    }

    @Test
    void statistics_afterClose_stay() {
        RingBufferReader<Sent> reader;
        try (var program = program(3)) {
            reader = reader(program);
            reader.drain(this::take, 1);
        }
        assertThat(reader.statistics()).isEqualTo(new RingStatistics(1, 0, 0, 0, 2 * 24));
        reader.close();
    }
}
