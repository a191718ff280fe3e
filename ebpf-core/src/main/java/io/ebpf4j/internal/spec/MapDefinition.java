package io.ebpf4j.internal.spec;

import io.ebpf4j.MapSpec.Pinning;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.BtfType;
import java.util.Optional;

/**
 * What the struct of a map variable says.
 *
 * @param contentsOffset where in the struct the contents begin, in bytes, in a map that may have them
 */
record MapDefinition(int typeId, long maxEntries, int flags, Optional<BtfType> key, Optional<BtfType> value,
        int keySize, int valueSize, int numaNode, long extra, Pinning pinning, Optional<MapDefinition> inner,
        Optional<Long> contentsOffset) {

    MapType type() {
        return MapType.of(typeId);
    }

    /**
     * {@return what a variable's struct says}
     *
     * @throws ObjectFileException when libbpf would refuse it; names the field
     */
    static MapDefinition read(MapTypes types, BtfType.Var variable, String where) {
        if (!(types.resolve(variable.type()) instanceof BtfType.Struct struct)) {
            throw new ObjectFileException(where + ": is a " + types.btf().spell(variable.type())
                    + ", not the struct of __uint(..) and __type(..) that defines a map");
        }
        return types.definition(struct, where, false);
    }
}
