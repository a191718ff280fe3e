package io.ebpf4j.internal.ring;

import java.util.function.Consumer;

/**
 * Makes values of records.
 *
 * @param <T> what a record becomes
 */
@FunctionalInterface
public interface RecordSource<T> {
    /** {@return how many were taken} Hands some on, as {@link RingConsumer#consume} says. */
    int consume(RingConsumer ring, long end, int max, Consumer<? super T> handler);
}
