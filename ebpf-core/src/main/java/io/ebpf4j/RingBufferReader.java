package io.ebpf4j;

import io.ebpf4j.internal.Saturated;
import io.ebpf4j.internal.ring.RecordPull;
import io.ebpf4j.internal.ring.RingPublisher;
import io.ebpf4j.internal.ring.RingSession;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
 * 7 bytes behind what was written, whatever was there before: that a record is so much too short for its type, nobody can see.
 *
 * <p>A handler is given records by {@link #drain}, {@link #poll} and {@link #run}, and together with other rings by a
 * {@link RingGroup}. Records that may be kept, which are the Java records and plain values, can also be asked for, by
 * {@link #stream()} and {@code for (Event event : reader)}, and be subscribed to, by {@link #publisher()}. Each record is
 * read once, by whoever comes first; what was not handed out stays in the ring.
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
public final class RingBufferReader<T> implements AutoCloseable, Iterable<T> {
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

    /**
     * {@return the records, those that are there and those that come} As {@link #stream(RingPolicy)} by
     * {@link RingPolicy#ADAPTIVE}.
     *
     * @throws IllegalStateException when closed
     * @throws UnsupportedOperationException when the records of this reader may not be kept
     */
    public Stream<T> stream() {
        return stream(RingPolicy.ADAPTIVE);
    }

    /**
     * {@return the records, those that are there and those that come} It ends when the stream, the reader or its program is
     * closed, from whatever thread, and waits until then. A record is taken from the ring only to be handed down the stream,
     * so that nothing is lost when it ends early, as with {@code limit} or {@code findFirst}. What throws in it ends it; the
     * record is gone and counted as failed, and another stream goes on behind it. Made parallel it is still read by one thread.
     *
     * @param policy when to look for more
     * @throws IllegalStateException when closed; thrown by the operation that reads, when another thread is reading
     * @throws UnsupportedOperationException when the records of this reader may not be kept
     */
    public Stream<T> stream(RingPolicy policy) {
        RecordPull<T> pull = pull(policy);
        return StreamSupport.stream(pull.spliterator(), false).onClose(pull::close);
    }

    /**
     * {@return the records, those that are there and those that come} Its {@code hasNext} waits until there is one, and says
     * no when the reader is closed. The record that is next is still in the ring, so that who stops asking loses nothing. A
     * record whose type's constructor throws is gone, and counted as failed.
     *
     * @throws IllegalStateException when closed; thrown by the iterator, when another thread is reading
     * @throws UnsupportedOperationException when the records of this reader may not be kept
     */
    @Override
    public Iterator<T> iterator() {
        return pull(RingPolicy.ADAPTIVE).iterator();
    }

    /** {@return what {@link #stream()} is made of} It has an order, no end that is known, and is never split. */
    @Override
    public Spliterator<T> spliterator() {
        return pull(RingPolicy.ADAPTIVE).spliterator();
    }

    /**
     * {@return a publisher of the records, which reads in a daemon thread of its own} As
     * {@link #publisher(RingPolicy, Executor)} by {@link RingPolicy#ADAPTIVE}.
     *
     * @throws IllegalStateException when closed
     * @throws UnsupportedOperationException when the records of this reader may not be kept
     */
    public Flow.Publisher<T> publisher() {
        return publisher(RingPolicy.ADAPTIVE, RingPublisher.ownThread(session.name()));
    }

    /**
     * {@return a publisher of the records, by the rules of Reactive Streams} It has one subscriber at a time, and nobody else
     * reads the ring meanwhile; a further one is told an {@link IllegalStateException}. What is not demanded is not read: it
     * stays in the ring, and when that is full the kernel refuses the program more room, see {@link RingStatistics#lost}.
     *
     * <p>Closing the reader completes the subscriber, even one that demands nothing. A subscriber that throws is taken for
     * cancelled, and logged. A ring that cannot be read, and a record whose constructor throws, is an error, after which one
     * may subscribe again to go on behind it.
     *
     * @param policy when to look for more
     * @param executor reads, and signals; it has a task that waits as long as there is demand, and none when there is not. A
     * waiting task holds its thread, also a virtual thread's carrier, so it must not be one that runs tasks in the
     * thread that submits them
     * @throws IllegalStateException when closed
     * @throws UnsupportedOperationException when the records of this reader may not be kept
     */
    public Flow.Publisher<T> publisher(RingPolicy policy, Executor executor) {
        session.checkOpen();
        return new RingPublisher<>(session, kept(), Objects.requireNonNull(policy, "policy"),
                Objects.requireNonNull(executor, "executor"));
    }

    private RecordPull<T> pull(RingPolicy policy) {
        return new RecordPull<>(session, kept(), Objects.requireNonNull(policy, "policy"));
    }

    /** The form, if its values outlive the handler. */
    private RecordForm<T> kept() {
        return switch (form) {
            case RecordForm.Objects<T> objects -> objects;
            case RecordForm.Cursors _ -> throw dead("a RecordCursor");
            case RecordForm.Segments _ -> throw dead("a MemorySegment");
        };
    }

    private UnsupportedOperationException dead(String what) {
        return new UnsupportedOperationException("ring '" + session.name() + "': " + what
                + " can be read only while its handler runs, so it can be neither streamed nor published;"
                + " use as(YourRecord.class) first, or drain, poll or run with a handler");
    }

    /**
     * Makes a {@link #poll} that waits, or else the next one, take what there is and return at once; and who looks at the ring
     * by {@link RingPolicy#every} look now. From any thread.
     */
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

    RingSession session() {
        return session;
    }

    RingSession.Chunk chunk(Consumer<? super T> handler) {
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
        return System.nanoTime() + Math.max(0, Saturated.nanos(timeout));
    }
}
