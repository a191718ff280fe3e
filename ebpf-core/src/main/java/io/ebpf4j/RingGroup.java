package io.ebpf4j;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.ring.GroupRun;
import io.ebpf4j.internal.ring.GroupRun.Member;
import io.ebpf4j.internal.ring.RingSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads several rings in one thread, of one program or of many. They take turns: of a ring that has much, no more than some
 * thousand records are handled while another one waits. All of them sleep in one call.
 *
 * {@snippet :
 * try (var opens = program.ringBuffer("opens", Open.class);
 *         var connects = other.ringBuffer("connects", Connect.class);
 *         var group = new RingGroup()) {
 *     group.add(opens, open -> log(open.path())).add(connects, connect -> log(connect.daddr()));
 *     group.run(RingPolicy.ADAPTIVE, failure -> log(failure));
 * }
 * }
 *
 * <p>A group does not own its readers: it is they who are closed to give back a ring, before the group runs, afterwards or
 * meanwhile. Then the group goes on with the others; closing the reader returns when the group has left it, which is after
 * the turn of the ring that is being read.
 *
 * <p>{@link #run} is for one thread at a time; all else is for any. A handler may close its reader, another, or the group.
 */
public final class RingGroup implements AutoCloseable {
    private final Gate gate = new Gate("the group of rings is closed");
    private final GroupRun run = new GroupRun();
    private final List<Member> members = new ArrayList<>(); // guarded by this, as is what follows
    private boolean running;

    /** Makes a group of no rings. */
    public RingGroup() {}

    /**
     * Adds a ring.
     *
     * @param reader in any form; not to be read otherwise while the group runs
     * @param handler takes each record, in the thread that runs the group
     * @param <T> what a record becomes
     * @return this group
     * @throws IllegalArgumentException when the group has this ring already
     * @throws IllegalStateException when the group runs, or is closed
     */
    public <T> RingGroup add(RingBufferReader<T> reader, Consumer<? super T> handler) {
        RingSession session = reader.session();
        var member = new Member(session, reader.chunk(handler));
        return gate.inside(() -> {
            synchronized (this) {
                checkNotRunning();
                if (members.stream().anyMatch(other -> other.session().equals(session))) {
                    throw new IllegalArgumentException("ring '" + session.name()
                            + "' is in the group already; a record can be read once, so let one handler do both");
                }
                members.add(member);
                return this;
            }
        });
    }

    /**
     * Reads all rings, in this thread, until the group is closed, or all its readers are.
     *
     * @param policy when to look for more
     * @param failures takes what a handler throws; the record is gone and counted, and reading goes on. What this throws
     * itself ends the reading
     * @throws IllegalStateException when the group is closed or runs already, or when one of its rings is being read
     */
    public void run(RingPolicy policy, Consumer<? super Throwable> failures) {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(failures, "failures");
        gate.inside(() -> {
            List<Member> all = begin();
            try {
                run.run(all, policy, failures, gate::isClosed);
            } finally {
                end();
            }
            return true;
        });
    }

    private synchronized List<Member> begin() {
        checkNotRunning();
        running = true;
        return List.copyOf(members);
    }

    private synchronized void end() {
        running = false;
    }

    private void checkNotRunning() {
        if (running) {
            throw new IllegalStateException("the group of rings is running; close it first, or make another one");
        }
    }

    /**
     * Ends the run, and waits for it, unless it is a handler that calls. The readers stay open, and go on where the group
     * stopped. Idempotent.
     */
    @Override
    public void close() {
        gate.close(run::wake, () -> {});
    }
}
