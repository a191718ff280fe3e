package io.ebpf4j.internal.spec;

import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What maps of maps and of functions hold from the start. The bytes of a map's variable are all zero: its numbers are in
 * BTF, and what {@code .values} is initialised with is a relocation for each pointer, as libbpf reads them in
 * {@code bpf_object__collect_map_relos}.
 */
final class MapContents {
    private static final int POINTER_SIZE = 8;

    private final ElfFile elf;
    private final Map<String, MapVariable> maps;
    private final Map<String, SortedMap<Integer, String>> contents = new HashMap<>();

    private MapContents(ElfFile elf, Map<String, MapVariable> maps) {
        this.elf = elf;
        this.maps = maps;
    }

    /**
     * {@return by a map's name, by index, the names of the maps or functions in it}
     *
     * @throws ObjectFileException when something in the sections is no pointer to such
     */
    static Map<String, SortedMap<Integer, String>> read(ElfFile elf, Map<String, MapVariable> maps,
            List<ElfSection> sections) {
        var reader = new MapContents(elf, maps);
        Map<Integer, TreeMap<Long, MapVariable>> places = new HashMap<>();
        maps.values().forEach(map -> places.computeIfAbsent(map.section().index(), index -> new TreeMap<>())
                .put(map.place().offset(), map));
        for (ElfSection section : sections) {
            TreeMap<Long, MapVariable> variables = places.getOrDefault(section.index(), new TreeMap<>());
            reader.checkBytes(section, variables.values());
            for (ElfRelocation relocation : elf.relocations(section)) {
                var below = variables.floorEntry(relocation.offset());
                if (below == null || !below.getValue().holds(relocation.offset(), POINTER_SIZE)) {
                    throw new ObjectFileException(elf.name() + ": section " + section.name()
                            + " has a relocation at offset " + relocation.offset()
                            + ", where no map is; the file is damaged");
                }
                reader.add(below.getValue(), relocation);
            }
        }
        return reader.contents;
    }

    private void checkBytes(ElfSection section, Collection<MapVariable> variables) {
        MemorySegment bytes = elf.contents(section);
        for (long offset = 0; offset < bytes.byteSize(); offset++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, offset) != 0) {
                long at = offset;
                String map = variables.stream().filter(v -> v.holds(at, 1)).map(v -> ": map '" + v.name() + "'")
                        .findFirst().orElse("");
                throw new ObjectFileException(elf.name() + map + ": byte " + offset + " of section " + section.name()
                        + " is not zero, but loaders look at a map's type alone; initialise nothing but .values");
            }
        }
    }

    private void add(MapVariable map, ElfRelocation relocation) {
        String where = elf.name() + ": map '" + map.name() + "'";
        long first = map.definition().contentsOffset().orElseThrow(() -> new ObjectFileException(where
                + ": is initialised at offset " + (relocation.offset() - map.place().offset())
                + ", but has no field values; initialise nothing but .values"));
        long offset = relocation.offset() - map.place().offset() - first;
        if (offset < 0 || offset % POINTER_SIZE != 0) {
            throw new ObjectFileException(where + ": is initialised at offset " + (offset + first)
                    + ", where none of its values is: they follow each other every " + POINTER_SIZE + " bytes from "
                    + first + " on; initialise nothing but .values");
        }
        int index = Math.toIntExact(offset / POINTER_SIZE);
        String name = map.definition().type().isMapOfMaps()
                ? map(where, map, index, relocation)
                : function(where, index, relocation);
        contents.computeIfAbsent(map.name(), outer -> new TreeMap<>()).put(index, name);
    }

    private String map(String where, MapVariable outer, int index, ElfRelocation relocation) {
        ElfSymbol symbol = symbol(where, index, relocation);
        MapVariable target = maps.get(symbol.name());
        if (target == null || target.section().index() != symbol.sectionIndex()) {
            throw new ObjectFileException(where + ": value " + index + " is symbol " + symbol.index() + " '"
                    + symbol.name() + "', which is no map of this file" + Suggestion.of(symbol.name(), maps.keySet())
                    + "; put the address of a global map there");
        }
        if (outer.definition().type() == MapType.HASH_OF_MAPS && outer.definition().keySize() != Integer.BYTES) {
            throw new ObjectFileException(where + ": has values from the start, whose keys are numbers of 4 bytes, but"
                    + " its keys have " + outer.definition().keySize() + "; use __type(key, __u32), or fill it later");
        }
        return target.name();
    }

    private String function(String where, int index, ElfRelocation relocation) {
        ElfSymbol symbol = symbol(where, index, relocation);
        if (!FunctionSpecs.isEntryPoint(elf, symbol)) {
            throw new ObjectFileException(where + ": value " + index + " is symbol " + symbol.index() + " '"
                    + symbol.name() + "', which is no function with a SEC(..); put the address of such a one there");
        }
        return symbol.name();
    }

    private ElfSymbol symbol(String where, int index, ElfRelocation relocation) {
        List<ElfSymbol> symbols = elf.symbols();
        if (relocation.symbolIndex() >= symbols.size()) {
            throw new ObjectFileException(where + ": value " + index + " is symbol " + relocation.symbolIndex()
                    + ", but there are " + symbols.size() + "; the file is damaged");
        }
        return symbols.get(relocation.symbolIndex());
    }
}
