package io.ebpf4j;

import io.ebpf4j.btf.BtfType.Struct;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.bind.Binder;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.kernel.Cursor;
import io.ebpf4j.internal.spec.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A function that walks over objects of the kernel and writes of each what it likes, {@code SEC("iter/..")} with {@code bpf_seq_printf} or
 * {@code bpf_seq_write}. Each read walks anew. Thread-safe; valid until it or its program closes.
 *
 * {@snippet :
 * try (var tasks = program.function("dump_task").iterator()) {
 *     System.out.print(tasks.text());
 * }
 * }
 */
public final class BpfIterator implements AutoCloseable {
    private final ProgramSpec program;
    private final String description;
    private final Cursor cursor;
    private final Gate gate;
    private final Consumer<BpfIterator> forget;
    private final Set<GatedStream> streams = ConcurrentHashMap.newKeySet();

    BpfIterator(ProgramSpec program, String description, Cursor cursor, Consumer<BpfIterator> forget) {
        this.program = program;
        this.description = description;
        this.cursor = cursor;
        this.gate = new Gate("the iterator " + description + " is closed");
        this.forget = forget;
    }

    /**
     * {@return what the function writes, all of it}
     *
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when it is closed
     */
    public byte[] bytes() {
        try (InputStream stream = stream()) {
            return stream.readAllBytes();
        } catch (IOException e) {
            gate.inside(() -> this); // says so where it was closed meanwhile
            throw e.getCause() instanceof MapAccessException refused
                    ? refused
                    : new MapAccessException(String.valueOf(e.getMessage()), 0);
        }
    }

    /**
     * {@return what the function writes, as UTF-8 with replacement characters for what is none}
     *
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when it is closed
     */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /**
     * {@return what the function writes, each struct of it as a record} Components take fields by name, as
     * {@link BpfProgram#ringBuffer} says.
     *
     * @param struct the name of the C struct that the function writes one after another
     * @param type a record
     * @param <T> what a struct becomes
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when the object file has no such struct
     * @throws MapAccessException when the kernel refuses, or what came is not a number of whole structs
     * @throws IllegalStateException when it is closed
     */
    public <T> List<T> records(String struct, Class<T> type) {
        Struct found = program.btf().find(Struct.class, Objects.requireNonNull(struct)).orElseThrow(() -> {
            List<String> names = program.btf().types().stream().filter(Struct.class::isInstance)
                    .map(one -> ((Struct) one).name()).filter(name -> !name.isEmpty()).distinct().toList();
            return new IllegalArgumentException(program.name() + ": has no struct '" + struct + "'"
                    + Suggestion.of(struct, names));
        });
        String where = program.name() + ": struct " + struct;
        Shape shape = MapShapes.of(program, found, where);
        ValueReader<T> reader = Binder.reader(shape, type, where);
        byte[] bytes = bytes();
        if (bytes.length % shape.size() != 0) {
            throw new MapAccessException(
                    description + ": wrote " + bytes.length + " bytes, which is no multiple of the "
                            + shape.size() + " of struct " + struct,
                    0);
        }
        MemorySegment memory = MemorySegment.ofArray(bytes);
        List<T> records = new ArrayList<>(bytes.length / (int) shape.size());
        for (int at = 0; at < bytes.length; at += (int) shape.size()) {
            records.add(reader.read(memory, at));
        }
        return records;
    }

    /**
     * {@return what the function writes, as far as it is read} The walk goes on with the reading; a kernel's buffer of some pages is filled
     * ahead. A read that the kernel refuses throws an {@link IOException} whose cause is a {@link MapAccessException}.
     *
     * @throws MapAccessException when the kernel refuses
     * @throws IllegalStateException when it is closed
     */
    public InputStream stream() {
        return gate.inside(() -> {
            var stream = new GatedStream(cursor.open());
            streams.add(stream);
            return stream;
        });
    }

    /** Ends it, and its streams. Idempotent. */
    @Override
    public void close() {
        gate.close(() -> {}, () -> {
            List<Runnable> closers = new ArrayList<>();
            streams.forEach(stream -> closers.add(stream::release));
            closers.add(cursor::close);
            closers.add(() -> forget.accept(this));
            Closing.all(closers);
        });
    }

    /** {@return program, function and what it walks over} */
    @Override
    public String toString() {
        return description + (gate.isClosed() ? ", closed" : "");
    }

    /** Its descriptor is not given back while a read is under way. */
    private final class GatedStream extends InputStream {
        private final InputStream stream;
        private boolean closed; // guarded by this

        private GatedStream(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) throws IOException {
            if (closed || !gate.tryEnter()) {
                throw new IOException(description + ": the stream is closed");
            }
            try {
                return stream.read(into, offset, length);
            } finally {
                gate.exit();
            }
        }

        @Override
        public void close() {
            streams.remove(this);
            release();
        }

        private synchronized void release() {
            if (!closed) {
                closed = true;
                try {
                    stream.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
