package io.ebpf4j.internal.ring;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.internal.kernel.LoadedObject;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Who consumes which ring or perf buffer of a program, or produces for a ring. A ring has one position of each, so that two
 * consumers would lose records, and two producers write over them.
 */
public final class RingOwners {
    private final String program;
    private final LoadedObject object;
    private final ConcurrentMap<String, Runnable> closers = new ConcurrentHashMap<>();

    /**
     * Begins with no ring owned.
     *
     * @param program its name, for messages
     * @param object where the rings are
     */
    public RingOwners(String program, LoadedObject object) {
        this.program = program;
        this.object = object;
    }

    /**
     * {@return the memory of a ring, owned by the caller until it closes it and says {@link #release}}
     *
     * @throws IllegalStateException when it has an owner
     */
    public RingMemory claim(MapSpec ring) {
        return claim(ring, object::ring);
    }

    /** {@return the memory of a ring or perf buffer, as {@link #claim} does it} */
    public RecordMemory claimRecords(MapSpec map) {
        return map.type().isRing() ? claim(map) : claim(map, object::perfBuffer);
    }

    private <M extends RecordMemory> M claim(MapSpec map, Function<MapSpec, M> memory) {
        if (closers.putIfAbsent(map.name(), () -> {}) != null) {
            throw new IllegalStateException(program + (map.type() == MapType.PERF_EVENT_ARRAY
                    ? ": perf buffer '"
                    : ": ring '") + map.name()
                    + (map.type() == MapType.USER_RINGBUF
                            ? "' already has a writer; it is for any number of threads, use that or close it first"
                            : "' already has a reader or is exported; a record can be read once, close the other first"));
        }
        try {
            return memory.apply(map);
        } catch (RuntimeException | Error e) {
            release(map.name());
            throw e;
        }
    }

    /** Says what ends an owner when the program closes. */
    public void closeWith(String ring, Runnable closer) {
        closers.put(ring, closer);
    }

    /** Ends an ownership. */
    public void release(String ring) {
        closers.remove(ring);
    }

    /** Ends an ownership that nobody else was told of. */
    public void giveBack(RecordMemory memory) {
        memory.close();
        release(memory.name());
    }

    /** {@return what ends all owners} */
    public List<Runnable> closers() {
        return List.copyOf(closers.values());
    }
}
