package io.ebpf4j;

import io.ebpf4j.internal.bind.ValueReader;

/**
 * A field of a ring's records, found once; see {@link RecordCursor}. Thread-safe.
 *
 * @param <T> what its value becomes
 */
public final class ValueField<T> {
    private final String path;
    private final long offset;
    private final ValueReader<T> reader;

    ValueField(String path, long offset, ValueReader<T> reader) {
        this.path = path;
        this.offset = offset;
        this.reader = reader;
    }

    long offset() {
        return offset;
    }

    ValueReader<T> reader() {
        return reader;
    }

    @Override
    public String toString() {
        return path;
    }
}
