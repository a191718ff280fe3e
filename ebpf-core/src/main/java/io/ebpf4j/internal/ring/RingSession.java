package io.ebpf4j.internal.ring;

import io.ebpf4j.Drained;
import io.ebpf4j.Drained.Reason;
import io.ebpf4j.RingPolicy;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.internal.kernel.RingWaiter;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** One who reads a ring: its memory, its waiter, and who may be in there. */
public final class RingSession implements AutoCloseable {
    /** Between two looks at the clock, for who has given a time. */
    private static final int TIMED_RECORDS = 16;

    private final Occupancy occupancy;
    private final String name;
    private final RecordMemory memory;
    private final Function<List<RecordMemory>, RingWaiter> waiters;
    private final RingWait wait;
    private final RingConsumer consumer;
    private final LostSamples lost;
    private final Runnable onClose;
    private volatile boolean flushed;

    /** Hands some records on, as {@link RingConsumer#consume} says. */
    @FunctionalInterface
    public interface Chunk {
        /** {@return how many were taken} */
        int take(RingConsumer consumer, long end, int max);
    }

    /**
     * Begins where the last one stopped.
     *
     * @param name of the ring, for messages
     * @param memory owned from now on
     * @param waiters make what waits for this ring, and maybe others
     * @param recordSize what a record must have
     * @param lost what finds no room; owned from now on
     * @param onClose runs when all is given back
     */
    public RingSession(String name, RecordMemory memory, Function<List<RecordMemory>, RingWaiter> waiters,
            long recordSize, LostSamples lost, Runnable onClose) {
        this.occupancy = new Occupancy(name);
        this.name = name;
        this.memory = memory;
        this.waiters = waiters;
        this.wait = new RingWait(() -> waiters.apply(List.of(memory)));
        this.consumer = RingConsumer.on(memory, recordSize);
        this.lost = lost;
        this.onClose = onClose;
    }

    /**
     * Takes what is there now.
     *
     * @param chunk takes it
     * @param max how many records at most
     * @param deadline when to stop, by {@link System#nanoTime}; none if {@code timed} is not set
     * @param timed whether there is a deadline
     */
    public Drained drain(Chunk chunk, int max, long deadline, boolean timed) {
        return occupancy.reading(() -> take(chunk, max, deadline, timed));
    }

    /** Waits until there is something or the time is over, and takes all. */
    public Drained poll(Chunk chunk, long deadline) {
        var patience = new Patience();
        return occupancy.reading(() -> {
            // Who was here before may have left some of it unpublished: the kernel is to see where we are before we look.
            consumer.publish();
            VarHandle.fullFence();
            while (true) {
                Drained drained = take(chunk, Integer.MAX_VALUE, 0, false);
                if (drained.records() > 0 || drained.reason() == Reason.CLOSED) {
                    return drained;
                }
                if (flushed) {
                    flushed = false;
                    return because(drained, Reason.FLUSHED);
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return because(drained, Reason.DEADLINE);
                }
                if (drained.discarded() + drained.tooShort() == 0) { // else published after we looked: so once more
                    sleep(left, drained.backlogBytes() > 0, patience);
                }
            }
        });
    }

    /**
     * Takes what comes until somebody closes.
     *
     * @param chunk takes it
     * @param policy when to look
     * @param failures takes what {@code chunk} throws; what this throws ends it all
     */
    public void run(Chunk chunk, RingPolicy policy, Consumer<? super Throwable> failures) {
        record Part(RingConsumer ring, Chunk chunk, Consumer<? super Throwable> failures) implements RingLoop.Part {
            @Override
            public int take(long end, int max) {
                return chunk.take(ring, end, max);
            }

            @Override
            public boolean outlives(Throwable thrown) {
                failures.accept(thrown);
                return true;
            }
        }
        occupancy.reading(() -> {
            loop(new Part(consumer, chunk, failures), policy, () -> false).run();
            return true;
        });
    }

    /** {@return a loop over this ring, to be run by who is inside} It ends when somebody closes, or as it is told. */
    RingLoop loop(RingLoop.Part part, RingPolicy policy, BooleanSupplier enough) {
        return new RingLoop(List.of(part), wait, policy, () -> enough.getAsBoolean() || occupancy.isClosed());
    }

