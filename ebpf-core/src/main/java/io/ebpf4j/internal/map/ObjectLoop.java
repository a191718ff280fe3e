package io.ebpf4j.internal.map;

import io.ebpf4j.internal.bind.ValueReader;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;

/** Makes objects of rows. */
final class ObjectLoop implements RowLoop<BiConsumer<Object, Object>> {
    private final ValueReader<?> keyReader;
    private final ValueReader<?> valueReader;

    ObjectLoop(ValueReader<?> keyReader, ValueReader<?> valueReader) {
        this.keyReader = keyReader;
        this.valueReader = valueReader;
    }

    @Override
    public void visit(MemorySegment keys, long keyStride, MemorySegment values, long valueStride, int rows,
            BiConsumer<Object, Object> visitor) {
        for (int row = 0; row < rows; row++) {
            visitor.accept(keyReader.read(keys, row * keyStride), valueReader.read(values, row * valueStride));
        }
    }
}
