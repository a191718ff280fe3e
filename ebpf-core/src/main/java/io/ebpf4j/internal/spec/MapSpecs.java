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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        var shapes = new ShapeCompiler(btf, FieldDecoders.load());
        Map<String, MapSpec> maps = new LinkedHashMap<>();
        for (ElfSection section : MapSections.of(elf)) {
            BtfType.DataSec declared = btf.find(BtfType.DataSec.class, section.name())
                    .orElseThrow(() -> new ObjectFileException(elf.name() + ": section " + section.name()
                            + " has no entry in .BTF, so nothing says what its maps are; compile with clang -g"));
            for (BtfType.VarInfo entry : declared.variables()) {
                if (!(btf.type(entry.type()) instanceof BtfType.Var variable)) {
                    throw new ObjectFileException(elf.name() + ": section " + section.name() + " lists type "
                            + entry.type() + ", a " + btf.spell(entry.type()) + ", among its variables");
                }
                MapSpec map = read(elf.name(), btf, variable, section.name(), shapes);
                MapSpec other = maps.putIfAbsent(map.name(), map);
                if (other != null) {
                    throw new ObjectFileException(
                            elf.name() + ": two maps are called '" + map.name() + "', in sections "
                                    + other.section() + " and " + map.section() + "; the file is damaged");
                }
            }
        }
        return List.copyOf(maps.values());
    }

    private static MapSpec read(String file, Btf btf, BtfType.Var variable, String section, ShapeCompiler shapes) {
        String where = file + ": map '" + variable.name() + "'";
        Optional<Output> output = Marks.of(where, variable.name(), section, btf.declTags(variable.id()));
        MapDefinition definition = MapDefinition.read(btf, variable, where);
        MapType type = MapType.of(definition.typeId());
        if (output.isPresent() && (type.isRing() || type.isHash())) {
            check(output.get(), type, definition, where, shapes);
        }
        return new MapSpec(variable.name(), type, definition.typeId(), definition.keySize(), definition.valueSize(),
                definition.maxEntries(), definition.flags(), definition.key(), definition.value(), output, section);
    }

    private static void check(Output output, MapType type, MapDefinition definition, String where,
            ShapeCompiler shapes) {
        BtfType value = definition.value().orElseThrow(() -> new ObjectFileException(where + ": has output " + output
                + " but no type of its " + (type.isRing() ? "records" : "values") + "; add __type(value, struct ..)"));
        shapes.compile(value, where);
        if (!type.isRing()) {
            BtfType key = definition.key().orElseThrow(() -> new ObjectFileException(
                    where + ": has output " + output + " but no type of its keys; add __type(key, ..)"));
            shapes.compile(key, where);
        }
    }
}
