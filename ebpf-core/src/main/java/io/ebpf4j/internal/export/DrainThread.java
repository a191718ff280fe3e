package io.ebpf4j.internal.export;

import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Uninterrupted;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RingConsumer;
import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.ring.RingMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that drains the exported rings of a program. It owns their memory and gives it back when it ends, so
 * that nothing is unmapped under a sink, whoever closes the program, even a sink.
 */
public final class DrainThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrainThread.class);
    /** Between two looks at a ring that was told to wake nobody (BPF_RB_NO_WAKEUP). */
    private static final int LONGEST_WAIT_MILLIS = 500;
    /** How long one ring is read while others wait. */
    private static final int TURN = 4096;
    private static final long BUSY_PAUSE_NANOS = 1_000_000;

    private final List<Drain> drains;
    private final RingWaiter waiter;
    private final Thread thread;
    private final Gate gate;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean closedBySink;

    /** One exported ring. */
    public static final class Drain {
        private final RingMemory memory;
        private final RingConsumer consumer;
        private boolean warned;
        private RecordSink sink = (memory, offset) -> {};

        /**
         * Makes a drain whose sink is yet to come.
         *
         * @param memory the ring; owned from now on
         * @param recordSize what a record must have
         */
        public Drain(RingMemory memory, long recordSize) {
            this.memory = memory;
            this.consumer = new RingConsumer(memory, recordSize);
        }

        /**
         * Says where records go.
         *
         * @param recordSink takes them
         */
        public void to(RecordSink recordSink) {
            sink = recordSink;
        }

        /** {@return what became of the records so far} */
        public RingStatistics statistics() {
            return consumer.statistics();
        }

        private void warn(Throwable t) {
            if (warned) {
                return;
            }
            warned = true;
            try {
                LOG.warn("ring '{}': a record could not be exported; further ones are only counted", memory.name(), t);
            } catch (Throwable logFailure) {
                t.addSuppressed(logFailure); // it may be the log that has failed; the record is counted all the same
            }
        }

        /** {@return the ring's memory} */
        public RingMemory memory() {
            return memory;
        }
    }

    /**
     * Makes a thread that does not run yet.
     *
     * @param program whose rings they are, for the thread's name
     * @param drains the rings and where their records go
     * @param waiter on all of them; owned from now on
     */
    public DrainThread(String program, List<Drain> drains, RingWaiter waiter) {
        this.drains = List.copyOf(drains);
        this.waiter = waiter;
        this.thread = Thread.ofPlatform().daemon().name("ebpf-" + program).unstarted(this::run);
        this.gate = new Gate("the rings of " + program + " are closed");
    }

    /** Begins. Returns when the thread runs, so that even closing at once hands on what the rings hold. */
    public void start() {
        thread.start();
        Uninterrupted.await(begun);
    }

    /**
     * Ends when what the rings hold now has been handed on, and waits for that. When it is a sink that calls, that was its
     * last record: what it belongs to is closed next, and must not be handed any more. Idempotent.
     */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            closedBySink = true;
        }
        gate.close(waiter::wake, () -> {
            List<Runnable> closers = new ArrayList<>();
            closers.add(waiter::close);
            drains.forEach(drain -> closers.add(drain.memory::close));
            Closing.all(closers);
        });
    }

    private void run() {
        boolean entered = gate.tryEnter();
        begun.countDown();
        if (!entered) {
            return;
        }
        try {
            while (!gate.isClosed()) {
                boolean ready = waiter.await(LONGEST_WAIT_MILLIS);
                int taken = drainAll();
                if (ready && taken == 0 && !gate.isClosed()) {
                    // A record that is reserved but not submitted keeps its ring readable: without a pause, a spin.
                    Uninterrupted.pause(BUSY_PAUSE_NANOS);
                }
            }
            drains.forEach(this::drainRest);
        } finally {
            gate.exit();
        }
    }

    private int drainAll() {
        int taken = 0;
        for (Drain drain : drains) {
            taken += turn(drain);
        }
        return taken;
    }

    /** As many turns as a full ring takes: a program that goes on writing must not keep us for ever. */
    private void drainRest(Drain drain) {
        long turns = drain.memory.size() / RingLayout.HEADER_SIZE / TURN + 1;
        while (turns > 0 && turn(drain) == TURN) {
            turns--;
        }
    }

    private int turn(Drain drain) {
        int taken = 0;
        while (taken < TURN && !closedBySink) {
            try {
                int some = drain.consumer.consume(TURN - taken, drain.sink, () -> closedBySink);
                if (some == 0) {
                    return taken;
                }
                taken += some;
            } catch (Throwable t) {
                // Whatever it is, the rest of the ring must not wait behind it. The consumer counted it and moved on.
                taken++;
                drain.warn(t);
            }
        }
        return taken;
    }
}
