package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the records of a ring can be read as; {@code struct record { u64 i; u32 low; char text[4]; }} of the fixture. */
class RingFormsTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    record Sent(long i, int low, String text) {}

    /** i is 0x0102030405060708, low 0xfffefdfc, text "ab", and a byte more than the type has. */
    private static BpfProgram program(String folder, int records) {
        String number = folder.equals(Fixtures.BIG) ? "0102030405060708fffefdfc" : "0807060504030201fcfdfeff";
        String record = "record " + number + "61620000\n";
        String text = "ebpf4j-dump 1\nring records\n" + record.repeat(records) + "record " + number + "6162000099\n";
        return BpfProgram.replay(Fixtures.spec(folder, "ring_records"), MapDump.parse(text, "x"));
    }

    @Test
    void segments_areAsLongAsTheirRecords_andCannotBeWritten() {
        try (var program = program(Fixtures.CLANG19, 2);
                var reader = program.ringBuffer("records", MemorySegment.class)) {
            List<Long> sizes = new ArrayList<>();
            List<Integer> last = new ArrayList<>();
            var drained = reader.drain(record -> {
                sizes.add(record.byteSize());
                last.add((int) record.get(ValueLayout.JAVA_BYTE, record.byteSize() - 1));
                assertThatThrownBy(() -> record.get(ValueLayout.JAVA_BYTE, record.byteSize()))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> record.set(ValueLayout.JAVA_BYTE, 0, (byte) 0))
                        .isInstanceOf(IllegalArgumentException.class);
            });
            assertThat(sizes).containsExactly(16L, 16L, 17L);
            assertThat(last).containsExactly(0, 0, -0x67);
            assertThat(drained.records()).isEqualTo(3);
        }
    }

    @Test
    void segment_keptBeyondTheCall_throwsForEver() {
        try (var program = program(Fixtures.CLANG19, 0);
                var reader = program.ringBuffer("records", MemorySegment.class)) {
            List<MemorySegment> kept = new ArrayList<>();
            reader.drain(kept::add);
            assertThatThrownBy(() -> kept.getFirst().get(ValueLayout.JAVA_BYTE, 0))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void segment_inAnotherThread_throws() {
        try (var program = program(Fixtures.CLANG19, 0);
                var reader = program.ringBuffer("records", MemorySegment.class);
                var executor = Executors.newSingleThreadExecutor()) {
            reader.drain(record -> assertThatThrownBy(
                    () -> executor.submit(() -> record.get(ValueLayout.JAVA_BYTE, 0)).get())
                    .isInstanceOf(ExecutionException.class).hasCauseInstanceOf(WrongThreadException.class));
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void cursor_readsFieldsOfEachRecord(String folder) {
        try (var program = program(folder, 2); var reader = program.ringBuffer("records", RecordCursor.class)) {
            LongField number = reader.longField("i");
            LongField low = reader.longField("low");
            ValueField<String> text = reader.field("text", String.class);
            List<String> seen = new ArrayList<>();
            reader.drain(record -> seen.add(Long.toHexString(record.get(number)) + ' '
                    + Long.toHexString(record.get(low)) + ' ' + record.get(text) + ' ' + record.length()));
            String fields = "102030405060708 fffefdfc ab ";
            assertThat(seen).containsExactly(fields + 16, fields + 16, fields + 17);
        }
    }

    @Test
    void cursor_keptBeyondTheCall_saysSo() {
        try (var program = program(Fixtures.CLANG19, 0);
                var reader = program.ringBuffer("records", RecordCursor.class)) {
            LongField number = reader.longField("i");
            List<RecordCursor> kept = new ArrayList<>();
            reader.drain(kept::add);
            assertThatThrownBy(() -> kept.getFirst().get(number)).isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the cursor is on no record");
            assertThatThrownBy(() -> kept.getFirst().length()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void oneReader_inThreeForms_readsEachRecordOnce() {
        try (var program = program(Fixtures.CLANG19, 2); var objects = program.ringBuffer("records", Sent.class)) {
            var cursors = objects.as(RecordCursor.class);
            var segments = objects.as(MemorySegment.class);
            LongField number = cursors.longField("i");
            List<Object> seen = new ArrayList<>();
            objects.drain(seen::add, 1);
            cursors.drain(record -> seen.add(record.get(number)), 1);
            segments.drain(record -> seen.add(record.byteSize()), 1);
            assertThat(seen).containsExactly(new Sent(0x0102030405060708L, 0xfffefdfc, "ab"), 0x0102030405060708L, 17L);
            assertThat(objects.statistics().records()).isEqualTo(3);
            segments.close();
            assertThatThrownBy(() -> objects.drain(seen::add)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void field_thatIsNone_namesThoseThereAre() {
        try (var program = program(Fixtures.CLANG19, 0);
                var reader = program.ringBuffer("records", RecordCursor.class)) {
            assertThatThrownBy(() -> reader.longField("lov")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no member 'lov' (did you mean 'low'?); its members are [i, low, text]");
            assertThatThrownBy(() -> reader.longField("text")).isInstanceOf(BindingException.class)
                    .hasMessageContaining("field 'text' of C type char[4] is no integer; use field(\"text\", type)");
            assertThatThrownBy(() -> reader.field("i", String.class)).isInstanceOf(BindingException.class)
                    .hasMessageContaining("field 'i'");
        }
    }
}
