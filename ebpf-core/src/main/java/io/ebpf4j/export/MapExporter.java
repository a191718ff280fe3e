package io.ebpf4j.export;

import io.ebpf4j.MapSpec;

/**
 * Carries maps of one program to some place: a metrics registry, a log. Owned and closed by the program it was given to.
 */
public interface MapExporter extends AutoCloseable {
    /**
     * {@return whether this exporter serves a map}
     *
     * @param map a map with an output
     */
    boolean takes(MapSpec map);

    /**
     * Begins with a ring.
     *
     * @param source the ring
     * @return what is handed each record, on the program's one drain thread
     * @throws io.ebpf4j.BpfException when the map's types cannot be exported
     */
    RecordSink ring(RingSource source);

    /**
     * Tells of a ring that another exporter took, so that what was read and lost there can be shown here.
     *
     * @param source the ring
     */
    default void watch(RingSource source) {}

    /**
     * Begins with a table. The exporter keeps the source and reads it when it wants to, from any thread, until closed.
     *
     * @param source the table
     * @throws io.ebpf4j.BpfException when the map's types cannot be exported
     */
    void table(TableSource source);

    /** Ends: gives back everything it made, and nothing else. Called before the maps close; idempotent. */
    @Override
    void close();
}
