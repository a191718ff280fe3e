package io.ebpf4j;

import io.ebpf4j.internal.Leaks;
import io.ebpf4j.internal.userring.UserRingSession;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Room in a {@link UserRingWriter}'s ring for one record, which its application writes in place. It ends with {@link #submit}
 * or {@link #discard}, whichever comes first; what is behind it waits until then, so that it is not to be kept, and never
 * to be forgotten: {@link #close} discards it.
 *
 * <p>For the thread that has made it: any other one gets a {@link WrongThreadException}.
 *
 * {@snippet :
 * try (var record = writer.reserve(16)) {
 *     record.memory().set(ValueLayout.JAVA_LONG, 8, 42);
 *     record.submit();
 * }
 * }
 */
public final class UserRingReservation implements AutoCloseable {
    private final UserRingSession session;
    private final UserRingSession.Claim claim;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final Leaks.Watch watch;

    @SuppressWarnings("MustBeClosedChecker") // the arena is closed by end()
    UserRingReservation(UserRingSession session, UserRingSession.Claim claim) {
        this.session = session;
        this.claim = claim;
        this.memory = session.memory(claim, arena);
        this.watch = Leaks.watch(this,
                "a reservation of " + memory.byteSize() + " bytes, which all behind it waits for,");
    }

    /**
     * {@return the record's bytes, in the memory that the kernel reads: zeros until they are written} Dead once this has
     * ended: who keeps it gets an {@link IllegalStateException} then.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Hands the record to the kernel.
     *
     * @throws IllegalStateException when it was submitted or discarded before, or the writer is closed, which has discarded it
     */
    public void submit() {
        end(true);
    }

    /**
     * Gives the record up: the kernel skips it.
     *
     * @throws IllegalStateException when it was submitted or discarded before
     */
    public void discard() {
        end(false);
    }

    /** Discards the record, if it was neither submitted nor discarded. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            discard();
        }
    }

    private void end(boolean submit) {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException("the record was submitted or discarded before");
        }
        arena.close(); // first, so that nobody writes to what the kernel reads; and only by its own thread
        watch.closed();
        if (!session.end(claim, submit) && submit) {
            throw new IllegalStateException("the writer was closed, which has discarded the record");
        }
    }
}
