package io.ebpf4j.internal.spec;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the maps, and checks that what has an output can be decoded. */
public final class MapSpecs {
    private MapSpecs() {}

    /**
     * {@return the maps in the order of sections, then of declaration}
     *
     * @throws ObjectFileException naming the map, when one declares what cannot work
     */
    public static List<MapSpec> read(ElfFile elf, Btf btf) {
        if (elf.section("maps").isPresent()) {
            throw new ObjectFileException(
                    elf.name() + ": declares maps in a section \"maps\", a form that was given up in"
                            + " libbpf 1.0; declare them with BTF in SEC(\".maps\")");
        }
        List<ElfSection> sections = MapSections.of(elf);
        Map<String, MapVariable> maps = variables(elf, btf, sections);
        checkOutputs(elf.name(), btf, maps.values());
        var contents = MapContents.read(elf, maps, sections);
        return maps.values().stream()
                .map(map -> map.toSpec(contents.getOrDefault(map.name(), Collections.emptySortedMap()))).toList();
    }

    private static Map<String, MapVariable> variables(ElfFile elf, Btf btf, List<ElfSection> sections) {
        Map<String, MapVariable> maps = new LinkedHashMap<>();
        var types = new MapTypes(btf, elf.name(), elf.bytes().byteSize());
        Set<String> names = new HashSet<>();
        for (ElfSection section : sections) {
            if (!names.add(section.name())) {
                throw new ObjectFileException(
                        elf.name() + ": two sections are called " + section.name() + "; the file is damaged");
            }
            BtfType.DataSec declared = btf.find(BtfType.DataSec.class, section.name())
                    .orElseThrow(() -> new ObjectFileException(elf.name() + ": section " + section.name()
                            + " has no entry in .BTF, so nothing says what its maps are; compile with clang -g"));
            for (BtfType.VarInfo place : declared.variables()) {
                MapVariable map = MapVariable.read(elf, types, section, place);
                MapVariable other = maps.putIfAbsent(map.name(), map);
                if (other != null) {
                    throw new ObjectFileException(
                            elf.name() + ": two maps are called '" + map.name() + "', in sections "
                                    + other.section().name() + " and " + section.name() + "; the file is damaged");
                }
            }
        }
        return maps;
    }

    private static void checkOutputs(String file, Btf btf, Collection<MapVariable> maps) {
        List<MapVariable> decoded = maps.stream().filter(MapSpecs::isDecoded).toList();
        if (decoded.isEmpty()) {
            return; // looking for the application's decoders takes a quarter of the time that reading takes
        }
        var shapes = new ShapeCompiler(btf, FieldDecoders.load());
        for (MapVariable map : decoded) {
            check(map.output().orElseThrow(), map.definition(), file + ": map '" + map.name() + "'", btf, shapes);
        }
    }

    private static boolean isDecoded(MapVariable map) {
        MapType type = map.definition().type();
        return map.output().isPresent() && (type.carriesRecords() || type.isHash());
    }

    private static void check(Output output, MapDefinition definition, String where, Btf btf, ShapeCompiler shapes) {
        MapType type = definition.type();
        boolean records = type.carriesRecords();
        BtfType value = (records ? RecordTypes.of(btf, type, definition.value()) : definition.value())
                .orElseThrow(() -> new ObjectFileException(where + ": has output " + output + " but no type of its "
                        + (records ? "records" : "values") + "; add __type(value, struct ..)"));
        shapes.compile(value, where);
        if (!records) {
            BtfType key = definition.key().orElseThrow(() -> new ObjectFileException(
                    where + ": has output " + output + " but no type of its keys; add __type(key, ..)"));
            shapes.compile(key, where);
        }
    }
}
