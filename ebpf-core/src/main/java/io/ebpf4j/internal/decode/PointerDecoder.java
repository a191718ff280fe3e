package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Pointers, as the text {@code 0xffff888003a5c000}. */
final class PointerDecoder implements FieldDecoder<String> {
    private final Layouts layouts;

    PointerDecoder(ByteOrder order) {
        this.layouts = Layouts.of(order);
    }

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public String decode(MemorySegment memory, long offset) {
        return "0x" + HexFormat.of().toHexDigits(layouts.unsigned(memory, offset, Long.BYTES));
    }
}
