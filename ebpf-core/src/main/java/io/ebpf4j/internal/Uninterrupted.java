package io.ebpf4j.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Waits that an interrupt does not end, but that leave it to be seen afterwards. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Waits until the latch is open. */
    public static void await(CountDownLatch latch) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    latch.await();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /**
     * {@return what a task returns}
     *
     * @throws ExecutionException with what it throws
     */
    public static <R> R get(Future<R> task) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Waits a little. Parking by itself returns at once while the thread is interrupted, and a loop would spin. */
    public static void pause(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        // An interrupt that is restored is also a permit, which the first of these takes.
        for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
