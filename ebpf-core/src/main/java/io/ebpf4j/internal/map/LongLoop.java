package io.ebpf4j.internal.map;

import io.ebpf4j.LongHashMapView.Visitor;
import io.ebpf4j.decode.NumberDecoder;
import java.lang.foreign.MemorySegment;

/** Makes longs of rows. */
final class LongLoop implements RowLoop<Visitor> {
    private final NumberDecoder keyDecoder;
    private final NumberDecoder valueDecoder;

    LongLoop(NumberDecoder keyDecoder, NumberDecoder valueDecoder) {
        this.keyDecoder = keyDecoder;
        this.valueDecoder = valueDecoder;
    }

    @Override
    public void visit(MemorySegment keys, long keyStride, MemorySegment values, long valueStride, int rows,
            Visitor visitor) {
        for (int row = 0; row < rows; row++) {
            visitor.row(keyDecoder.decodeLong(keys, row * keyStride),
                    valueDecoder.decodeLong(values, row * valueStride));
        }
    }
}
