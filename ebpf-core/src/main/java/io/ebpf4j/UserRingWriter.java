package io.ebpf4j;

import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.internal.ring.RingOwners;
import io.ebpf4j.internal.userring.UserRingProducer;
import io.ebpf4j.internal.userring.UserRingSession;
import io.ebpf4j.libbpf.Errno;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a ring that a function reads with {@code bpf_user_ringbuf_drain}: straight into the memory that the
 * kernel reads from, with no system call. Linux 6.1. Made by {@link BpfProgram#userRing}.
 *
 * <p>A record goes in with {@link #offer}, which makes bytes of an object, or is written in place between {@link #reserve} and
 * {@link UserRingReservation#submit}. Nothing tells the function that there is something to read: it looks when its event
 * happens, or when {@link BpfFunction#testRun} runs it.
 *
 * <p>Thread-safe: threads take turns. Waiting for room does not hold up those who need less. Interrupting a thread that waits
 * does not end the wait, closing does, with an {@link IllegalStateException}. {@link #close} discards what is reserved; what a
 * process that was killed had reserved in a ring that is pinned, the next writer discards, since nobody else can.
 *
 * <p>All methods that write throw an {@link IllegalArgumentException} for what never fits, an {@link IllegalStateException} when the
 * writer is closed, and a {@link MapAccessException} when somebody else has written to the memory that is shared with the
 * kernel.
 *
 * {@snippet :
 * record Order(long id, int quantity) {}
 *
 * try (var orders = program.userRing("orders", Order.class)) {
 *     boolean room = orders.offer(new Order(17, 3), Duration.ofMillis(10));
 * }
 * }
 *
 * @param <T> what becomes a record
 */
public final class UserRingWriter<T> implements AutoCloseable {
    private final UserRingSession session;
    private final String where;
    private final WriteForm<T> form;

    private UserRingWriter(UserRingSession session, String where, WriteForm<T> form) {
        this.session = session;
        this.where = where;
        this.form = form;
    }

    /**
     * Makes the one writer of a ring, until it is closed.
     *
     * @param rings who has which
     * @param object where it is
     * @param owner how messages call that
     * @param ring which
     * @param form of its records
     */
    static <T> UserRingWriter<T> of(RingOwners rings, LoadedObject object, String owner, MapSpec ring,
            WriteForm<T> form) {
        RingMemory memory = rings.claim(ring);
        try {
            UserRingWriter<T> writer = on(MapShapes.where(owner, ring), memory, form, object::roomWaiter,
                    () -> rings.release(ring.name()));
            rings.closeWith(ring.name(), writer::close);
            return writer;
        } catch (RuntimeException | Error e) {
            rings.giveBack(memory);
            throw e;
        }
    }

    /**
     * Makes a writer.
     *
     * @param where how messages call the map
     * @param memory owned from now on, unless this throws
     * @param form of its records
     * @param waiter makes one that waits for room
     * @param onClose runs when all is given back
     * @throws BindingException when no record can be as long as the form wants it
     * @throws MapAccessException when the memory makes no sense
     */
    static <T> UserRingWriter<T> on(String where, RingMemory memory, WriteForm<T> form,
            Function<RingMemory, RingWaiter> waiter, Runnable onClose) {
        var producer = new UserRingProducer(memory);
        if (form.size().orElse(0) > producer.longest()) {
            throw new BindingException(
                    where + ": its records have " + form.size().getAsLong() + " bytes, but a ring of "
                            + producer.size() + " has room for " + producer.longest()
                            + " at most, and a function takes less than"
                            + " 16 MiB; LoadOptions.maxEntries makes the ring larger");
        }
        return new UserRingWriter<>(
                new UserRingSession(memory.name(), memory, producer, waiter.apply(memory), onClose), where, form);
    }

    /**
     * Writes a record, if there is room.
     *
     * @param record which
     * @return whether there was
     * @throws IllegalArgumentException when a field cannot hold what the record has; nothing is written then
     */
    public boolean offer(T record) {
        int length = checked(form.length(Objects.requireNonNull(record, "record")));
        try {
            return session.offer(record, length, form.writer());
        } catch (IllegalArgumentException e) {
            throw unfit(record, e);
        }
    }

    /**
     * Writes a record, and waits for room.
     *
     * @param record which
     * @param timeout how long to wait at most
     * @return whether there was room in time
     * @throws IllegalArgumentException when a field cannot hold what the record has; nothing is written then
     */
    public boolean offer(T record, Duration timeout) {
        int length = checked(form.length(Objects.requireNonNull(record, "record")));
        try {
            return session.offer(record, length, form.writer(), deadline(timeout));
        } catch (IllegalArgumentException e) {
            throw unfit(record, e);
        }
    }

    /**
     * {@return room for a record}
     *
     * @param size its bytes; any number up to {@link #longestRecord}
     * @throws MapAccessException when there is none
     */
    public UserRingReservation reserve(int size) {
        return tryReserve(size).orElseThrow(() -> new MapAccessException(
                where + ": no room for " + size + " bytes, the kernel has " + session.statistics().backlogBytes()
                        + " of "
                        + session.size() + " still to read; run the function that drains it, or wait with"
                        + " reserve(size, timeout)",
                Errno.ENOSPC));
    }

    /**
     * {@return room for a record; empty when there is none}
     *
     * @param size its bytes; any number up to {@link #longestRecord}
     */
    public Optional<UserRingReservation> tryReserve(int size) {
        return reservation(session.reserve(checked(size)));
    }

    /**
     * {@return room for a record, as soon as there is some; empty when there was none in time}
     *
     * @param size its bytes; any number up to {@link #longestRecord}
     * @param timeout how long to wait at most
     */
    public Optional<UserRingReservation> reserve(int size, Duration timeout) {
        return reservation(session.reserve(checked(size), deadline(timeout)));
    }

    /** {@return bytes of the ring} A record takes 8 more than it has, rounded up to a multiple of 8. */
    public long capacity() {
        return session.size();
    }

    /** {@return how many bytes a record can have: all of the ring but its header, and less than 16 MiB} */
    public int longestRecord() {
        return session.longest();
    }

    /** {@return how many bytes of the ring are free now} Of a closed writer, when it was closed. */
    public long freeBytes() {
        return session.size() - session.statistics().backlogBytes();
    }

    /** {@return what became of the records so far} Also after close. */
    public UserRingStatistics statistics() {
        return session.statistics();
    }

    /**
     * Ends writing: wakes all who wait for room, and discards what is reserved. The kernel still reads what was submitted. The
     * memory is given back, and another writer can be made, when each thread has let its reservations go. Idempotent.
     */
    @Override
    public void close() {
        session.close();
    }

    private Optional<UserRingReservation> reservation(UserRingSession.@Nullable Claim claim) {
        if (claim == null) {
            return Optional.empty();
        }
        boolean made = false;
        try {
            var reservation = new UserRingReservation(session, claim);
            made = true;
            return Optional.of(reservation);
        } finally {
            if (!made) {
                session.end(claim, false);
            }
        }
    }

    private int checked(long size) {
        if (size < 0 || size > session.longest()) {
            throw new IllegalArgumentException(where + ": a record of " + size + " bytes, expected 0 to "
                    + session.longest() + ": the ring has " + session.size()
                    + " bytes, and a function takes less than 16 MiB; LoadOptions.maxEntries makes the ring larger");
        }
        return (int) size;
    }

    private IllegalArgumentException unfit(T record, IllegalArgumentException e) {
        return new IllegalArgumentException(where + ": cannot hold " + record + ": " + e.getMessage(), e);
    }

    private static long deadline(Duration timeout) {
        long nanos;
        try {
            nanos = Math.clamp(timeout.toNanos(), 0, Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            nanos = timeout.isNegative() ? 0 : Long.MAX_VALUE / 2;
        }
        return System.nanoTime() + nanos;
    }
}
