package io.ebpf4j.internal.ring;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber of a ring, by the rules of Reactive Streams. All signals come from {@link #run}, which never runs twice at
 * once: while there is demand it reads, and otherwise it ends, to be run again when more is asked for.
 */
final class RingSubscription<T> implements Flow.Subscription, Tenant, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RingSubscription.class);

    /** Whether {@link #run} runs. */
    private enum State {
        IDLE, RUNNING,
        /** And something has happened that it may not have seen. */
        AGAIN, OVER
    }

    private final RingSession session;
    private final RingPublisher<T> publisher;
    private final RingLoop loop;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING); // until there is a subscriber
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong demand = new AtomicLong();
    private volatile Flow.@Nullable Subscriber<? super T> subscriber; // none when over
    private volatile boolean cancelled;

    RingSubscription(RingPublisher<T> publisher, Flow.Subscriber<? super T> subscriber) {
        this.session = publisher.session();
        this.publisher = publisher;
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        this.loop = session.loop(new Turn(), publisher.policy(), () -> !isWanted());
    }

    /** Greets the subscriber, and tells it at once when the ring cannot be had. */
    void begin() {
        try {
            session.claim(this);
        } catch (IllegalStateException e) {
            failure.set(e);
        }
        tell(subscriber, to -> to.onSubscribe(this));
        if (cancelled || failure.get() != null || session.isClosed()) { // maybe before we were there to be told
            run();
        } else if (!isIdle()) {
            launch();
        }
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        } else {
            fail(new IllegalArgumentException("ring '" + session.name() + "': request(" + n
                    + "), expected 1 or more; Reactive Streams 3.9"));
            session.wake();
        }
        schedule();
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (isToRun()) {
            run(); // which signals nothing
        }
        session.wake();
    }

    @Override
    public String what() {
        return "has a subscriber, and a record can be read once: cancel its subscription first";
    }

    @Override
    public void closed() {
        schedule();
    }

    private void schedule() {
        if (isToRun()) {
            launch();
        }
    }

    private void launch() {
        try {
            publisher.executor().execute(this);
        } catch (Throwable t) { // and nobody else would ever run it
            if (!session.isClosed()) {
                fail(t);
            }
            run();
        }
    }

    private boolean isToRun() {
        return state.getAndUpdate(was -> switch (was) {
            case IDLE -> State.RUNNING;
            case RUNNING, AGAIN -> State.AGAIN;
            case OVER -> State.OVER;
        }) == State.IDLE;
    }

    /** {@return whether it is time to stop running} */
    private boolean isIdle() {
        return state.updateAndGet(was -> switch (was) {
            case RUNNING -> State.IDLE;
            case AGAIN -> State.RUNNING;
            case IDLE, OVER -> was;
        }) != State.RUNNING;
    }

    /** For the executor. */
    @Override
    public void run() {
        do {
            if (isWanted()) {
                session.insideUnlessClosed(this::read);
            }
            Throwable reason = failure.get();
            if (cancelled) {
                end(to -> {});
            } else if (reason != null) {
                end(to -> to.onError(reason));
            } else if (session.isClosed()) {
                end(Flow.Subscriber::onComplete);
            }
        } while (!isIdle());
    }

    private boolean isWanted() {
        return demand.get() > 0 && !cancelled && failure.get() == null;
    }

    private void read() {
        try {
            loop.proceed();
        } catch (Throwable t) {
            fail(t);
        } finally {
            // The kernel is to have the room, and nobody to wake while nothing is asked for.
            session.consumer().stayBehind(true);
            session.consumer().publish();
            session.consumer().stayBehind(false);
        }
    }

    private void fail(Throwable reason) {
        failure.compareAndSet(null, reason);
    }

    private void end(Consumer<Flow.Subscriber<? super T>> signal) {
        Flow.Subscriber<? super T> last = subscriber;
        state.set(State.OVER);
        subscriber = null;
        session.release(this); // before the signal, for who then subscribes again
        tell(last, signal);
    }

    private void tell(Flow.@Nullable Subscriber<? super T> to, Consumer<Flow.Subscriber<? super T>> signal) {
        try {
            if (to != null) {
                signal.accept(to);
            }
        } catch (Throwable t) {
            giveUp(t);
        }
    }

    private void giveUp(Throwable thrown) {
        cancelled = true;
        LOG.warn("ring '{}': its subscriber threw, against the rules of Reactive Streams (2.13), and gets no more",
                session.name(), thrown);
    }

    private final class Turn implements RingLoop.Part {
        private final Consumer<T> delivery = this::deliver;
        private boolean delivering;

        @Override
        public RingConsumer ring() {
            return session.consumer();
        }

        @Override
        public int take(long end, int max) {
            return publisher.source().consume(ring(), end, 1, delivery);
        }

        private void deliver(T value) {
            Objects.requireNonNull(value, "a decoder has returned null, which cannot be published");
            Flow.Subscriber<? super T> to = Objects.requireNonNull(subscriber);
            if (demand.get() != Long.MAX_VALUE) {
                demand.decrementAndGet();
            }
            delivering = true;
            to.onNext(value);
            delivering = false;
        }

        @Override
        public boolean outlives(Throwable thrown) {
            if (delivering) {
                delivering = false;
                giveUp(thrown);
            } else {
                fail(thrown);
            }
            return true; // and finds that it is not wanted any more
        }
    }
}
