package io.ebpf4j.internal.map;

import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Uninterrupted;
import io.ebpf4j.internal.kernel.BlockVisitor;
import io.ebpf4j.internal.kernel.Table;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A visit of all rows of a table by several threads at once. */
final class Parts {
    /** Tells a thread that another one has failed. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    private final Gate gate;
    private final Table table;
    private final BlockVisitor visitor;
    private final int parts;
    private final AtomicInteger rows = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch others;

    private Parts(Gate gate, Table table, int parts, BlockVisitor visitor) {
        this.gate = gate;
        this.table = table;
        this.parts = parts;
        this.visitor = visitor;
        this.others = new CountDownLatch(parts - 1);
    }

    /**
     * {@return how many rows were visited} Waits for all threads; what one throws ends them all.
     *
     * @param gate of the program
     * @param table the rows
     * @param threads how many, this one included
     * @param visitor takes the rows, several at once
     */
    static int visit(Gate gate, Table table, int threads, BlockVisitor visitor) {
        if (threads < 1) {
            throw new IllegalArgumentException("rows are visited by 1 thread or more, not by " + threads);
        }
        return gate.inside(() -> threads == 1 || !table.isDivisible()
                ? table.forEach(visitor)
                : new Parts(gate, table, threads, visitor).run());
    }

    private int run() {
        for (int part = 1; part < parts; part++) {
            int other = part;
            Thread.ofPlatform().daemon().name("ebpf-rows-" + part).start(() -> {
                try {
                    // By itself: a visitor that closes the program must not wait for the visit that it is part of.
                    gate.inside(() -> visitPart(other));
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    others.countDown();
                }
            });
        }
        try {
            visitPart(0);
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
        Uninterrupted.await(others);
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new AssertionError("a visitor throws nothing checked", thrown);
        }
        return rows.get();
    }

    private int visitPart(int part) {
        int visited = table.walkPart(part, parts, (keys, keyStride, values, valueStride, some) -> {
            if (failure.get() != null) {
                throw new Stop();
            }
            visitor.rows(keys, keyStride, values, valueStride, some);
        });
        return rows.addAndGet(visited);
    }
}
