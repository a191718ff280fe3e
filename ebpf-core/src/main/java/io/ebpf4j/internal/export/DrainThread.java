package io.ebpf4j.internal.export;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Uninterrupted;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.RecordTarget;
import io.ebpf4j.internal.ring.RingConsumer;
import io.ebpf4j.internal.ring.RingLoop;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingWait;
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

    private final List<Drain> drains;
    private final RingWait wait;
    private final Thread thread;
    private final Gate gate;
    private final CountDownLatch begun = new CountDownLatch(1);

    /** One exported ring. */
    public static final class Drain implements RingLoop.Part {
        private final RecordMemory memory;
        private final RingConsumer consumer;
        private final LostSamples lost;
        private boolean warned;
        private RecordTarget target = new RecordTarget.Visits((data, offset, length) -> {});

        /**
         * Makes a drain whose sink is yet to come.
         *
         * @param memory the ring; owned from now on
         * @param recordSize what a record must have
         * @param lost what finds no room; owned from now on
         */
        public Drain(RecordMemory memory, long recordSize, LostSamples lost) {
            this.memory = memory;
            this.lost = lost;
            this.consumer = RingConsumer.on(memory, recordSize);
        }

        /**
         * Says where records go.
         *
         * @param sink takes them
         */
        public void to(RecordSink sink) {
            target = new RecordTarget.Visits((data, offset, length) -> sink.accept(data, offset));
        }

        /** {@return what became of the records so far} */
        public RingStatistics statistics() {
            return lost.in(consumer.statistics());
        }

        /** Gives all back. */
        void release() {
            Closing.all(List.of(lost::close, memory::close));
        }

        /** {@return the ring's memory} */
        public RecordMemory memory() {
            return memory;
        }

        @Override
        public RingConsumer ring() {
            return consumer;
        }

        @Override
        public int take(long end, int max) {
            return consumer.consume(end, max, target);
        }

        @Override
        public boolean outlives(Throwable t) {
            if (!warned) {
                warned = true;
                warn(t);
            }
            return true;
        }

        private void warn(Throwable t) {
            try {
                LOG.warn("ring '{}': a record could not be exported; further ones are only counted", memory.name(), t);
            } catch (Throwable logFailure) {
                t.addSuppressed(logFailure); // it may be the log that has failed; the record is counted all the same
            }
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
        this.wait = RingWait.on(waiter);
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
            drains.forEach(drain -> drain.consumer.stop());
        }
        gate.close(wait::end, () -> {
            List<Runnable> closers = new ArrayList<>();
            closers.add(wait::close);
            drains.forEach(drain -> closers.add(drain::release));
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
            var loop = new RingLoop(drains, wait, RingPolicy.ADAPTIVE, gate::isClosed);
            loop.run();
            loop.takeRest();
        } finally {
            gate.exit();
        }
    }
}
