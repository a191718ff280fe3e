package io.ebpf4j.internal.spec;

import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import java.util.List;
import java.util.Optional;

/**
 * What the anonymous struct of a map variable says. libbpf's macros hide numbers in types: {@code __uint(max_entries, 8)}
 * is a pointer to an array of 8, {@code __type(key, T)} a pointer to a T.
 */
record MapDefinition(int typeId, long maxEntries, int flags, Optional<BtfType> key, Optional<BtfType> value,
        int keySize,
        int valueSize) {
    private static final List<String> FIELDS = List.of("type", "max_entries", "map_flags", "numa_node", "key_size",
            "key",
            "value_size", "value", "values", "pinning", "map_extra");

    static MapDefinition read(Btf btf, BtfType.Var variable, String where) {
        if (!(btf.resolve(variable.type()) instanceof BtfType.Struct struct)) {
            throw new ObjectFileException(where + ": is a " + btf.spell(variable.type())
                    + ", not the struct of __uint(..) and __type(..) that defines a map");
        }
        long typeId = 0;
        long maxEntries = 0;
        long flags = 0;
        long keySize = 0;
        long valueSize = 0;
        Optional<BtfType> key = Optional.empty();
        Optional<BtfType> value = Optional.empty();
        for (BtfType.Member member : struct.members()) {
            String field = where + ": field " + member.name();
            switch (member.name()) {
                case "type" -> typeId = number(btf, member, field);
                case "max_entries" -> maxEntries = number(btf, member, field);
                case "map_flags" -> flags = number(btf, member, field);
                case "key_size" -> keySize = number(btf, member, field);
                case "value_size" -> valueSize = number(btf, member, field);
                case "key" -> key = Optional.of(pointee(btf, member, field));
                case "value" -> value = Optional.of(pointee(btf, member, field));
                case "numa_node", "pinning", "map_extra", "values" -> {
                    // libbpf applies these; nothing above it depends on them
                }
                default -> throw new ObjectFileException(field + " is none that a map definition has"
                        + Suggestion.of(member.name(), FIELDS) + "; there are " + String.join(", ", FIELDS));
            }
        }
        if (typeId == 0) {
            throw new ObjectFileException(where + ": has no type; add __uint(type, BPF_MAP_TYPE_..)");
        }
        if (MapType.of((int) typeId).isRing()) {
            // What the file says is the type of the records. The map itself has neither keys nor values.
            return new MapDefinition((int) typeId, maxEntries, (int) flags, key, value, 0, 0);
        }
        return new MapDefinition((int) typeId, maxEntries, (int) flags, key, value,
                size(btf, key, keySize, where + ": key"), size(btf, value, valueSize, where + ": value"));
    }

    private static int size(Btf btf, Optional<BtfType> type, long declared, String where) {
        long size;
        try {
            size = type.map(t -> btf.sizeOf(t.id())).orElse(declared);
        } catch (MalformedBtfException e) {
            throw new ObjectFileException(where + ": " + e.getMessage(), e);
        }
        if (type.isPresent() && declared != 0 && declared != size) {
            throw new ObjectFileException(
                    where + " has " + size + " bytes by its type, but " + declared + " by its size; keep one");
        }
        if (size > Integer.MAX_VALUE) {
            throw new ObjectFileException(where + " has " + size + " bytes, more than any map holds");
        }
        return (int) size;
    }

    private static long number(Btf btf, BtfType.Member member, String field) {
        if (btf.resolve(member.type()) instanceof BtfType.Ptr ptr
                && btf.resolve(ptr.type()) instanceof BtfType.Array array) {
            return array.count();
        }
        throw new ObjectFileException(
                field + " is a " + btf.spell(member.type()) + "; write it with __uint(" + member.name()
                        + ", number)");
    }

    private static BtfType pointee(Btf btf, BtfType.Member member, String field) {
        if (btf.resolve(member.type()) instanceof BtfType.Ptr ptr) {
            return btf.type(ptr.type());
        }
        throw new ObjectFileException(
                field + " is a " + btf.spell(member.type()) + "; write it with __type(" + member.name()
                        + ", type)");
    }
}
