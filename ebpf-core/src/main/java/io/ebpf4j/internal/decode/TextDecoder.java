package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * {@code char[N]} and a lone {@code char}: the bytes to the first NUL or to the end, as UTF-8 with a replacement character
 * for whatever is none.
 */
public final class TextDecoder implements FieldDecoder<String> {
    private final int size;

    TextDecoder(int size) {
        this.size = size;
    }

    /** {@return how many bytes there are for the text} */
    public int size() {
        return size;
    }

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public String decode(MemorySegment memory, long offset) {
        int length = 0;
        while (length < size && memory.get(ValueLayout.JAVA_BYTE, offset + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void encode(String value, MemorySegment memory, long offset) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > size) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" has " + bytes.length + " bytes of UTF-8, the field has " + size);
        }
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
        memory.asSlice(offset + bytes.length, size - bytes.length).fill((byte) 0);
    }
}
