package io.ebpf4j;

import io.ebpf4j.internal.map.Values;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A QUEUE, whose first value in is the first out, or a STACK, whose last one is. Thread-safe; valid until its program
 * closes. Linux 4.20. Nobody can look at any value but the one that is next.
 *
 * <p>Errors are as {@link HashMapView} says; values are not null.
 *
 * @param <V> what a value becomes
 */
public final class QueueView<V> {
    private static final long DROP_OLDEST = 2; // BPF_EXIST
    private final Values<V> values;

    QueueView(Values<V> values) {
        this.values = values;
    }

    /** {@return for how many values there is room} */
    public long capacity() {
        return values.maxEntries();
    }

    /**
     * Puts a value in.
     *
     * @param value which
     * @throws MapAccessException when it is full
     */
    public void push(V value) {
        values.push(value, 0);
    }

    /**
     * Puts a value in, if there is room.
     *
     * @param value which
     * @return whether there was
     */
    public boolean offer(V value) {
        return values.offer(value);
    }

    /**
     * Puts a value in, and the oldest out if there is no room.
     *
     * @param value which
     */
    public void pushDroppingOldest(V value) {
        values.push(value, DROP_OLDEST);
    }

    /** {@return the next value, which is out now; empty when there is none} */
    public Optional<V> pop() {
        return Optional.ofNullable(values.pop());
    }

    /** {@return the next value, which stays; empty when there is none} */
    public Optional<V> peek() {
        return Optional.ofNullable(values.peek());
    }

    /**
     * Takes values out until there are none, or as many as fit are out: somebody may put in as fast.
     *
     * @param consumer takes them; what it throws ends this, and only the value that it was given is out and lost
     * @return how many
     */
    public int drain(Consumer<? super V> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        int drained = 0;
        while (drained < capacity()) {
            V value = values.pop();
            if (value == null) {
                break;
            }
            drained++;
            consumer.accept(value);
        }
        return drained;
    }
}
