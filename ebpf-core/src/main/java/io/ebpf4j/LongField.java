package io.ebpf4j;

import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.internal.bind.WordField;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An integer field of a ring's records, found once; see {@link RecordCursor}. Thread-safe.
 */
public final class LongField {
    private final String path;
    private final long offset;
    private final NumberDecoder decoder;
    private final @Nullable WordField word;

    LongField(String path, long offset, NumberDecoder decoder, long recordSize) {
        this.path = path;
        this.offset = offset;
        this.decoder = decoder;
        this.word = WordField.of(offset, decoder, recordSize).orElse(null);
    }

    long read(MemorySegment data, long record) {
        return word != null ? word.read(data, record) : decoder.decodeLong(data, record + offset);
    }

    @Override
    public String toString() {
        return path;
    }
}
