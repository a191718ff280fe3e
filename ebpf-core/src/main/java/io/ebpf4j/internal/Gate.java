package io.ebpf4j.internal;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets operations in until it is closed, and then waits for those inside before it releases what they use. An operation
 * may itself close the gate, as a handler does that has seen enough: the release then follows when the last has left.
 *
 * <p>Going in never waits, and an operation inside any gate never waits for another to be released: so that whatever
 * handlers do with each other's programs, nobody waits for himself.
 */
public final class Gate {
    /** How many gates the thread is inside of. */
    private static final ThreadLocal<int[]> INSIDE = ThreadLocal.withInitial(() -> new int[1]);
    /** How many releases the thread is running: what it closes there may in turn close what is being released. */
    private static final ThreadLocal<int[]> RELEASING = ThreadLocal.withInitial(() -> new int[1]);

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final CountDownLatch released = new CountDownLatch(1);
    private final String closedMessage;
    private volatile @Nullable Runnable release;
    private boolean closedFromInside; // written before release
    private boolean releasing;

    /**
     * Opens a gate.
     *
     * @param closedMessage what an operation is told that comes too late
     */
    public Gate(String closedMessage) {
        this.closedMessage = closedMessage;
    }

    /** Goes in; to be followed by {@link #exit} in a finally block. Throws {@link IllegalStateException} when closed. */
    public void enter() {
        if (!tryEnter()) {
            throw new IllegalStateException(closedMessage);
        }
    }

    /** {@return whether it went in, for {@link #exit} to follow; false when closed} */
    public boolean tryEnter() {
        // Not lock(): that would queue behind a closer, who may be waiting for somebody who waits for us. Only a closer
        // ever holds the write lock, so that tryLock() fails only when closed.
        if (isClosed() || !lock.readLock().tryLock()) {
            return false;
        }
        INSIDE.get()[0]++;
        if (isClosed()) {
            exit();
            return false;
        }
        return true;
    }

    /** Goes out. */
    public void exit() {
        INSIDE.get()[0]--;
        lock.readLock().unlock();
        if (isClosed() && closedFromInside) {
            releaseWhenEmpty();
        }
    }

    /** {@return the result of an operation run inside} */
    public <R> R inside(Supplier<R> operation) {
        enter();
        try {
            return operation.get();
        } finally {
            exit();
        }
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return release != null;
    }

    /**
     * Lets nobody in any more, waits for those inside, and releases. Only the first call has an effect; later ones wait
     * for it. Called by an operation that is inside this or any other gate it does not wait: the release then follows
     * when the last has left. Nor does a release wait for another that is under way.
     *
     * @param wake makes operations that block return; must itself not block
     * @param onRelease gives back what the operations use; runs once, outside of all locks
     */
    public void close(Runnable wake, Runnable onRelease) {
        boolean inside = INSIDE.get()[0] > 0;
        boolean first = false;
        synchronized (this) {
            if (!isClosed()) {
                first = true;
                closedFromInside = inside;
                release = onRelease;
                wake.run(); // in here, so that what it wakes is still there
            }
        }
        if (inside) {
            if (first) {
                releaseWhenEmpty();
            }
        } else if (first) {
            // Nobody else releases then: this must not return while another thread is at it.
            awaitThoseInside();
            releaseOnce();
        } else if (RELEASING.get()[0] == 0) {
            Uninterrupted.await(released);
        }
    }

    /** Not waiting for those inside: the last of them comes through here too. */
    private void releaseWhenEmpty() {
        if (lock.getReadHoldCount() == 0 && lock.writeLock().tryLock()) {
            lock.writeLock().unlock();
            releaseOnce();
        }
    }

    @SuppressWarnings("LockNotBeforeTry") // there is nothing to do under it: to get it is to have waited
    private void awaitThoseInside() {
        lock.writeLock().lock();
        lock.writeLock().unlock();
    }

    /** Nobody is inside, and nobody gets in. */
    private void releaseOnce() {
        synchronized (this) {
            if (releasing) {
                return;
            }
            releasing = true;
        }
        RELEASING.get()[0]++;
        try {
            Objects.requireNonNull(release).run();
        } finally {
            RELEASING.get()[0]--;
            released.countDown();
        }
    }
}
