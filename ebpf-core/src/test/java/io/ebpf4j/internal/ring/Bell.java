package io.ebpf4j.internal.ring;

import io.ebpf4j.internal.kernel.RingWaiter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Wakes when told to, as epoll. */
public final class Bell implements RingWaiter {
    private final Semaphore rung = new Semaphore(0);
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Integer> waits = new CopyOnWriteArrayList<>();
    private final List<String> forgotten = new CopyOnWriteArrayList<>();

    public void ring() {
        rung.release();
    }

    /** {@return for how many milliseconds it was to wait} */
    public List<Integer> waits() {
        return waits;
    }

    /** {@return how often it was closed} */
    public int closed() {
        return closed.get();
    }

    public List<String> forgotten() {
        return forgotten;
    }

    @Override
    public boolean await(int timeoutMillis) {
        waits.add(timeoutMillis);
        try {
            return rung.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void forget(RecordMemory ring) {
        forgotten.add(ring.name());
    }

    @Override
    public void wake() {
        ring();
    }

    @Override
    public void end() {
        rung.release(1_000_000);
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
