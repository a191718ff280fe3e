package io.ebpf4j.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what the kernel does in its own time. */
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(10);

    private Await() {}

    /** Waits until something is so, or throws. */
    public static void until(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new AssertionError(what + ": not within " + LONGEST);
            }
            aMoment();
        }
    }

    static void aMoment() {
        try {
            Thread.sleep(MOMENT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
