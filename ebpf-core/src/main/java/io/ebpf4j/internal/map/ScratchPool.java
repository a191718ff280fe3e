package io.ebpf4j.internal.map;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the calls of one view use, made once and used again, so that a call allocates nothing. A thread finds what
 * it left in its slot, but need not: unlike a thread's own variable this costs nothing for threads that have gone, and
 * whoever comes in again from a handler of its own gets other memory.
 */
public final class ScratchPool {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Scratch[].class);
    /** Powers of two; more than CPUs are never inside at once, but for those that lost theirs within a call. */
    private static final int SLOTS = Integer
            .highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 64))
            * 2;
    /** No two slots in one cache line. */
    private static final int STRIDE = 16;

    private final long keySize;
    private final long valueSize;
    private final @Nullable Scratch[] slots = new Scratch[SLOTS * STRIDE];

    /**
     * Allocates nothing yet.
     *
     * @param keySize bytes of a key; 0 for none
     * @param valueSize bytes of a value
     */
    public ScratchPool(long keySize, long valueSize) {
        this.keySize = keySize;
        this.valueSize = valueSize;
    }

    Scratch take() {
        Scratch left = (Scratch) SLOT.getAndSetAcquire(slots, slot(), null);
        return left != null ? left : Scratch.of(keySize, valueSize);
    }

    void give(Scratch scratch) {
        SLOT.setRelease(slots, slot(), scratch);
    }

    private static int slot() {
        return ((int) Thread.currentThread().threadId() & (SLOTS - 1)) * STRIDE;
    }
}
