package io.ebpf4j.internal.map;

import io.ebpf4j.internal.Closing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open walkers of a program, which go with it. Thread-safe. */
public final class Walkers {
    private final Set<Walker<?>> open = ConcurrentHashMap.newKeySet();

    /** Begins with none. */
    public Walkers() {}

    void add(Walker<?> walker) {
        open.add(walker);
    }

    void remove(Walker<?> walker) {
        open.remove(walker);
    }

    /** Closes all; called when no more are opened. */
    public void close() {
        Closing.all(open.stream().map(walker -> (Runnable) walker::close).toList());
    }
}
