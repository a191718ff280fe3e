package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.global.Images;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.Kernel;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.ring.PerfLayout;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.replay.MapDump.Contents;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.replay.MapDump.Row;
import io.ebpf4j.replay.MapDump.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Serves the maps of a dump. A map that the dump does not mention is empty; one that the program does not declare, or
 * whose bytes do not fit, is an error.
 *
 * @param dump what the maps hold
 */
public record ReplayKernel(MapDump dump) implements Kernel {
    @Override
    public LoadedObject load(ProgramSpec spec, LoadPlan plan) {
        dump.maps().forEach((name, contents) -> {
            MapSpec map = spec.map(name)
                    .orElseThrow(() -> new ObjectFileException(spec.name() + ": the dump has a map '"
                            + name + "', the program has " + spec.maps().stream().map(MapSpec::name).toList()));
            check(spec, map, contents);
        });
        checkPossible(spec, plan);
        return new Replayed(spec, plan);
    }

    @Override
    public boolean runs() {
        return false;
    }

    private static void check(ProgramSpec spec, MapSpec map, Contents contents) {
        String where = spec.name() + ": map '" + map.name() + "'";
        switch (contents) {
            case Rows(List<Row> rows) -> {
                if (!map.type().hasRows()) {
                    throw new ObjectFileException(where + ": is a " + map.type() + ", the dump has rows of a hash");
                }
                for (Row row : rows) {
                    if (row.key().byteSize() != map.keySize() || !isValue(map, row, rows.getFirst())) {
                        throw new ObjectFileException(where + ": the dump has a row of " + row.key().byteSize() + " + "
                                + row.value().byteSize() + " bytes, the program declares " + map.keySize() + " + "
                                + map.valueSize());
                    }
                }
            }
            case Records(List<MemorySegment> records) -> {
                if (!map.type().carriesRecords()) {
                    throw new ObjectFileException(where + ": is a " + map.type() + ", the dump has records of a ring");
                }
                long longest = records.stream().mapToLong(MemorySegment::byteSize).max().orElse(0);
                if (!map.type().isRing() && longest > PerfLayout.LONGEST_SAMPLE) {
                    throw new ObjectFileException(where + ": is a perf buffer, whose records have up to "
                            + PerfLayout.LONGEST_SAMPLE + " bytes, the dump has one of " + longest);
                }
            }
        }
    }

    /** Of a per-CPU kind, the values of as many CPUs as the machine had where it was recorded. */
    private static boolean isValue(MapSpec map, Row row, Row first) {
        long size = row.value().byteSize();
        int one = ReplayTable.oneValue(map);
        return map.type().isPerCpu()
                ? size == first.value().byteSize() && size >= one && size % one == 0
                : size == one;
    }

    /** Whoever asks for these relies on them. What else options say of loading means nothing where nothing is loaded. */
    private static void checkPossible(ProgramSpec spec, LoadPlan plan) {
        if (!plan.pins().isEmpty() || !plan.reused().isEmpty()) {
            throw new IllegalArgumentException(spec.name() + ": is a recording and in no kernel, so its maps "
                    + Stream.concat(plan.pins().keySet().stream(), plan.reused().keySet().stream()).toList()
                    + " can be neither pinned nor taken from elsewhere; leave LoadOptions.pin and reuseMap out");
        }
    }

    private final class Replayed implements LoadedObject {
        private final ProgramSpec spec;
        private final LoadPlan plan;
        private final Map<String, ReplayRing> rings = new ConcurrentHashMap<>();
        private final Map<String, PerfMemory> perfBuffers = new ConcurrentHashMap<>();

        private Replayed(ProgramSpec spec, LoadPlan plan) {
            this.spec = spec;
            this.plan = plan;
        }

        @Override
        public LoadedFunction function(FunctionSpec function) {
            return new ReplayFunction(function);
        }

        @Override
        public Hook attachStructOps(String map) {
            throw new IllegalStateException("map '" + map + "' is replayed: there is no kernel to attach it to");
        }

        @Override
        public RingMemory ring(MapSpec map) {
            if (map.type() == MapType.USER_RINGBUF) {
                throw new UnsupportedOperationException(spec.name() + ": map '" + map.name()
                        + "' is a recording and in no kernel, so nobody would read what is written to it; load the"
                        + " program to do that");
            }
            return rings.computeIfAbsent(map.name(), name -> new ReplayRing(name, records(name))).memory();
        }

        @Override
        public PerfMemory perfBuffer(MapSpec map) {
            return perfBuffers.computeIfAbsent(map.name(), name -> ReplayPerfBuffer.of(name, records(name)));
        }

        private List<MemorySegment> records(String name) {
            return dump.maps().get(name) instanceof Records(var records) ? records : List.of();
        }

        @Override
        public Table table(MapSpec map) {
            return new ReplayTable(spec.name(), map,
                    dump.maps().get(map.name()) instanceof Rows(var rows) ? rows : List.of(), spec.btf().order());
        }

        @Override
        public RingWaiter waiter(List<? extends RecordMemory> waited) {
            return new ReplayWaiter(waited);
        }

        @Override
        public RingWaiter roomWaiter(RingMemory ring) {
            throw new UnsupportedOperationException("nobody reads from a recording");
        }

        @Override
        public List<LoadedMap> maps() {
            return spec.maps().stream()
                    .map(map -> (LoadedMap) new ReplayedMap(spec.name(), plan.resized(map), table(plan.resized(map))))
                    .toList();
        }

        /** What variables begin with, for a dump has none of them. */
        @Override
        @SuppressWarnings("MustBeClosedChecker") // the SectionMemory closes it
        public SectionMemory section(String name, boolean constant) {
            MemorySegment image = plan.sections().getOrDefault(name, Images.initial(spec, name));
            Arena arena = Arena.ofShared();
            MemorySegment memory = arena.allocate(image.byteSize(), Long.BYTES).copyFrom(image);
            return new SectionMemory(constant ? memory.asReadOnly() : memory, arena::close);
        }

        @Override
        public void close() {}
    }
}
