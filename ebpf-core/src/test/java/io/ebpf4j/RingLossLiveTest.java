package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Records that find no room are counted by the program, and shown: what was written is what was read and what was lost. */
@Live
class RingLossLiveTest {
    private static final int WANTED = 500;

    record Sample(long number, long twice) {}

    private static void fill(BpfProgram program, int records) {
        for (int i = 0; i < records; i++) {
            program.function("write_one").testRun(TestRun.defaults());
        }
    }

    @Test
    @SuppressWarnings("try") // closed early
    void recordsWithoutRoom_areCounted_alsoAfterClose() {
        try (var program = BpfProgram.load(Fixtures.path("live", "ring_lost"));
                var reserved = program.ringBuffer("reserved", Sample.class);
                var copied = program.ringBuffer("copied", Sample.class)) {
            assertThat(reserved.statistics().lost()).isEqualTo(OptionalLong.of(0));
            fill(program, WANTED);
            List<Sample> read = new ArrayList<>();
            var drained = reserved.drain(read::add);
            long lost = reserved.statistics().lost().orElseThrow();
            assertThat(drained.discarded()).isEqualTo(1);
            assertThat(read).element(1).isEqualTo(new Sample(2, 4));
            assertThat(read.size() + drained.discarded() + lost).isEqualTo(WANTED);
            assertThat(lost).isGreaterThan(WANTED / 2);

            List<Sample> copies = new ArrayList<>();
            copied.drain(copies::add);
            assertThat(copies.size() + copied.statistics().lost().orElseThrow()).isEqualTo(WANTED);
            assertThat(copies).startsWith(new Sample(0, 0), new Sample(1, 2));

            fill(program, 10); // there is room again
            assertThat(reserved.drain(read::add).records()).isEqualTo(10);
            reserved.close();
            assertThat(reserved.statistics().lost()).isEqualTo(OptionalLong.of(lost));
        }
    }

    @Test
    void programThatDoesNotCount_isNotSaidToLoseNothing() {
        try (var program = BpfProgram.load(Fixtures.path("maps_counter"), LoadOptions.defaults().attachNothing());
                var reader = program.ringBuffer("seen", MemorySegment.class)) {
            assertThat(reader.statistics().lost()).isEmpty();
        }
    }
}