    private Drained take(Chunk chunk, int max, long deadline, boolean timed) {
        RingStatistics before = consumer.statistics();
        long end = consumer.written();
        Reason reason = Reason.EMPTY;
        int taken = 0;
        try {
            while (!consumer.isAt(end)) {
                int most = timed ? Math.min(max - taken, TIMED_RECORDS) : max - taken;
                int some = chunk.take(consumer, end, most);
                taken += some;
                if (occupancy.isClosed() || some == 0) {
                    break;
                }
                if (taken == max) {
                    reason = Reason.MAX;
                    break;
                }
                if (timed && System.nanoTime() - deadline >= 0) {
                    reason = consumer.isAt(end) ? Reason.EMPTY : Reason.DEADLINE;
                    break;
                }
            }
        } finally {
            consumer.publish();
        }
        return drained(before, consumer.statistics(), occupancy.isClosed() ? Reason.CLOSED : reason);
    }

    private static Drained drained(RingStatistics before, RingStatistics after, Reason reason) {
        return new Drained((int) (after.records() - before.records()), (int) (after.discarded() - before.discarded()),
                (int) (after.tooShort() - before.tooShort()), after.backlogBytes(), reason);
    }

    private static Drained because(Drained drained, Reason reason) {
        return new Drained(drained.records(), drained.discarded(), drained.tooShort(), drained.backlogBytes(), reason);
    }

    private void sleep(long nanos, boolean busy, Patience patience) {
        if (busy) {
            patience.endure();
        } else {
            wait.await((int) Math.min(Integer.MAX_VALUE, Math.max(1, nanos / 1_000_000)));
        }
    }

    /** {@return what a tenant does that reads for the time of one call; false when closed} */
    boolean readingUnlessClosed(BooleanSupplier operation) {
        return occupancy.readingUnlessClosed(operation);
    }

    /**
     * Makes a tenant the one that reads, until {@link #release}.
     *
     * @throws IllegalStateException when closed, or when somebody else is reading
     */
    void claim(Tenant by) {
        occupancy.claim(by);
    }

    /** Runs an operation of who has a claim, unless closed. */
    void insideUnlessClosed(Runnable operation) {
        occupancy.insideUnlessClosed(operation);
    }

    /** Lets others read, if it is that tenant who does. */
    void release(Tenant by) {
        if (occupancy.isTenant(by)) {
            occupancy.insideUnlessClosed(consumer::publish);
            occupancy.vacate();
        }
    }

    /** {@return whether a tenant reads and is in, as {@link Occupancy#enter}} */
    boolean enter(Tenant by) {
        return occupancy.enter(by);
    }

    /** Goes out, in the thread that went in. */
    void exit() {
        consumer.publish();
        occupancy.exit();
    }

    /** Publishes what was taken, unless somebody is reading, who will. */
    void settle() {
        occupancy.readingIfFree(consumer::publish);
    }

    boolean isClosed() {
        return occupancy.isClosed();
    }

    /** Throws {@link IllegalStateException} when closed. */
    public void checkOpen() {
        occupancy.inside(() -> true);
    }

    /** {@return the ring's name} */
    public String name() {
        return name;
    }

    RecordMemory memory() {
        return memory;
    }

    RingConsumer consumer() {
        return consumer;
    }

    /** {@return a waiter for this ring and others} */
    RingWaiter waiter(List<RecordMemory> rings) {
        return waiters.apply(rings);
    }

    /** Ends the wait of who reads, or the next one. */
    void wake() {
        occupancy.insideUnlessClosed(wait::wake);
    }

    /** Makes a {@link #poll} that waits, or the next one, take what is there and return. From any thread. */
    public void flush() {
        occupancy.inside(() -> {
            flushed = true;
            wait.wake();
            occupancy.wakeTenant();
            return true;
        });
    }

    /** {@return what became of the records so far} From any thread, also after close. */
    public RingStatistics statistics() {
        return lost.in(consumer.statistics());
    }

    @Override
    public void close() {
        consumer.stop();
        occupancy.close(wait::end, () -> {
            consumer.publish(); // who takes one record at a time has not done so for each
            wait.close();
            lost.close();
            memory.close();
            onClose.run();
        });
    }
}
