package io.ebpf4j.internal.spec;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.map.MapUse;
import java.util.List;
import java.util.function.Predicate;

/** Maps by name, for what can be done with some types of them only. */
public final class MapLookup {
    private MapLookup() {}

    /**
     * {@return a map of a program's}
     *
     * @param spec the program
     * @param name the map's
     * @param kind what it has to be, as {@code hash map}
     * @param fits which types are that
     * @throws IllegalArgumentException when it has no such map; names those that it has
     */
    public static MapSpec find(ProgramSpec spec, String name, String kind, Predicate<MapType> fits) {
        List<String> fitting = spec.maps().stream().filter(map -> fits.test(map.type())).map(MapSpec::name).toList();
        MapSpec map = spec.map(name)
                .orElseThrow(() -> Suggestion.unknown(spec.name(), "map", name, kind + "s", fitting));
        if (!fits.test(map.type())) {
            throw new IllegalArgumentException(spec.name() + ": map '" + name + "' is a " + map.type() + ", no " + kind
                    + "; " + MapUse.advice(map.type(), name) + "; its " + kind + "s are " + fitting);
        }
        return map;
    }
}
