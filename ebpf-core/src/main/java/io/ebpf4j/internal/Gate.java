package io.ebpf4j.internal;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets operations in until it is closed, and then waits for those inside before it releases what they use. An operation
 * may itself close the gate, as a handler does that has seen enough: the release then follows when it leaves.
 */
public final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final String closedMessage;
    private volatile @Nullable Runnable release;
    private boolean released;

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
        lock.readLock().lock();
        if (release != null) {
            exit();
            throw new IllegalStateException(closedMessage);
        }
    }

    /** Goes out. */
    public void exit() {
        lock.readLock().unlock();
        if (release != null && lock.getReadHoldCount() == 0) {
            releaseOnce();
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
     * Lets nobody in any more, waits for those inside, and releases. Called by an operation from inside it returns at
     * once, and the release follows when that operation leaves. Only the first call has an effect; later ones wait too.
     *
     * @param wake makes operations that block return; called from here, before the wait
     * @param onRelease gives back what the operations use; runs once
     */
    public void close(Runnable wake, Runnable onRelease) {
        synchronized (this) {
            if (release == null) {
                release = onRelease;
            }
        }
        wake.run();
        if (lock.getReadHoldCount() == 0) {
            releaseOnce();
        }
    }

    private void releaseOnce() {
        lock.writeLock().lock();
        try {
            Runnable pending = release;
            if (!released && pending != null) {
                released = true;
                pending.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
