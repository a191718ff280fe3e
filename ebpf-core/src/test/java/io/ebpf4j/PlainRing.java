package io.ebpf4j;

import io.ebpf4j.internal.ring.Bell;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.Ring;
import io.ebpf4j.internal.ring.RingLayout;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.internal.ring.RingSession;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A ring of longs on plain memory, with a producer that does what the kernel does, and readers of it. */
final class PlainRing {
    /** Of one record in the ring. */
    static final long STEP = RingLayout.step(Long.BYTES);
    /** What no object is made of. */
    static final long BAD = -1;

    private static final RecordForms FORMS = forms();

    final Ring ring;
    final Bell bell = new Bell();
    final AtomicInteger waiters = new AtomicInteger();
    final AtomicLong lost = new AtomicLong();
    final AtomicLong wakeUps = new AtomicLong();
    private final String name;

    PlainRing(String name, long size) {
        this.name = name;
        this.ring = new Ring(size, 0);
    }

    private static RecordForms forms() {
        ProgramSpec spec = Fixtures.spec(Fixtures.CLANG19, "ring_records");
        return new RecordForms(spec, spec.maps().stream().filter(map -> map.name().equals("records")).findFirst()
                .orElseThrow());
    }

    /** {@return a reader that goes on where the last one stopped} */
    RingBufferReader<Long> reader() {
        return reader(n -> {});
    }

    /** {@return a reader that says what it makes an object of, before it is handed on} */
    RingBufferReader<Long> reader(LongConsumer made) {
        RingMemory memory = ring.memory();
        var session = new RingSession(name, new RingMemory(name, 7, memory.consumer(), memory.producer(), memory.data(),
                memory.size(), () -> {}), rings -> {
                    waiters.incrementAndGet();
                    return bell;
                }, Long.BYTES, LostSamples.NONE, () -> {});
        return new RingBufferReader<>(session, new RecordForm.Objects<>((data, offset) -> {
            long value = data.get(ValueLayout.JAVA_LONG, offset);
            if (value == BAD) {
                throw new IllegalArgumentException("no object is made of this");
            }
            made.accept(value);
            return value;
        }), FORMS);
    }

    /** {@return whether there was room} For one thread. */
    boolean push(long value) {
        if (ring.produced() + STEP - ring.consumed() > ring.size) {
            lost.incrementAndGet();
            return false;
        }
        submit(ring.reserve(bytes(value)));
        return true;
    }

    /** Submits a record, and wakes who has caught up. */
    void submit(long position) {
        ring.submit(position);
        VarHandle.fullFence();
        if (ring.consumed() == position) {
            wakeUps.incrementAndGet();
            bell.ring();
        }
    }

    /** Writes a record of which only some bytes are there. */
    void pushShort() {
        submit(ring.reserve((byte) 1));
    }

    void pushDiscarded(long value) {
        ring.discard(ring.reserve(bytes(value)));
    }

    void pushAll(long from, long to) {
        for (long i = from; i < to; i++) {
            if (!push(i)) {
                throw new AssertionError("no room for " + i);
            }
        }
    }

    static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(value).array();
    }
}
