package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records of a ring one by one, for whom asks for the next. One is taken only to be handed out, so that none is lost when
 * nobody asks any more. Between two questions nobody is kept from the ring.
 *
 * @param <T> what a record becomes
 */
public final class RecordPull<T> implements AutoCloseable {
    private final RingSession session;
    private final RecordSource<T> source;
    private final RingLoop loop;
    private @Nullable Consumer<? super T> handler; // of the call that is on, as what follows
    private boolean all;
    private boolean done;
    private volatile boolean ended;

    /**
     * Begins where the last reader stopped.
     *
     * @param session the ring
     * @param source makes the values
     * @param policy when to look for more
     * @throws IllegalStateException when closed
     */
    public RecordPull(RingSession session, RecordSource<T> source, RingPolicy policy) {
        session.checkOpen();
        this.session = session;
        this.source = source;
        this.loop = session.loop(new Turn(), policy, () -> ended || (done && !all));
    }

    /** {@return whether there is one, once that is known; not when ended} It stays in the ring. */
    boolean await() {
        return run(null, false);
    }

    /** {@return whether one was handed out; not when ended} Waits for it. */
    boolean next(Consumer<? super T> to) {
        return run(to, false);
    }

    /** Hands out all that comes until ended. */
    void rest(Consumer<? super T> to) {
        run(to, true);
    }

    private boolean run(@Nullable Consumer<? super T> to, boolean until) {
        return session.readingUnlessClosed(() -> {
            handler = to;
            all = until;
            done = false;
            try {
                loop.proceed();
            } finally {
                handler = null;
                if (!done || all) {
                    session.consumer().publish();
                }
            }
            return done;
        });
    }

    /** Ends it: who waits is told that there is no more. The ring can be read on. From any thread. */
    @Override
    public void close() {
        ended = true;
        session.wake();
        session.settle();
    }

    /** {@return it as an iterator} */
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private @Nullable T value;

            @Override
            public boolean hasNext() {
                return await();
            }

            @Override
            public T next() {
                if (!RecordPull.this.next(one -> value = one)) {
                    throw new NoSuchElementException("the reader of ring '" + session.name() + "' is closed");
                }
                T one = Objects.requireNonNull(value, "a decoder has returned null");
                value = null;
                return one;
            }
        };
    }

    /** {@return it as the source of a stream, which is never split: a ring has an order and one reader} */
    public Spliterator<T> spliterator() {
        return new Spliterator<>() {
            @Override
            public boolean tryAdvance(Consumer<? super T> action) {
                return next(action);
            }

            @Override
            public void forEachRemaining(Consumer<? super T> action) {
                rest(action);
            }

            @Override
            public @Nullable Spliterator<T> trySplit() {
                return null;
            }

            @Override
            public long estimateSize() {
                return Long.MAX_VALUE;
            }

            @Override
            public int characteristics() {
                return ORDERED;
            }
        };
    }

    private final class Turn implements RingLoop.Part {
        private final Consumer<T> delivery = this::deliver;

        @Override
        public RingConsumer ring() {
            return session.consumer();
        }

        @Override
        public int take(long end, int max) {
            if (handler == null) {
                done = ring().reach(end);
                return 0;
            }
            return source.consume(ring(), end, 1, delivery);
        }

        private void deliver(T value) {
            done = true;
            Objects.requireNonNull(handler).accept(value);
        }

        @Override
        public boolean outlives(Throwable thrown) {
            return false;
        }
    }
}
