package io.ebpf4j.internal.bind;

import static io.ebpf4j.Types.at;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compiled does what {@link KeyWriter} does, whose test runs it too; here are the numbers, with all their limits. */
class RecordWriterTest {
    private static Shape shape(Types types, int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "x.o: map 'm'");
    }

    record Bytes(byte value) {}

    record Shorts(short value) {}

    record Ints(int value) {}

    record Longs(long value) {}

    private static List<Record> values() {
        List<Record> values = new ArrayList<>();
        for (long value : new long[]{0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, Integer.MAX_VALUE,
                1L << 31, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE}) {
            for (long signed : new long[]{value, -value, ~value}) {
                values.add(new Longs(signed));
                values.add(new Ints((int) signed));
                values.add(new Shorts((short) signed));
                values.add(new Bytes((byte) signed));
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, -1, -2, -4, -8})
    void integers_fitOrNot_asKeyWriterSays(int size) {
        var types = Types.little();
        int integer = size < 0 ? types.signed(-size) : types.unsigned(size);
        Shape shape = shape(types, types.struct("s", Math.abs(size) + 8, at(8, "value", integer)));
        for (Record value : values()) {
            assertThat(outcome(RecordWriter.of(shape, type(value), "here"), value)).as(value.toString())
                    .isEqualTo(outcome(KeyWriter.of(shape, type(value), "here"), value));
        }
    }

    @SuppressWarnings("unchecked") // it is its class
    private static Class<Record> type(Record value) {
        return (Class<Record>) value.getClass();
    }

    private static String outcome(ValueWriter<Record> writer, Record value) {
        MemorySegment memory = MemorySegment.ofArray(new byte[32]);
        try {
            writer.write(value, memory, 4);
            return hex(memory);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    record Throws(int first, int second) {
        @Override
        public int second() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    void accessorThatThrows_isPassedOn_afterWhatIsBeforeIt() {
        var types = Types.little();
        Shape shape = shape(types,
                types.struct("s", 8, at(0, "first", types.signed(4)), at(4, "second", types.signed(4))));
        MemorySegment memory = MemorySegment.ofArray(new byte[8]);
        ValueWriter<Throws> writer = RecordWriter.of(shape, Throws.class, "here");
        assertThatThrownBy(() -> writer.write(new Throws(7, 8), memory, 0))
                .isInstanceOf(UnsupportedOperationException.class).hasMessage("not today");
        assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(7);
    }
}
