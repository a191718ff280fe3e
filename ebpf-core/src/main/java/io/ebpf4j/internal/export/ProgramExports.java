package io.ebpf4j.internal.export;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.MapExporterProvider;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Services;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.ring.RingOwners;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What all calls of {@code export} of one program have begun. */
public final class ProgramExports {
    private final ProgramSpec spec;
    private final LoadedObject object;
    private final RingOwners rings;
    private final Gate gate;
    private final Set<String> tables = ConcurrentHashMap.newKeySet();
    private final Queue<Exports> begun = new ConcurrentLinkedQueue<>();

    /**
     * Begins with none.
     *
     * @param spec the program
     * @param object its maps
     * @param rings who reads which ring
     * @param gate of the program
     */
    public ProgramExports(ProgramSpec spec, LoadedObject object, RingOwners rings, Gate gate) {
        this.spec = spec;
        this.object = object;
        this.rings = rings;
        this.gate = gate;
    }

    /**
     * Begins one more.
     *
     * @param exporters offered each map in this order; owned from now on
     * @param all whether a map that none takes is an error
     */
    public void begin(List<MapExporter> exporters, boolean all) {
        var exports = new Exports(spec, object, rings, tables, gate, exporters);
        try {
            gate.inside(() -> {
                begun.add(exports);
                exports.begin(all);
                return exports;
            });
        } finally {
            if (!begun.contains(exports)) {
                exports.close(); // the program was closed before, so nobody else will
            }
        }
    }

    /** {@return what ends them all, the oldest first} */
    public List<Runnable> closers() {
        return begun.stream().<Runnable>map(exports -> exports::close).toList();
    }

    /**
     * {@return an exporter to something, as a registry of meters}
     *
     * @throws IllegalStateException when no provider makes one; names the dependency that does
     */
    public static MapExporter exporterTo(Object target) {
        List<MapExporterProvider> providers = Services.of(ServiceLoader.load(MapExporterProvider.class),
                ServiceLoader.load(MapExporterProvider.class, MapExporterProvider.class.getClassLoader()));
        return providers.stream().map(provider -> provider.exporter(target)).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing on the class or module path exports to a "
                        + target.getClass().getName() + "; add the dependency io.ebpf4j:ebpf-metrics"));
    }
}
