package io.ebpf4j.metrics;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.Output;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.RowVisitor;
import io.ebpf4j.export.TableSource;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A kernel's table, made by hand. */
final class FakeTable implements TableSource.Rows {
    private static final HexFormat HEX = HexFormat.of();

    final AtomicInteger reads = new AtomicInteger();
    volatile Throwable failure;
    volatile Runnable whileReading = () -> {};
    private final Map<String, byte[]> rows = new LinkedHashMap<>();
    private final String program;
    private final MapSpec spec;
    private final Shape key;
    private final Shape value;

    FakeTable(String name, Output output, Shape key, Shape value) {
        this("tcp", name, MapType.HASH, output, key, value);
    }

    FakeTable(String program, String name, MapType type, Output output, Shape key, Shape value) {
        this.program = program;
        this.key = key;
        this.value = value;
        this.spec = spec(name, type, output);
    }

    static MapSpec spec(String name, MapType type, Output output) {
        return new MapSpec(name, type, 1, 4, 8, 1024, 0, Optional.empty(), Optional.empty(),
                Optional.ofNullable(output), ".maps");
    }

    TableSource source() {
        return new TableSource(program, spec, key, value, this);
    }

    /** Sets a row; key and value are made of {@link Shapes#bytes}. */
    synchronized FakeTable put(byte[] k, Object... v) {
        byte[] bytes = Shapes.bytes(v);
        if (k.length != key.size() || bytes.length != value.size()) {
            throw new IllegalArgumentException(k.length + " and " + bytes.length + " bytes");
        }
        rows.put(HEX.formatHex(k), bytes);
        return this;
    }

    synchronized void remove(byte[] k) {
        if (rows.remove(HEX.formatHex(k)) == null) {
            throw new IllegalArgumentException("no such row");
        }
    }

    @Override
    public synchronized int forEach(RowVisitor visitor) {
        reads.incrementAndGet();
        whileReading.run();
        // Not at offset 0, as in a batch.
        rows.forEach((k, v) -> visitor.row(shifted(HEX.parseHex(k), 3), 3, shifted(v, 5), 5));
        switch (failure) {
            case null -> {
            }
            case Error error -> throw error;
            case Throwable other -> throw (RuntimeException) other;
        }
        return rows.size();
    }

    static MemorySegment shifted(byte[] bytes, int by) {
        byte[] moved = new byte[bytes.length + by];
        System.arraycopy(bytes, 0, moved, by, bytes.length);
        return MemorySegment.ofArray(moved);
    }
}
