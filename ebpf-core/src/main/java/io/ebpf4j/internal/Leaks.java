package io.ebpf4j.internal;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of what was forgotten and never closed, and where it was made. Off unless the system property {@value #PROPERTY} is {@code true}: to
 * remember a stack costs some microseconds for each thing that is opened. Nothing is closed here, for the collector runs when it likes,
 * and on a thread that must not wait.
 */
public final class Leaks {
    /** The system property, looked at whenever something is opened. */
    public static final String PROPERTY = "ebpf4j.leaks";

    private static final Logger LOG = LoggerFactory.getLogger("io.ebpf4j.leaks");

    /** Made when first asked for: it has a thread. */
    private static final class Holder {
        private static final Cleaner CLEANER = Cleaner.create();
    }

    /** The end of a watch. */
    @FunctionalInterface
    public interface Watch {
        /** Says that the owner was closed. */
        void closed();
    }

    private Leaks() {}

    /**
     * {@return what to tell when the owner is closed; if it is never told and the owner is forgotten, that is logged as a warning}
     *
     * @param owner what has to be closed; not kept
     * @param description what it is and what stays open
     */
    public static Watch watch(Object owner, String description) {
        if (!Boolean.getBoolean(PROPERTY)) {
            return () -> {};
        }
        var opened = new Opened(description);
        var cleanable = Holder.CLEANER.register(owner, opened);
        return () -> {
            opened.closed.set(true);
            cleanable.clean();
        };
    }

    /** What is known when the owner is gone; must not know the owner. */
    private static final class Opened implements Runnable {
        private final String description;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final Throwable where;

        private Opened(String description) {
            this.description = description;
            this.where = new Throwable(
                    description + " was opened by thread " + Thread.currentThread().getName() + " here");
        }

        @Override
        public void run() {
            if (!closed.get()) {
                LOG.warn("{} was forgotten and never closed; it stays open until this process ends. Close it, as with"
                        + " try (..)", description, where);
            }
        }
    }
}
