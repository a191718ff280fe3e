package io.ebpf4j.attach;

import io.ebpf4j.Attachment;
import java.util.Objects;

/** Where among other functions at the same place one runs: {@code BPF_F_BEFORE} and {@code BPF_F_AFTER}. */
public sealed interface Order {
    /** Where the kernel puts what comes last: behind all others. */
    record Anywhere() implements Order {}

    /** Before all others that are there now. */
    record First() implements Order {}

    /** Behind all others that are there now. */
    record Last() implements Order {}

    /**
     * Just before another.
     *
     * @param other an attachment to the same place
     */
    record Before(Attachment other) implements Order {
        /** Checks that it is there. */
        public Before {
            Objects.requireNonNull(other);
        }
    }

    /**
     * Just behind another.
     *
     * @param other an attachment to the same place
     */
    record After(Attachment other) implements Order {
        /** Checks that it is there. */
        public After {
            Objects.requireNonNull(other);
        }
    }

    /** {@return where the kernel puts it} */
    static Order anywhere() {
        return new Anywhere();
    }

    /** {@return before all others} */
    static Order first() {
        return new First();
    }

    /** {@return behind all others} */
    static Order last() {
        return new Last();
    }

    /**
     * {@return just before another}
     *
     * @param other an attachment to the same place
     */
    static Order before(Attachment other) {
        return new Before(other);
    }

    /**
     * {@return just behind another}
     *
     * @param other an attachment to the same place
     */
    static Order after(Attachment other) {
        return new After(other);
    }
}
