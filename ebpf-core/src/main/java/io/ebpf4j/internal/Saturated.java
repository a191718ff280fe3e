package io.ebpf4j.internal;

import java.time.Duration;

/** Times that are longer than the clock runs. */
public final class Saturated {
    private Saturated() {}

    /** {@return a time in nanoseconds, or at most so much that it can still be added to {@link System#nanoTime}} */
    public static long nanos(Duration time) {
        try {
            return Math.min(time.toNanos(), Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            return time.isNegative() ? Long.MIN_VALUE / 2 : Long.MAX_VALUE / 2;
        }
    }
}
