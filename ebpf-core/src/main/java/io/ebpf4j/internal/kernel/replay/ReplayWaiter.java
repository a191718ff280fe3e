package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RecordMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Nothing is ever added to a recorded ring, so one either has something to read now or waits for the end. */
final class ReplayWaiter implements RingWaiter {
    private final List<RecordMemory> rings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private boolean ended;

    ReplayWaiter(List<? extends RecordMemory> rings) {
        this.rings = new ArrayList<>(rings);
    }

    @Override
    public boolean await(int timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        boolean interrupted = false;
        lock.lock();
        try {
            while (!woken && !ended && !hasRecords()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true; // as epoll_wait, which Java's interrupts do not end
                }
            }
            woken = false;
            return true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void forget(RecordMemory ring) {
        rings.remove(ring);
    }

    @Override
    public void wake() {
        signal(() -> woken = true);
    }

    @Override
    public void end() {
        signal(() -> ended = true);
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}

    private boolean hasRecords() {
        return rings.stream().anyMatch(RecordMemory::hasMore);
    }
}
