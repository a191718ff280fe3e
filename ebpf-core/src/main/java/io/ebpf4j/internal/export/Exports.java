package io.ebpf4j.internal.export;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingOwners;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one call of {@code export} began: the thread that drains its rings, and the exporters. */
public final class Exports implements AutoCloseable {
    private final ProgramSpec spec;
    private final LoadedObject object;
    private final RingOwners rings;
    private final Set<String> exportedTables;
    private final Gate gate;
    private final List<MapExporter> exporters;
    private final List<DrainThread.Drain> drains = new ArrayList<>();
    private Optional<DrainThread> thread = Optional.empty();

    /**
     * Makes an export that has not begun; it owns the exporters from now on.
     *
     * @param spec the program
     * @param object its maps
     * @param rings who reads which ring
     * @param exportedTables which tables are exported, by this or another of the program's exports
     * @param gate of the program
     * @param exporters offered each map in this order
     */
    public Exports(ProgramSpec spec, LoadedObject object, RingOwners rings, Set<String> exportedTables, Gate gate,
            List<MapExporter> exporters) {
        this.spec = spec;
        this.object = object;
        this.rings = rings;
        this.exportedTables = exportedTables;
        this.gate = gate;
        this.exporters = List.copyOf(exporters);
    }

    /**
     * Hands each map with an output to the first exporter that takes it, and starts the thread if there are rings.
     *
     * @param all whether a map that none takes is an error
     */
    public void begin(boolean all) {
        for (MapSpec map : spec.maps()) {
            if (map.output().isEmpty()) {
                continue;
            }
            Optional<MapExporter> exporter = exporters.stream().filter(e -> e.takes(map)).findFirst();
            if (exporter.isPresent()) {
                export(map, exporter.get());
            } else if (all) {
                throw new ObjectFileException(spec.name() + ": map '" + map.name() + "': output " + map.output().get()
                        + " of a " + map.type() + " cannot be exported by this version");
            }
        }
        if (!drains.isEmpty()) {
            var waiter = object.waiter(drains.stream().map(DrainThread.Drain::memory).toList());
            var drainThread = new DrainThread(spec.name(), drains, waiter);
            thread = Optional.of(drainThread);
            drainThread.start();
        }
    }

    private void export(MapSpec map, MapExporter exporter) {
        if (map.type().carriesRecords()) {
            Shape record = MapShapes.record(spec, map);
            RecordMemory memory = rings.claimRecords(map);
            DrainThread.Drain drain;
            try {
                drain = new DrainThread.Drain(memory, record.size(), LostSamples.of(spec, object, map));
            } catch (RuntimeException | Error e) {
                rings.giveBack(memory);
                throw e;
            }
            drains.add(drain);
            var source = new RingSource(spec.name(), map, record, drain::statistics);
            drain.to(exporter.ring(source));
            exporters.stream().filter(other -> !other.equals(exporter)).forEach(other -> other.watch(source));
        } else {
            // Once, as with a ring: two exports into one registry would count everything twice.
            if (!exportedTables.add(map.name())) {
                throw new IllegalStateException(spec.name() + ": map '" + map.name() + "' is already exported");
            }
            Table table = object.table(map);
            exporter.table(new TableSource(spec.name(), map, MapShapes.key(spec, map), MapShapes.value(spec, map),
                    visitor -> gate.inside(() -> table.forEach(visitor))));
        }
    }

    @Override
    public void close() {
        List<Runnable> closers = new ArrayList<>();
        thread.ifPresentOrElse(t -> closers.add(t::close), () -> drains.forEach(d -> closers.add(d::release)));
        exporters.forEach(exporter -> closers.add(exporter::close));
        drains.forEach(drain -> closers.add(() -> rings.release(drain.memory().name())));
        Closing.all(closers);
    }
}
