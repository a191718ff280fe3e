package io.ebpf4j.internal.ring;

import java.util.List;

/** What programs write records to. Whoever takes it owns it: it is the only consumer, and closes it. */
public sealed interface RecordMemory extends AutoCloseable permits RingMemory, PerfMemory {
    /** {@return the map's name, for messages} */
    String name();

    /** {@return the descriptors that tell when there is more; none of what is recorded} */
    List<Integer> handles();

    /** {@return whether a kernel writes to it} */
    default boolean isLive() {
        return !handles().isEmpty();
    }

    /** {@return whether there is something that is not consumed} */
    boolean hasMore();

    @Override
    void close();
}
