package io.ebpf4j;

import java.time.Duration;
import java.util.Objects;

/**
 * When a reader that reads on and on looks at its ring: what an event waits for, against what it costs the traced code.
 *
 * <p>A reader that has caught up and told the kernel so is woken by the next record, and it is the traced code that
 * wakes it: that takes several microseconds where writing the record takes a few hundredths of one. So a policy may look
 * again after a nap before it tells the kernel, or never let itself be woken.
 *
 * <p>A record that was submitted with {@code BPF_RB_NO_WAKEUP} wakes nobody. It is found with the next one that does,
 * or when the reader looks of itself: half a second after it found the ring empty, then after twice that, and never
 * later than after 4 seconds. {@link #every} finds it at the next look, as any other.
 *
 * <p>To a perf buffer the kernel wakes with each record, whatever the policy, or at the watermark of
 * {@link LoadOptions#perfBuffer(String, long, long)}; a policy only decides when the reader looks.
 */
public sealed interface RingPolicy {
    /** {@link Woken#LATENCY}. */
    RingPolicy LATENCY = Woken.LATENCY;
    /** {@link Woken#ADAPTIVE}. */
    RingPolicy ADAPTIVE = Woken.ADAPTIVE;
    /** {@link Woken#THROUGHPUT}. */
    RingPolicy THROUGHPUT = Woken.THROUGHPUT;

    /**
     * {@return the policy to look now and then, and never to be woken} Once it has begun, no record of a ring costs the traced code a
     * wake-up, unless it was submitted with {@code BPF_RB_FORCE_WAKEUP}. An event waits for the interval at most, and the ring must have
     * room for all that comes in one. Closing the reader, or flushing it, ends an interval at once.
     *
     * @param interval from one look to the next; when a look takes longer, the next one follows with no more than a nap
     * @throws IllegalArgumentException when it is not positive
     */
    static RingPolicy every(Duration interval) {
        return new Interval(interval);
    }

    /** Those that let the kernel wake the reader, once it is quiet. */
    enum Woken implements RingPolicy {
        /** Sleeps in the kernel as soon as the ring is empty: an event is handled at once, and each may cost a wake-up. */
        LATENCY,
        /**
         * Naps for 50 microseconds where that has been worth it before, that is where records come faster than naps end, and
         * sleeps in the kernel otherwise. An event waits a nap at most.
         */
        ADAPTIVE,
        /**
         * Naps each time that the ring is empty, for longer the less there is, up to a millisecond, before it sleeps in the
         * kernel: fewest wake-ups of traced code.
         */
        THROUGHPUT
    }

    /**
     * Looks now and then; see {@link RingPolicy#every}.
     *
     * @param interval from one look to the next
     */
    record Interval(Duration interval) implements RingPolicy {
        /** Checks that there is one. */
        public Interval {
            Objects.requireNonNull(interval, "interval");
            if (!interval.isPositive()) {
                throw new IllegalArgumentException("interval=" + interval + ", expected more than nothing");
            }
        }
    }
}
