package io.ebpf4j.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who is inside a gate, and who closes it. What is released is a plain field: it must be seen by nobody who is inside. */
public class GateStress {
    /** What is behind the gate. */
    static class Guarded {
        final Gate gate = new Gate("closed");
        private int released;
        private int inside;

        /** {@return 0 refused, 1 inside and nothing was released meanwhile, 2 inside with what was} */
        int use() {
            if (!gate.tryEnter()) {
                return 0;
            }
            try {
                int before = released;
                inside++;
                return before == released && before == 0 ? 1 : 2;
            } finally {
                gate.exit();
            }
        }

        /** {@return how many were inside before, all of whom are to be seen} */
        int close() {
            int[] seen = new int[1];
            gate.close(() -> {}, () -> {
                released++;
                seen[0] = inside;
            });
            return seen[0];
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "too late")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "waited for")
    @Outcome(expect = FORBIDDEN, desc = "released under a user, or one that was not waited for")
    @State
    public static class CloserWaits extends Guarded {
        @Actor
        public void user(II_Result r) {
            r.r1 = use();
        }

        @Actor
        public void closer(II_Result r) {
            r.r2 = close();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one has released, and both return once that is done")
    @Outcome(expect = FORBIDDEN, desc = "released twice, or one has not waited")
    @State
    public static class TwoClosersReturnOnceReleased {
        private final Gate gate = new Gate("closed");
        private int released;

        @Actor
        public void first(II_Result r) {
            gate.close(() -> {}, () -> released++);
            r.r1 = released;
        }

        @Actor
        public void second(II_Result r) {
            gate.close(() -> {}, () -> released++);
            r.r2 = released;
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "released once the last has left")
    @Outcome(expect = FORBIDDEN, desc = "released twice, never, or under a user")
    @State
    public static class UserCloses {
        private final Gate gate = new Gate("closed");
        private final AtomicInteger released = new AtomicInteger();
        private int plain;

        @Actor
        public void user(II_Result r) {
            if (gate.tryEnter()) {
                r.r1 = 1 + plain; // 2 were to say: inside, and released
                gate.exit();
            }
        }

        @Actor
        public void closer() {
            gate.enter();
            try {
                gate.close(() -> {}, () -> {
                    plain = 1;
                    released.incrementAndGet();
                });
            } finally {
                gate.exit();
            }
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = released.get();
        }
    }
}
