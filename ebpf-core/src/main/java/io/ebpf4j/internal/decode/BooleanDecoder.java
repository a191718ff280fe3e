package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code bool}: a byte that is not 0. */
final class BooleanDecoder implements FieldDecoder<Boolean> {
    @Override
    public Class<Boolean> type() {
        return Boolean.class;
    }

    @Override
    public Boolean decode(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) != 0;
    }

    @Override
    public void encode(Boolean value, MemorySegment memory, long offset) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) (value ? 1 : 0));
    }
}
