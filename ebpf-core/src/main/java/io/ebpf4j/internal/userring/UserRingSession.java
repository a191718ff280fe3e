package io.ebpf4j.internal.userring;

import io.ebpf4j.UserRingStatistics;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RingMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One who writes a ring, with as many threads as he likes: they take turns. Who waits for room lets others write meanwhile,
 * and is served before those who began to wait later.
 */
public final class UserRingSession implements AutoCloseable {
    /** The kernel need not tell of a drain. Not often enough to cost anything, not so seldom that anybody minds. */
    private static final int FIRST_LOOK_MILLIS = 1;
    private static final int LONGEST_LOOK_MILLIS = 64;

    /** The ring, and all that is below. Nobody waits while holding it. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The waiter, which is for one thread at a time. Taken before {@link #lock}, never after. */
    private final ReentrantLock waiting = new ReentrantLock(true);
    private final String name;
    private final RingMemory memory;
    private final RingWaiter waiter;
    private final UserRingProducer producer;
    private final Runnable onClose;
    private final Set<Claim> reserved = new HashSet<>();
    private long submitted;
    private long discarded;
    private long refused;
    private long lastBacklog;
    /** Reservations that their threads have not let go; closing ends them, but cannot take the memory from under a thread. */
    private int users;
    private boolean writing;
    private boolean closed;
    /** Closed by a record that was being written, so that the rest is for when the lock is free. */
    private boolean unfinished;
    private boolean finished;

    /** A record that is reserved. By identity. */
    public static final class Claim {
        private final long position;
        private final int length;

        private Claim(long position, int length) {
            this.position = position;
            this.length = length;
        }
    }

    /**
     * Begins where the last one stopped.
     *
     * @param name of the ring, for messages
     * @param memory owned from now on
     * @param producer on it
     * @param waiter for room in it; owned from now on
     * @param onClose runs when all is given back, which the last reservation may put off
     */
    public UserRingSession(String name, RingMemory memory, UserRingProducer producer, RingWaiter waiter,
            Runnable onClose) {
        this.name = name;
        this.memory = memory;
        this.producer = producer;
        this.discarded = producer.abandoned();
        this.waiter = waiter;
        this.onClose = onClose;
    }

    /** {@return bytes of the ring} */
    public long size() {
        return producer.size();
    }

    /** {@return how many bytes a record can have} */
    public int longest() {
        return producer.longest();
    }

    /**
     * {@return whether there was room for a record, which was written then}
     *
     * @param value the record
     * @param length its bytes
     * @param writer writes them; what it throws ends this, and nothing is written
     */
    public <T> boolean offer(T value, int length, ValueWriter<? super T> writer) {
        boolean written = tryOffer(value, length, writer);
        if (!written) {
            refuse();
        }
        return written;
    }

    /** {@return as {@link #offer(Object, int, ValueWriter)}, waiting for room until a time by {@link System#nanoTime}} */
    public <T> boolean offer(T value, int length, ValueWriter<? super T> writer, long deadline) {
        boolean written = tryOffer(value, length, writer)
                || await(() -> tryOffer(value, length, writer) ? Boolean.TRUE : null, deadline) != null;
        if (!written) {
            refuse();
        }
        return written;
    }

    private <T> boolean tryOffer(T value, int length, ValueWriter<? super T> writer) {
        enter();
        try {
            long position = producer.claim(length);
            if (position == UserRingProducer.FULL) {
                return false;
            }
            writing = true;
            try {
                producer.clear(position, length);
                writer.write(value, producer.data(), producer.offset(position));
            } finally {
                writing = false;
            }
            requireOpen(); // the value may have closed us
            producer.publish(position, length);
            submitted++;
            return true;
        } finally {
            exit();
        }
    }

    /** {@return a reservation whose bytes are zeros; null when there is no room} */
    public @Nullable Claim reserve(int length) {
        Claim claim = tryReserve(length);
        if (claim == null) {
            refuse();
        }
        return claim;
    }

