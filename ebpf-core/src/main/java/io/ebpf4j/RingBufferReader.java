package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Uninterrupted;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RingConsumer;
import io.ebpf4j.internal.ring.RingMemory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the records of a ring buffer as objects, straight from the memory that the kernel writes to. Kernel floor 5.8.
 *
 * <p>Reading is for one thread at a time; a second one is told so. {@link #statistics} and {@link #close} are for any
 * thread: closing wakes a reader that waits, and returns when it has left. A handler may close its own reader.
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
    private static final long BUSY_PAUSE_NANOS = 1_000_000;

    private final Gate gate;
    private final AtomicBoolean reading = new AtomicBoolean();
    private final String name;
    private final RingMemory memory;
    private final RingWaiter waiter;
    private final RingConsumer consumer;
    private final ValueReader<T> values;
    private final Runnable onClose;

    RingBufferReader(String name, RingMemory memory, RingWaiter waiter, long recordSize, ValueReader<T> values,
            Runnable onClose) {
        this.gate = new Gate("the reader of ring '" + name + "' is closed");
        this.name = name;
        this.memory = memory;
        this.waiter = waiter;
        this.consumer = new RingConsumer(memory, recordSize);
        this.values = values;
        this.onClose = onClose;
    }

    /**
     * Reads all records that are there now, without waiting. What comes meanwhile is for the next call.
     *
     * @param handler takes each record. When it throws, its record is gone, the rest stays for the next call, and the
     * exception leaves this one
     * @return how many there were
     * @throws IllegalStateException when closed, or when another thread is reading
     */
    public Drained drain(Consumer<? super T> handler) {
        return drain(handler, Integer.MAX_VALUE);
    }

    /**
     * Reads some of the records that are there, without waiting.
     *
     * @param handler takes each record, as in {@link #drain(Consumer)}
     * @param max how many at most
     * @return how many there were
     * @throws IllegalStateException when closed, or when another thread is reading
     */
    public Drained drain(Consumer<? super T> handler, int max) {
        Objects.requireNonNull(handler);
        if (max < 1) {
            throw new IllegalArgumentException("max=" + max + ", expected 1 or more");
        }
        return reading(() -> read(handler, max));
    }

    /**
     * Waits until a record is there, then reads all that are. Interrupting the thread does not end the wait, closing the
     * reader does.
     *
     * @param handler takes each record, as in {@link #drain(Consumer)}
     * @param timeout how long to wait at most
     * @return how many there were; none when the time ran out or the reader was closed
     * @throws IllegalStateException when closed already, or when another thread is reading
     */
    public Drained poll(Consumer<? super T> handler, Duration timeout) {
        Objects.requireNonNull(handler);
        long deadline = System.nanoTime() + Math.max(0, saturatedNanos(timeout));
        return reading(() -> {
            while (true) {
                Drained drained = read(handler, Integer.MAX_VALUE);
                if (drained.records() > 0 || drained.reason() == Drained.Reason.CLOSED) {
                    return drained;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return new Drained(0, drained.backlogBytes(), Drained.Reason.DEADLINE);
                }
                waitFor(left, drained.backlogBytes() > 0);
            }
        });
    }

    /** {@return what became of the records so far} From any thread, also after close. */
    public RingStatistics statistics() {
        return consumer.statistics();
    }

    /** Ends reading: wakes and waits for a thread that reads, then gives the memory back. Idempotent. */
    @Override
    public void close() {
        gate.close(waiter::wake, () -> {
            waiter.close();
            memory.close();
            onClose.run();
        });
    }

    private Drained read(Consumer<? super T> handler, int max) {
        long before = consumer.statistics().records();
        int taken = consumer.consume(max, (segment, offset) -> handler.accept(values.read(segment, offset)),
                gate::isClosed);
        RingStatistics now = consumer.statistics();
        var reason = gate.isClosed() ? Drained.Reason.CLOSED : taken == max ? Drained.Reason.MAX : Drained.Reason.EMPTY;
        return new Drained((int) (now.records() - before), now.backlogBytes(), reason);
    }

    private void waitFor(long nanos, boolean busy) {
        if (busy) {
            // A record that is reserved but not submitted makes the ring look readable, so that waiting would spin.
            Uninterrupted.pause(BUSY_PAUSE_NANOS);
        } else {
            waiter.await((int) Math.min(Integer.MAX_VALUE, Math.max(1, nanos / 1_000_000)));
        }
    }

    private Drained reading(Supplier<Drained> operation) {
        return gate.inside(() -> {
            if (!reading.compareAndSet(false, true)) {
                throw new IllegalStateException(
                        "ring '" + name + "' is being read by another thread, or by the handler that asks");
            }
            try {
                return operation.get();
            } finally {
                reading.set(false);
            }
        });
    }

    private static long saturatedNanos(Duration timeout) {
        try {
            return Math.min(timeout.toNanos(), Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 2;
        }
    }
}
