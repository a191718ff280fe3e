package io.ebpf4j.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What is hooked of a program and not closed yet. It is closed in the opposite order. */
public final class Attachments {
    /** By identity: none of the keys has an equality of its own. */
    private final SequencedMap<Object, Runnable> open = new LinkedHashMap<>();

    /** Starts with none. */
    public Attachments() {}

    /**
     * {@return one more}
     *
     * @param close closes it, and then calls {@link #forget}
     */
    public synchronized <A> A keep(A attachment, Runnable close) {
        open.put(attachment, close);
        return attachment;
    }

    /** Forgets one; called by itself when it is closed. */
    public synchronized void forget(Object attachment) {
        open.remove(attachment);
    }

    /** {@return those of a class that are open, the oldest first} */
    public synchronized <A> List<A> open(Class<A> type) {
        return open.keySet().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** {@return what closes those that are open, the newest first} */
    public synchronized List<Runnable> closers() {
        return new ArrayList<>(open.sequencedValues().reversed());
    }
}