    /** {@return as {@link #reserve(int)}, waiting for room until a time by {@link System#nanoTime}} */
    public @Nullable Claim reserve(int length, long deadline) {
        Claim claim = tryReserve(length);
        if (claim == null) {
            claim = await(() -> tryReserve(length), deadline);
        }
        if (claim == null) {
            refuse();
        }
        return claim;
    }

    private @Nullable Claim tryReserve(int length) {
        enter();
        try {
            long position = producer.claim(length);
            if (position == UserRingProducer.FULL) {
                return null;
            }
            producer.clear(position, length);
            producer.reserve(position, length);
            var claim = new Claim(position, length);
            reserved.add(claim);
            users++;
            return claim;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the bytes of a reservation, while an arena lives} Whose end has to come before {@link #end}. */
    @SuppressWarnings("restricted") // the same memory, for a shorter time
    public MemorySegment memory(Claim claim, Arena arena) {
        return producer.data().asSlice(producer.offset(claim.position), claim.length).reinterpret(arena, null);
    }

    /**
     * Ends a reservation. To be called once.
     *
     * @param claim of this session
     * @param submit whether to hand it to the kernel, or to have it skipped
     * @return whether that was done; false when closing has discarded it before
     */
    public boolean end(Claim claim, boolean submit) {
        lock.lock();
        try {
            boolean open = reserved.remove(claim);
            if (open && submit) {
                producer.submit(claim.position, claim.length);
                submitted++;
            } else if (open) {
                producer.discard(claim.position, claim.length);
                discarded++;
            }
            users--;
            releaseUnused();
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** {@return what became of the records so far} Also when closed. */
    public UserRingStatistics statistics() {
        lock.lock();
        try {
            return new UserRingStatistics(submitted, discarded, refused, reserved.size(),
                    closed ? lastBacklog : producer.backlog());
        } finally {
            lock.unlock();
        }
    }

    /** Discards what is reserved, and makes all who wait for room return. The memory goes with the last reservation. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            unfinished = true;
            reserved.forEach(claim -> producer.discard(claim.position, claim.length));
            discarded += reserved.size();
            reserved.clear();
            lastBacklog = producer.backlog();
            waiter.end();
        } finally {
            exit();
        }
    }

    /** Lets the next one in; the last one out of a closed session gives back what it used. */
    private void exit() {
        boolean last = unfinished && lock.getHoldCount() == 1;
        if (last) {
            unfinished = false;
        }
        lock.unlock();
        if (last) {
            Closing.all(List.of(this::closeWaiter, this::finish));
        }
    }

    private void closeWaiter() {
        waiting.lock(); // whoever waited has seen the end, and who comes now does not wait
        try {
            waiter.close();
        } finally {
            waiting.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            finished = true;
            releaseUnused();
        } finally {
            lock.unlock();
        }
    }

    private void releaseUnused() {
        if (finished && users == 0) {
            Closing.all(List.of(memory::close, onClose));
        }
    }

    private void enter() {
        lock.lock();
        boolean in = false;
        try {
            requireOpen();
            if (writing) {
                throw new IllegalStateException("ring '" + name
                        + "': a record that is being written itself writes to the ring; make it before");
            }
            in = true;
        } finally {
            if (!in) {
                lock.unlock();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the writer of ring '" + name + "' is closed");
        }
    }

    private void refuse() {
        lock.lock();
        try {
            refused++;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the first result that is not null; null when there is none in time} An interrupt ends nothing. */
    private <R> @Nullable R await(Supplier<@Nullable R> attempt, long deadline) {
        if (!queue(deadline)) {
            return null;
        }
        try {
            int millis = FIRST_LOOK_MILLIS;
            while (true) {
                R result = attempt.get();
                if (result != null) {
                    return result;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                waiter.await((int) Math.min(millis, Math.ceilDiv(left, 1_000_000L)));
                millis = Math.min(2 * millis, LONGEST_LOOK_MILLIS);
            }
        } finally {
            waiting.unlock();
        }
    }

    /** {@return whether those before us have got room, or given up, in time} */
    private boolean queue(long deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return waiting.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
