package io.ebpf4j.internal.userring;

import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A ring on plain memory with a consumer that does what {@code bpf_user_ringbuf_drain} does. There is no second mapping: what
 * wraps is written and read in the second half.
 */
public final class UserRing {
    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle HEADER = ValueLayout.JAVA_INT.varHandle();
    private static final int LONGEST = (1 << 24) - 1;

    public final MemorySegment consumer = Arena.ofAuto().allocate(8, 8);
    public final MemorySegment producer = Arena.ofAuto().allocate(8, 8);
    public final MemorySegment data;
    public final long size;
    public final AtomicBoolean released = new AtomicBoolean();

    /** A ring whose producer and consumer stand at a position, with what a stranger left in its memory. */
    public UserRing(long size, long position) {
        this.size = size;
        this.data = Arena.ofAuto().allocate(2 * size, 8).fill((byte) 0x5a);
        POSITION.set(consumer, 0L, position);
        POSITION.set(producer, 0L, position);
    }

    public RingMemory memory() {
        return new RingMemory("orders", 7, consumer.asReadOnly(), producer, data, size, () -> released.set(true));
    }

    /** {@return how many records were handed on, or the negative error of the last one} */
    public int drain(Consumer<byte[]> handler) {
        int records = 0;
        while (true) {
            long produced = (long) POSITION.getAcquire(producer, 0L);
            long consumed = consumed();
            if (produced % 8 != 0) {
                return -Errno.EINVAL;
            }
            if (Long.compareUnsigned(consumed, produced) >= 0) {
                return records;
            }
            int header = (int) HEADER.getAcquire(data, consumed & size - 1);
            int length = header & ~(RingLayout.BUSY | RingLayout.DISCARD);
            long step = RingLayout.step(length);
            if (Long.compareUnsigned(step, produced - consumed) > 0) {
                return -Errno.EINVAL;
            }
            if (step > size || length > LONGEST) {
                return -Errno.E2BIG;
            }
            if ((header & RingLayout.DISCARD) == 0) {
                if ((header & RingLayout.BUSY) != 0) {
                    return records;
                }
                long begin = consumed + RingLayout.HEADER_SIZE & size - 1;
                handler.accept(data.asSlice(begin, length).toArray(ValueLayout.JAVA_BYTE));
                records++;
            }
            POSITION.setRelease(consumer, 0L, consumed + step);
        }
    }

    public long consumed() {
        return (long) POSITION.getAcquire(consumer, 0L);
    }

    public long produced() {
        return (long) POSITION.getAcquire(producer, 0L);
    }

    public void consumed(long position) {
        POSITION.setRelease(consumer, 0L, position);
    }

    public void produced(long position) {
        POSITION.setRelease(producer, 0L, position);
    }

    /** {@return the header of the record at a position} */
    public int header(long position) {
        return (int) HEADER.getAcquire(data, position & size - 1);
    }
}
