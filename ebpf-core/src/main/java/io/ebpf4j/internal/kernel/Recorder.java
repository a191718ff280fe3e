package io.ebpf4j.internal.kernel;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.ring.RecordTarget;
import io.ebpf4j.internal.ring.RingConsumer;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.internal.ring.RingOwners;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.replay.MapDump.Row;
import io.ebpf4j.replay.MapDump.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies what maps hold. */
public final class Recorder {
    private Recorder() {}

    /** {@return what all maps of a program hold that carry records or are tables of rows} */
    public static MapDump dump(ProgramSpec spec, LoadedObject object, RingOwners rings) {
        Map<String, MapDump.Contents> contents = new LinkedHashMap<>();
        for (MapSpec map : spec.maps()) {
            if (map.type() == MapType.PERF_EVENT_ARRAY) {
                contents.put(map.name(), new Records(List.of())); // nothing is written there but for a reader
            } else if (map.type().isRing()) {
                RingMemory memory = rings.claim(map);
                try {
                    contents.put(map.name(), records(memory));
                } finally {
                    rings.giveBack(memory);
                }
            } else if (map.type().hasRows()) {
                contents.put(map.name(), rows(object.table(map), map));
            }
        }
        return new MapDump(contents);
    }

    /** {@return the rows of a table} */
    public static Rows rows(Table table, MapSpec map) {
        List<Row> rows = new ArrayList<>();
        boolean allThere = map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
        MemorySegment zero = MemorySegment.ofArray(new byte[table.valueSize()]);
        table.forEach((keys, keyOffset, values, valueOffset) -> {
            MemorySegment value = values.asSlice(valueOffset, table.valueSize());
            if (!allThere || value.mismatch(zero) >= 0) { // an array has zeros where a recording has nothing
                rows.add(new Row(keys.asSlice(keyOffset, map.keySize()), value));
            }
        });
        return new Rows(rows);
    }

    /** {@return the records of a ring that are not yet consumed; they stay, for only a copy of the position moves} */
    public static Records records(RingMemory ring) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment position = arena.allocate(Long.BYTES, Long.BYTES)
                    .copyFrom(ring.consumer().asSlice(0, Long.BYTES));
            var copy = new RingMemory(ring.name(), ring.handle(), position, ring.producer(), ring.data(), ring.size(),
                    () -> {});
            List<MemorySegment> records = new ArrayList<>();
            RingConsumer consumer = RingConsumer.on(copy, 0);
            var target = new RecordTarget.Visits(
                    (memory, offset, length) -> records.add(memory.asSlice(offset, length)));
            long end = consumer.written();
            while (!consumer.isAt(end) && consumer.consume(end, Integer.MAX_VALUE, target) > 0) {
                // there may be more
            }
            return new Records(records); // which copies them, while the ring is still there
        }
    }
}
