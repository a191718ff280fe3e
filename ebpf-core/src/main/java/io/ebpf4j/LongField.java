package io.ebpf4j;

import io.ebpf4j.decode.NumberDecoder;

/**
 * An integer field of a ring's records, found once; see {@link RecordCursor}. Thread-safe.
 */
public final class LongField {
    private final String path;
    private final long offset;
    private final NumberDecoder decoder;

    LongField(String path, long offset, NumberDecoder decoder) {
        this.path = path;
        this.offset = offset;
        this.decoder = decoder;
    }

    long offset() {
        return offset;
    }

    NumberDecoder decoder() {
        return decoder;
    }

    @Override
    public String toString() {
        return path;
    }
}
