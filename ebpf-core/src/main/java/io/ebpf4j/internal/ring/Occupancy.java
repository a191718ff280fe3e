package io.ebpf4j.internal.ring;

import io.ebpf4j.internal.Gate;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a reader, so that its memory stays, and who of them is the one that reads. To be in is for many and for as long as
 * a call; to read is for one {@link Tenant}, which may do so for longer than it is in.
 */
final class Occupancy {
    private final Gate gate;
    private final String ring;
    private final AtomicReference<@Nullable Tenant> tenant = new AtomicReference<>();

    Occupancy(String ring) {
        this.gate = new Gate("the reader of ring '" + ring + "' is closed");
        this.ring = ring;
    }

    /** {@return the result of an operation that is in, but does not read} */
    <R> R inside(Supplier<R> operation) {
        return gate.inside(operation);
    }

    /** Runs an operation that does not read, unless closed. */
    void insideUnlessClosed(Runnable operation) {
        if (gate.tryEnter()) {
            try {
                operation.run();
            } finally {
                gate.exit();
            }
        }
    }

    /**
     * {@return the result of an operation that reads}
     *
     * @throws IllegalStateException when closed, or when somebody else is reading
     */
    <R> R reading(Supplier<R> operation) {
        return gate.inside(() -> alone(operation));
    }

    /**
     * {@return the result of an operation that reads; false when closed}
     *
     * @throws IllegalStateException when somebody else is reading
     */
    boolean readingUnlessClosed(BooleanSupplier operation) {
        if (!gate.tryEnter()) {
            return false;
        }
        try {
            return alone(operation::getAsBoolean);
        } finally {
            gate.exit();
        }
    }

    /** Runs an operation that reads, unless closed or somebody else is reading. */
    void readingIfFree(Runnable operation) {
        insideUnlessClosed(() -> {
            if (tenant.compareAndSet(null, Tenant.SETTLING)) {
                try {
                    operation.run();
                } finally {
                    tenant.set(null);
                }
            }
        });
    }

    private <R> R alone(Supplier<R> operation) {
        occupy(Tenant.CALL);
        try {
            return operation.get();
        } finally {
            tenant.set(null);
        }
    }

    private void occupy(Tenant by) {
        Tenant other = tenant.compareAndExchange(null, by);
        while (Tenant.SETTLING.equals(other)) {
            Thread.onSpinWait();
            other = tenant.compareAndExchange(null, by);
        }
        if (other != null) {
            throw new IllegalStateException("ring '" + ring + "' " + other.what());
        }
    }

    /**
     * Makes a tenant the one that reads, until {@link #vacate}.
     *
     * @throws IllegalStateException when closed, or when somebody else is reading
     */
    void claim(Tenant by) {
        gate.inside(() -> {
            occupy(by);
            return true;
        });
    }

    /** {@return whether it is that tenant who reads} */
    boolean isTenant(Tenant who) {
        return who.equals(tenant.get());
    }

    /** Lets others read. */
    void vacate() {
        tenant.set(null);
    }

    /**
     * {@return whether a tenant reads and is in from now on, for {@link #exit} to follow; not when closed}
     *
     * @throws IllegalStateException when somebody else is reading
     */
    boolean enter(Tenant by) {
        if (!gate.tryEnter()) {
            return false;
        }
        boolean done = false;
        try {
            occupy(by);
            done = true;
            return true;
        } finally {
            if (!done) {
                gate.exit();
            }
        }
    }

    /** Goes out and reads no more, in the thread that went in. */
    void exit() {
        vacate();
        gate.exit();
    }

    boolean isClosed() {
        return gate.isClosed();
    }

    /** Tells who reads to look around. */
    void wakeTenant() {
        told(Tenant::wake);
    }

    /**
     * Lets nobody in any more, waits for those inside as {@link Gate#close} does, and releases.
     *
     * @param wake makes those that wait return; must itself not block
     * @param release gives back what they use
     */
    void close(Runnable wake, Runnable release) {
        try {
            gate.close(() -> {
                wake.run();
                wakeTenant();
            }, release);
        } finally {
            told(Tenant::closed);
        }
    }

    private void told(Consumer<Tenant> call) {
        Tenant reading = tenant.get();
        if (reading != null) {
            call.accept(reading);
        }
    }
}
