package io.ebpf4j.internal.bind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordFieldTest {
    private static final ByteOrder FOREIGN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN;

    private static NumberDecoder decoder(ByteOrder order, int size, boolean signed) {
        var types = Types.in(order);
        int id = signed ? types.signed(size) : types.unsigned(size);
        Btf btf = types.btf();
        var shape = (Shape.Scalar) new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "here");
        return (NumberDecoder) shape.decoder();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 24})
    void word_readsWhatTheDecoderDoes_wherever(int recordSize) {
        long seed = System.nanoTime();
        System.out.println("WordFieldTest seed " + seed);
        byte[] bytes = new byte[recordSize + 5];
        new Random(seed).nextBytes(bytes);
        var memory = MemorySegment.ofArray(bytes);
        for (int size : new int[]{1, 2, 4, 8}) {
            for (boolean signed : new boolean[]{false, true}) {
                NumberDecoder decoder = decoder(ByteOrder.nativeOrder(), size, signed);
                for (int offset = 0; offset + size <= recordSize; offset++) {
                    var word = WordField.of(offset, decoder, recordSize).orElseThrow();
                    assertThat(word.offset()).as("within the record").isBetween(0L, recordSize - 8L);
                    assertThat(word.read(memory, 5))
                            .as("%d bytes at %d of %d, signed %s, seed %d", size, offset, recordSize, signed, seed)
                            .isEqualTo(decoder.decodeLong(memory, 5 + offset));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void word_ofARecordThatHasNone_isNone(int recordSize) {
        assertThat(WordField.of(0, decoder(ByteOrder.nativeOrder(), 1, false), recordSize)).isEmpty();
        assertThat(WordField.of(0, decoder(FOREIGN, 4, false), 16)).isEmpty();
    }
}
