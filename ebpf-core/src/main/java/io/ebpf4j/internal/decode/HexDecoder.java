package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Bytes in memory order as hex digits: for a union, which does not say which of its members is meant. */
final class HexDecoder implements FieldDecoder<String> {
    private final int size;

    HexDecoder(int size) {
        this.size = size;
    }

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public String decode(MemorySegment memory, long offset) {
        return HexFormat.of().formatHex(memory.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE));
    }
}
