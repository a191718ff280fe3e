package io.ebpf4j.internal.ring;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.internal.PrivateCopy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Consumes a ring: one thread at a time, but for {@link #statistics} and {@link #stop}, which are for any. Allocates
 * nothing.
 *
 * <p>A record is taken when it was handed on, or is not to be. The kernel may write over it once that was published,
 * which is done for many records at a time: the page with our position is one that each program reads that
 * writes to the ring, and one that has just been told of is taken for one that sleeps, so that the next record would
 * wake us. What is held back is never more than an eighth of the ring.
 */
public interface RingConsumer {
    /**
     * {@return a consumer that goes on where the last one stopped} The code of each is its own, see {@link PrivateCopy}.
     *
     * @param memory the ring, or perf buffer
     * @param recordSize what a record must have to be handed on
     */
    static RingConsumer on(RecordMemory memory, long recordSize) {
        return switch (memory) {
            case RingMemory ring -> New.consumer(New.RING, RingMemory.class, ring, recordSize);
            case PerfMemory perf -> New.consumer(New.PERF, PerfMemory.class, perf, recordSize);
        };
    }

    /** {@return up to where records are written or reserved now} */
    long written();

    /**
     * Hands on records. What the handler throws ends this call; the record is taken all the same, so that a bad one is
     * never met twice.
     *
     * @param end a position that {@link #written} has returned
     * @param max how many records at most, 1 or more
     * @param target where they go
     * @return how many were taken, handed on or not. Less than {@code max} and not up to {@code end} when that were many
     * bytes: then there is more to take at once. None when the next record is not submitted yet
     * @throws MapAccessException when the ring's memory makes no sense; what it held is then skipped
     */
    int consume(long end, int max, RecordTarget target);

    /**
     * {@return whether a record is there to be handed on} What stands before it and is not to be, is skipped.
     *
     * @param end a position that {@link #written} has returned
     * @throws MapAccessException as {@link #consume}
     */
    boolean reach(long end);

    /** {@return whether all up to a position is taken} */
    boolean isAt(long end);

    /** Lets the kernel have the memory of all that is taken, but for what {@link #stayBehind} says. */
    void publish();

    /**
     * Keeps the last record that is taken from being published, or no longer: the kernel then never takes us for one that
     * has caught up, and so never wakes anybody. To a perf buffer this means nothing, as it wakes wherever we are.
     *
     * @param behind whether to
     */
    void stayBehind(boolean behind);

    /** {@return the memory that handlers are given offsets in, read-only, as long as an arena lives} */
    MemorySegment data(Arena arena);

    /** Lets {@link #consume} return behind the record that it is at, now and from now on. */
    void stop();

    /** {@return what became of the records so far} Also when the memory is gone. */
    RingStatistics statistics();

    /** How one is made. */
    final class New {
        private static final MethodType TYPE = MethodType.methodType(RingConsumer.class, RecordMemory.class,
                long.class);
        private static final PrivateCopy RING = PrivateCopy.of(MethodHandles.lookup(), RingProtocol.class);
        private static final PrivateCopy PERF = PrivateCopy.of(MethodHandles.lookup(), PerfProtocol.class);

        private New() {}

        private static RingConsumer consumer(PrivateCopy template, Class<? extends RecordMemory> kind,
                RecordMemory memory, long recordSize) {
            MethodHandle constructor = template
                    .constructor(MethodType.methodType(void.class, kind, long.class), RingConsumer.class, memory)
                    .asType(TYPE);
            try {
                return (RingConsumer) constructor.invokeExact(memory, recordSize);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new LinkageError("a constructor that throws nothing threw", e);
            }
        }
    }
}
