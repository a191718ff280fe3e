package io.ebpf4j.internal.userring;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.ring.RingMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Writes records to a ring; package-info has the layout. For one thread at a time. Allocates nothing.
 *
 * <p>A record has a position, which {@link #claim} finds, and its bytes are {@link #offset} in {@link #data}. Nobody else sees
 * any of that before {@link #publish} or {@link #reserve}.
 */
public final class UserRingProducer {
    /** What {@link #claim} returns when there is no room. */
    public static final long FULL = -1;
    /** {@code DYNPTR_MAX_SIZE} of the kernel: it can hand no more to a function, and would stop at such a record. */
    static final int LONGEST = (1 << 24) - 1;

    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();
    private static final int ALIGNMENT = 8;

    private final String name;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long size;
    private long written;
    /** Where the kernel was when it was last looked at: its page is one that it writes all the time. */
    private long read;

    private int abandoned;

    /**
     * Goes on where the last writer stopped. What that has reserved and left so, as one that was killed, is discarded: it
     * would hold all behind it for good.
     *
     * @param memory the ring; the consumer page is only read
     * @throws MapAccessException when its positions make no sense, or what is between them
     */
    public UserRingProducer(RingMemory memory) {
        this.name = memory.name();
        this.consumer = memory.consumer();
        this.producer = memory.producer();
        this.data = memory.data();
        this.size = memory.size();
        this.written = (long) POSITION.getAcquire(producer, 0L);
        if (written % ALIGNMENT != 0) {
            throw damaged("is written up to position " + Long.toUnsignedString(written)
                    + ", which is no multiple of " + ALIGNMENT);
        }
        lookAtReader();
        discardAbandoned();
    }

    private void discardAbandoned() {
        for (long at = read; at != written;) {
            int header = (int) LENGTH.getAcquire(data, at & size - 1);
            int length = header & ~(RingLayout.BUSY | RingLayout.DISCARD);
            long step = RingLayout.step(length);
            if (step > written - at) {
                throw damaged("of " + size + " bytes is written up to position " + Long.toUnsignedString(written)
                        + " and has a record of " + length + " bytes at " + Long.toUnsignedString(at));
            }
            if ((header & RingLayout.BUSY) != 0) {
                discard(at, length);
                abandoned++;
            }
            at += step;
        }
    }

    /** {@return how many records the last writer had left reserved} */
    public int abandoned() {
        return abandoned;
    }

    /** {@return bytes of the ring, headers of records included} */
    public long size() {
        return size;
    }

    /** {@return how many bytes a record can have when the ring is empty} */
    public int longest() {
        return (int) Math.min(LONGEST, size - RingLayout.HEADER_SIZE);
    }

    /** {@return bytes that the kernel has not read yet, headers included; what it was, when its position makes no sense} */
    public long backlog() {
        long at = (long) POSITION.getAcquire(consumer, 0L);
        if (isPossible(at)) {
            read = at;
        }
        return written - read;
    }

    /**
     * {@return the position of a new record, which begins where the last one ends; {@link #FULL} when there is no room}
     *
     * @param length of the record, 0 to {@link #longest}
     * @throws MapAccessException when the kernel's position makes no sense, or somebody else has moved ours
     */
    public long claim(int length) {
        long seen = (long) POSITION.getAcquire(producer, 0L);
        if (seen != written) {
            throw new MapAccessException("ring '" + name + "': somebody else writes to it as well: it was written up to"
                    + " position " + Long.toUnsignedString(written) + " and now is to "
                    + Long.toUnsignedString(seen) + "; a ring can have one writer, close this one or end the other", 0);
        }
        long step = RingLayout.step(length);
        if (size - (written - read) < step) {
            lookAtReader();
            if (size - (written - read) < step) {
                return FULL;
            }
        }
        return written;
    }

    /** {@return where the bytes of a record begin in {@link #data}; they lie in one piece} */
    public long offset(long position) {
        return position + RingLayout.HEADER_SIZE & size - 1;
    }

    /** {@return the memory of the records, mapped twice in a row} */
    public MemorySegment data() {
        return data;
    }

    /** Makes the bytes of a claimed record zeros, up to where the next one can begin. */
    public void clear(long position, int length) {
        long end = RingLayout.step(length) - RingLayout.HEADER_SIZE;
        long begin = offset(position);
        for (long at = 0; at < end; at += Long.BYTES) {
            data.set(ValueLayout.JAVA_LONG, begin + at, 0);
        }
    }

    /** Hands a claimed record to the kernel, complete. */
    public void publish(long position, int length) {
        publish(position, length, 0);
    }

    /** Takes the room of a claimed record, for {@link #submit} or {@link #discard} to follow; meanwhile what is behind it waits. */
    public void reserve(long position, int length) {
        publish(position, length, RingLayout.BUSY);
    }

    private void publish(long position, int length, int flag) {
        long header = position & size - 1;
        data.set(ValueLayout.JAVA_INT, header, length | flag);
        data.set(ValueLayout.JAVA_INT, header + Integer.BYTES, 0);
        written = position + RingLayout.step(length);
        POSITION.setRelease(producer, 0L, written);
    }

    /** Hands a reserved record to the kernel. */
    public void submit(long position, int length) {
        LENGTH.setRelease(data, position & size - 1, length);
    }

    /** Lets the kernel skip a reserved record. */
    public void discard(long position, int length) {
        LENGTH.setRelease(data, position & size - 1, length | RingLayout.DISCARD);
    }

    private void lookAtReader() {
        long at = (long) POSITION.getAcquire(consumer, 0L);
        if (!isPossible(at)) {
            throw damaged("of " + size + " bytes is written up to position " + Long.toUnsignedString(written)
                    + " and read up to " + Long.toUnsignedString(at));
        }
        read = at;
    }

    private boolean isPossible(long at) {
        return Long.compareUnsigned(written - at, size) <= 0 && at % ALIGNMENT == 0;
    }

    private MapAccessException damaged(String what) {
        return new MapAccessException("ring '" + name + "': it " + what
                + ", which cannot be; somebody else has written to its memory, load the program anew", 0);
    }
}
