package io.ebpf4j.internal.map;

import io.ebpf4j.KernelSupportException;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.WalkProgram;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Visits the rows of a table: those that a program of ours has copied, or where it cannot, as the view does. Thread-safe.
 *
 * @param <T> what takes the rows
 */
public final class Walker<T> {
    private final Gate program;
    private final String where;
    private final Gate gate;
    private final RowLoop<T> loop;
    private final ToIntFunction<T> plain;
    private final Runnable forget;
    private final @Nullable WalkProgram walk;
    private final MemorySegment values;
    private final long entries;
    /** The memory is one; who comes while it is in use reads in batches, and so never waits, not even for himself. */
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable String hindrance;

    private Walker(Gate program, String where, Table table, RowLoop<T> loop, ToIntFunction<T> plain, Walkers owner) {
        this.program = program;
        this.where = where;
        this.gate = new Gate(where + ": the walker is closed");
        this.loop = loop;
        this.plain = plain;
        this.forget = () -> owner.remove(this);
        this.entries = table.maxEntries();
        WalkProgram loaded = null;
        try {
            loaded = table.walkProgram();
        } catch (KernelSupportException e) {
            hindrance = String.valueOf(e.getMessage());
        }
        this.walk = loaded;
        this.values = loaded == null ? MemorySegment.NULL : loaded.rows().asSlice(loaded.valueOffset());
    }

    /**
     * {@return a walker, which its owner closes if nobody else does}
     *
     * @param program of the map; this goes in
     * @param where how messages call the map
     * @param table the rows
     * @param loop the inner loop
     * @param plain visits the rows as the view does
     * @param owner of all walkers of the program
     */
    static <T> Walker<T> open(Gate program, String where, Table table, RowLoop<T> loop, ToIntFunction<T> plain,
            Walkers owner) {
        return program.inside(() -> {
            var walker = new Walker<>(program, where, table, loop, plain, owner);
            owner.add(walker);
            return walker;
        });
    }

    /** {@return how many rows were visited} */
    public int forEach(T visitor) {
        return program.inside(() -> gate.inside(() -> visit(visitor)));
    }

    private int visit(T visitor) {
        if (walk == null || hindrance != null || !busy.compareAndSet(false, true)) {
            return plain.applyAsInt(visitor);
        }
        try {
            int rows = run(walk);
            if (rows != WalkProgram.NOT_ALL) {
                loop.visit(walk.rows(), walk.stride(), values, walk.stride(), rows, visitor);
                return rows;
            }
        } finally {
            busy.set(false);
        }
        return plain.applyAsInt(visitor);
    }

    private int run(WalkProgram copying) {
        try {
            int rows = copying.run();
            // Where there is room for all, one was met twice, and next time it fits.
            if (rows == WalkProgram.NOT_ALL && copying.rows().byteSize() / copying.stride() < entries) {
                hindrance = where + ": has more rows than there is memory for";
            }
            return rows;
        } catch (KernelSupportException e) {
            hindrance = String.valueOf(e.getMessage());
            return WalkProgram.NOT_ALL;
        }
    }

    /** {@return why no program is used} */
    public Optional<String> hindrance() {
        return Optional.ofNullable(hindrance);
    }

    /** Gives back the program, once nobody uses it. */
    public void close() {
        gate.close(() -> {}, () -> {
            forget.run();
            if (walk != null) {
                walk.close();
            }
        });
    }
}
