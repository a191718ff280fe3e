package io.ebpf4j.internal.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.internal.kernel.RingWaiter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * The ring protocol between two threads, one of which does what {@code kernel/bpf/ringbuf.c} does, in its order. The records
 * are 8 bytes, and the ring is on the heap.
 */
public class RingStress {
    private static final int SIZE = 256;
    private static final int RECORD = Long.BYTES;
    private static final long STEP = RingLayout.step(RECORD);

    /** A ring, and the kernel's side of it. */
    static class HeapRing {
        private final MemorySegment consumerPage = MemorySegment.ofArray(new long[1]);
        private final MemorySegment producerPage = MemorySegment.ofArray(new long[1]);
        private final MemorySegment data = MemorySegment.ofArray(new long[SIZE / Long.BYTES]);
        /** Not a copy of the code for each ring, as there are millions of them. */
        final RingConsumer reader = new RingProtocol(
                new RingMemory("ring", 0, consumerPage, producerPage, data, SIZE, () -> {}), RECORD);

        /** {@code bpf_ringbuf_reserve}. */
        long reserve() {
            long at = (long) RingLayout.POSITION.get(producerPage, 0L);
            data.set(ValueLayout.JAVA_INT, at, RECORD | RingLayout.BUSY);
            RingLayout.POSITION.setRelease(producerPage, 0L, at + STEP);
            return at;
        }

        void write(long at, long value) {
            data.set(ValueLayout.JAVA_LONG, at + RingLayout.HEADER_SIZE, value);
        }

        /** {@code bpf_ringbuf_submit}. {@return whether it wakes the reader} */
        boolean submit(long at) {
            RingLayout.LENGTH.setRelease(data, at, RECORD);
            VarHandle.fullFence(); // it is an xchg there
            return consumed() == at;
        }

        boolean push(long value) {
            long at = reserve();
            write(at, value);
            return submit(at);
        }

        long consumed() {
            return (long) RingLayout.POSITION.getAcquire(consumerPage, 0L);
        }

        int take(RecordVisitor visitor) {
            return reader.consume(reader.written(), Integer.MAX_VALUE, new RecordTarget.Visits(visitor));
        }
    }

    private static long value(MemorySegment data, long offset) {
        return data.get(ValueLayout.JAVA_LONG, offset);
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "there")
    @Outcome(expect = FORBIDDEN, desc = "what the memory held before the record was written")
    @State
    public static class RecordIsWholeOnceSubmitted extends HeapRing {
        {
            for (long at = 0; at < SIZE; at += STEP) {
                write(at, 13);
            }
        }

        @Actor
        public void kernel() {
            push(42);
        }

        @Actor
        public void reader(J_Result r) {
            take((data, offset, length) -> r.r1 = value(data, offset));
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 0", "1, 0", "1, 2"}, expect = ACCEPTABLE, desc = "as reserved")
    @Outcome(expect = FORBIDDEN, desc = "one that is reserved was overtaken")
    @State
    public static class RecordsKeepTheOrderOfTheirReservation extends HeapRing {
        @Actor
        public void kernel() {
            long first = reserve();
            long second = reserve();
            write(second, 2);
            submit(second);
            write(first, 1);
            submit(first);
        }

        @Actor
        public void reader(JJ_Result r) {
            take((data, offset, length) -> {
                if (r.r1 == 0) {
                    r.r1 = value(data, offset);
                } else {
                    r.r2 = value(data, offset);
                }
            });
        }
    }

    @JCStressTest
    @Outcome(id = {"42, 0", "42, 1"}, expect = ACCEPTABLE, desc = "read before it is given back")
    @Outcome(expect = FORBIDDEN, desc = "written over while it is read")
    @State
    public static class MemoryIsGivenBackOnceRead extends HeapRing {
        {
            push(42);
        }

        @Actor
        public void reader(JJ_Result r) {
            take((data, offset, length) -> r.r1 = value(data, offset));
            reader.publish();
        }

        @Actor
        public void kernel(JJ_Result r) {
            if (consumed() == STEP) {
                write(0, 99);
                r.r2 = 1;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woken for nothing, as it was awake")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "awake, and left so")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "asleep beside a record, and nobody wakes it")
    @State
    public static class SleeperIsWoken extends HeapRing {
        {
            push(1);
        }

        @Actor
        public void kernel(II_Result r) {
            r.r1 = push(2) ? 1 : 0;
        }

        @Actor
        public void reader(II_Result r) {
            var sleep = new FirstSleep();
            var part = new Counted(reader);
            new RingLoop(List.of(part), RingWait.on(sleep), RingPolicy.LATENCY, () -> sleep.asleep).run();
            r.r2 = part.taken == 2 ? 1 : 0;
        }
    }

    /** Where it would block, the loop ends. */
    private static final class FirstSleep implements RingWaiter {
        private boolean asleep;

        @Override
        public boolean await(int timeoutMillis) {
            asleep = true;
            return false;
        }

        @Override
        public void forget(RecordMemory ring) {}

        @Override
        public void wake() {}

        @Override
        public void end() {}

        @Override
        public void close() {}
    }

    private static final class Counted implements RingLoop.Part {
        private final RingConsumer ring;
        private final RecordTarget target = new RecordTarget.Visits((data, offset, length) -> {});
        private int taken;

        Counted(RingConsumer ring) {
            this.ring = ring;
        }

        @Override
        public RingConsumer ring() {
            return ring;
        }

        @Override
        public int take(long end, int max) {
            int some = ring.consume(end, max, target);
            taken += some;
            return some;
        }

        @Override
        public boolean outlives(Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }
}
