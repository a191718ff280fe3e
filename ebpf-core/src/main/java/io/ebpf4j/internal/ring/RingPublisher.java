package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Publishes the records of a ring to one subscriber at a time.
 *
 * @param session the ring
 * @param source makes the values
 * @param policy when to look for more
 * @param executor reads while there is demand
 * @param <T> what a record becomes
 */
public record RingPublisher<T>(RingSession session, RecordSource<T> source, RingPolicy policy, Executor executor)
        implements
            Flow.Publisher<T> {
    /** How long a thread is kept that nobody demands anything of. */
    private static final long IDLE_SECONDS = 1;

    /** {@return what runs one task after the other in a daemon thread, which is there while there are any} */
    public static Executor ownThread(String ring) {
        return new ThreadPoolExecutor(0, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ebpf-ring-" + ring).factory());
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        new RingSubscription<>(this, subscriber).begin();
    }
}
