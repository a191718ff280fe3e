package io.ebpf4j.metrics;

import org.jspecify.annotations.Nullable;

/**
 * One row of a table, from when it is first seen until it is missed.
 *
 * @param <S> its series
 */
final class TableRow<S> {
    /** What its numbers said last, where they are counted. */
    final long[] last;
    /** Where it belongs; null as long as there is no room for it, or when its key cannot be decoded. */
    @Nullable
    S series;
    boolean undecodable;
    boolean leftOut;
    /** The snapshot it was last in. */
    long seen;

    TableRow(int measures) {
        last = new long[measures];
    }
}
