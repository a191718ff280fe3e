package io.ebpf4j;

import io.ebpf4j.internal.ring.RingSession;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads the records of a ring buffer or perf buffer, straight from the memory that the kernel writes to. Kernel floor 5.8,
 * for perf buffers 4.4.
 *
 * <p>What a record is handed on as, was said when the reader was made, and {@link #as} gives the same reader for another
 * form: a Java record; the {@link RecordCursor}, which reads single fields and makes no object; or the memory itself, a
 * {@link java.lang.foreign.MemorySegment} that is as long as the record and read-only, and that throws once the handler
 * has returned and the kernel may write there again.
 *
 * <p>A perf buffer is one a CPU behind the same reader: the records of each CPU come in order, those of several in none, and a
 * call takes from one after the other. Its records begin on multiples of 4 bytes only: of a {@code MemorySegment} read
 * numbers with {@link java.lang.foreign.ValueLayout#JAVA_LONG_UNALIGNED}; and their length is what the kernel makes of it, with up to
 * 7 zeros behind what was written.
 *
 * <p>Reading is for one thread at a time; a second one is told so. {@link #statistics}, {@link #flush} and {@link #close}
 * are for any thread: closing wakes a reader that waits, and returns when it has left. A handler may close its own
 * reader.
 *
 * {@snippet :
 * try (var reader = program.ringBuffer("opens", OpenEvent.class)) {
 *     while (reader.poll(System.out::println, Duration.ofSeconds(1)).reason() != Drained.Reason.CLOSED) {
 *     }
 * }
 * }
 *
 * @param <T> what a record becomes
 */
public final class RingBufferReader<T> implements AutoCloseable {
    private final RingSession session;
    private final RecordForm<T> form;
    private final RecordForms forms;

    RingBufferReader(RingSession session, RecordForm<T> form, RecordForms forms) {
        this.session = session;
        this.form = form;
        this.forms = forms;
    }

    /**
     * {@return this reader for another form} Both read the same ring, and closing one closes both.
     *
     * @param type as of {@link BpfProgram#ringBuffer}
     * @param <U> what a record becomes
     * @throws BindingException when the Java type does not fit
     */
    public <U> RingBufferReader<U> as(Class<U> type) {
        return new RingBufferReader<>(session, forms.of(type), forms);
    }

    /**
     * {@return an integer field of the records, for a {@link RecordCursor}}
     *
     * @param path its C name, or that of a part: {@code peer.port}, {@code sizes[2]}
     * @throws IllegalArgumentException when there is none, naming those there are
     * @throws BindingException when it is no integer
     */
    public LongField longField(String path) {
        return forms.longField(path);
    }

    /**
     * {@return a field of the records, for a {@link RecordCursor}}
     *
     * @param path its C name, or that of a part: {@code peer.address}, {@code comm}
     * @param type what its value becomes, as of {@link BpfProgram#ringBuffer}
     * @param <U> what its value becomes
     * @throws IllegalArgumentException when there is none, naming those there are
     * @throws BindingException when the Java type does not fit
     */
    public <U> ValueField<U> field(String path, Class<U> type) {
        return forms.field(path, type);
    }

    /**
     * Reads all records that are there now, without waiting. What comes meanwhile is for the next call.
     *
     * @param handler takes each record. When it throws, its record is gone, the rest stays for the next call, and the
     * exception leaves this one
     * @return what there was
     * @throws IllegalStateException when closed, or when another thread is reading
     */
    public Drained drain(Consumer<? super T> handler) {
        return drain(handler, Integer.MAX_VALUE);
    }

    /**
     * Reads some of the records that are there, without waiting.
     *
     * @param handler takes each record, as in {@link #drain(Consumer)}
     * @param max how many at most, those that are not handed on included
     * @return what there was
     * @throws IllegalStateException when closed, or when another thread is reading
     */
    public Drained drain(Consumer<? super T> handler, int max) {
        return session.drain(chunk(handler), checked(max), 0, false);
    }

    /**
     * Reads some of the records that are there, for some time, without waiting. The clock is looked at every few records.
     *
     * @param handler takes each record, as in {@link #drain(Consumer)}
     * @param max how many at most, those that are not handed on included
     * @param limit how long
     * @return what there was
     * @throws IllegalStateException when closed, or when another thread is reading
     */
    public Drained drain(Consumer<? super T> handler, int max, Duration limit) {
        return session.drain(chunk(handler), checked(max), deadline(limit), true);
    }

    /**
     * Waits until a record is there, then reads all that are. Interrupting the thread does not end the wait, closing the
     * reader does.
     *
     * @param handler takes each record, as in {@link #drain(Consumer)}
     * @param timeout how long to wait at most
     * @return what there was; no records when the time ran out, or somebody flushed or closed the reader
     * @throws IllegalStateException when closed already, or when another thread is reading
     */
    public Drained poll(Consumer<? super T> handler, Duration timeout) {
        return session.poll(chunk(handler), deadline(timeout));
    }

    /**
     * Reads until somebody closes the reader or its program, in this thread.
     *
     * @param handler takes each record
     * @param policy when to look for more
     * @param failures takes what the handler throws; the record is gone and counted, and reading goes on. What this throws
     * itself ends the reading
     * @throws IllegalStateException when closed already, or when another thread is reading
     */
    public void run(Consumer<? super T> handler, RingPolicy policy, Consumer<? super Throwable> failures) {
        session.run(chunk(handler), Objects.requireNonNull(policy), Objects.requireNonNull(failures));
    }

    /** Makes a {@link #poll} that waits, or else the next one, take what there is and return at once. From any thread. */
    public void flush() {
        session.flush();
    }

    /** {@return what became of the records so far} From any thread, also after close. */
    public RingStatistics statistics() {
        return session.statistics();
    }

    /** Ends reading: wakes and waits for a thread that reads, then gives the memory back. Idempotent. */
    @Override
    public void close() {
        session.close();
    }

    private RingSession.Chunk chunk(Consumer<? super T> handler) {
        Objects.requireNonNull(handler);
        return (ring, end, max) -> form.consume(ring, end, max, handler);
    }

    private static int checked(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max=" + max + ", expected 1 or more");
        }
        return max;
    }

    private static long deadline(Duration timeout) {
        return System.nanoTime() + Math.max(0, saturatedNanos(timeout));
    }

    private static long saturatedNanos(Duration timeout) {
        try {
            return Math.min(timeout.toNanos(), Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 2;
        }
    }
}
