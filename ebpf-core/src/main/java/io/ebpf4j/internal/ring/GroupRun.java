package io.ebpf4j.internal.ring;

import io.ebpf4j.RingPolicy;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.RingWaiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several readers in one thread. It is inside each of them until that one closes, so that closing waits for it to leave. */
public final class GroupRun implements Tenant {
    private final Object lock = new Object();
    private final List<Part> inside = new ArrayList<>(); // of the thread that runs
    private @Nullable RingWait wait; // guarded by lock

    /**
     * One of them.
     *
     * @param session the ring
     * @param chunk takes its records
     */
    public record Member(RingSession session, RingSession.Chunk chunk) {}

    /** Makes one that does not run yet. */
    public GroupRun() {}

    /**
     * Reads until all members are closed, or it is told to end.
     *
     * @param members the rings; those that are closed are left out
     * @param policy when to look
     * @param failures takes what members throw; what this throws ends it all
     * @param closed whether to end; {@link #wake} is to follow
     * @throws IllegalStateException when somebody else is reading one of them
     */
    public void run(List<Member> members, RingPolicy policy, Consumer<? super Throwable> failures,
            BooleanSupplier closed) {
        var own = new RingWait(this::waiter);
        try {
            for (Member member : members) {
                if (member.session().enter(this)) {
                    inside.add(new Part(member, failures));
                }
            }
            synchronized (lock) {
                wait = own;
            }
            new RingLoop(inside, own, policy, closed).run();
        } finally {
            synchronized (lock) {
                wait = null;
            }
            List<Runnable> closers = new ArrayList<>();
            inside.forEach(part -> closers.add(part.member.session()::exit));
            closers.add(own::close);
            inside.clear();
            Closing.all(closers);
        }
    }

    /** On those rings that are still read. A recorded one needs none: nothing comes to it. */
    private RingWaiter waiter() {
        List<RecordMemory> rings = inside.stream().map(part -> part.member.session().memory()).toList();
        RingSession any = inside.stream().map(part -> part.member.session())
                .filter(session -> session.memory().isLive()).findFirst().orElse(inside.getFirst().member.session());
        return any.waiter(rings);
    }

    @Override
    public String what() {
        return "is being read by a group";
    }

    /** Makes the loop look whether to end, or to leave a ring. From any thread. */
    @Override
    public void wake() {
        synchronized (lock) {
            if (wait != null) {
                wait.wake();
            }
        }
    }

    private final class Part implements RingLoop.Part {
        private final Member member;
        private final Consumer<? super Throwable> failures;

        private Part(Member member, Consumer<? super Throwable> failures) {
            this.member = member;
            this.failures = failures;
        }

        @Override
        public RingConsumer ring() {
            return member.session().consumer();
        }

        @Override
        public int take(long end, int max) {
            return member.chunk().take(ring(), end, max);
        }

        @Override
        public boolean outlives(Throwable thrown) {
            failures.accept(thrown);
            return true;
        }

        @Override
        public boolean isOver() {
            return member.session().isClosed();
        }

        @Override
        public void leave(RingWait of) {
            inside.remove(this);
            try {
                of.forget(member.session().memory());
            } finally {
                member.session().exit();
            }
        }
    }
}
