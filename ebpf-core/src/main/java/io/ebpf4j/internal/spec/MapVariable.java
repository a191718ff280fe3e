package io.ebpf4j.internal.spec;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** One variable of a section of maps. */
record MapVariable(String name, ElfSection section, BtfType.VarInfo place, MapDefinition definition,
        List<String> declTags, Optional<Output> output) {

    /**
     * {@return the variable that an entry of a DATASEC stands for}
     *
     * @throws ObjectFileException when libbpf would take it for no map; names the variable
     */
    static MapVariable read(ElfFile elf, MapTypes types, ElfSection section, BtfType.VarInfo place) {
        String at = elf.name() + ": section " + section.name();
        if (!(types.type(place.type()) instanceof BtfType.Var variable)) {
            throw new ObjectFileException(at + " lists type " + place.type() + ", a " + types.btf().spell(place.type())
                    + ", among its variables");
        }
        if (variable.name().isEmpty()) {
            throw new ObjectFileException(at + " has at offset " + place.offset()
                    + " a variable without a name (type " + place.type() + "); the file is damaged");
        }
        String where = elf.name() + ": map '" + variable.name() + "'";
        if (variable.linkage() != BtfType.Linkage.GLOBAL) {
            throw new ObjectFileException(where + ": is " + switch (variable.linkage()) {
                case STATIC -> "static or hidden";
                case EXTERN -> "extern, so defined nowhere in the file";
                case GLOBAL, UNKNOWN -> "of a linkage that has no meaning";
            } + ", and loaders take global maps only; declare it without that, in SEC(\"" + section.name() + "\")");
        }
        List<String> tags = types.declTags(variable.id());
        Optional<Output> output = Marks.of(where, variable.name(), section.name(), tags);
        MapDefinition definition = MapDefinition.read(types, variable, where);
        long size = types.btf().sizeOf(variable.type());
        if (size > place.size() || place.offset() < 0 || place.offset() > section.size() - place.size()) {
            throw new ObjectFileException(where + ": has a struct of " + size + " bytes in a place of " + place.size()
                    + " at offset " + Long.toUnsignedString(place.offset()) + " of section " + section.name()
                    + ", which has " + section.size() + "; the file is damaged");
        }
        return new MapVariable(variable.name(), section, place, definition, tags, output);
    }

    /** {@return whether some bytes lie within it} */
    boolean holds(long offset, long size) {
        return offset >= place.offset() && offset - place.offset() <= place.size() - size;
    }

    MapSpec toSpec(SortedMap<Integer, String> contents) {
        return spec(name, definition, declTags, output, contents,
                definition.inner().map(inner -> spec(name + ".inner", inner, List.of(), Optional.empty(),
                        Collections.emptySortedMap(), Optional.empty())));
    }

    private MapSpec spec(String called, MapDefinition says, List<String> tags, Optional<Output> asked,
            SortedMap<Integer, String> contents, Optional<MapSpec> inner) {
        return new MapSpec(called, says.type(), says.typeId(), says.keySize(), says.valueSize(), says.maxEntries(),
                says.flags(), says.key(), says.value(), asked, section.name(), says.numaNode(), says.extra(),
                says.pinning(), inner, contents, tags);
    }
}
