package io.ebpf4j.internal.spec;

import io.ebpf4j.MapSpec.Pinning;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import java.util.List;
import java.util.Optional;

/**
 * Reads the struct of one map, member after member, as {@code parse_btf_map_def} of libbpf does. Its macros hide numbers
 * in types:
 *
 * <pre>
 *   __uint(max_entries, 8)       int (*max_entries)[8];                  a pointer to an array of 8
 *   __ulong(map_extra, 1ul &lt;&lt; 44) enum { .. = 1ul &lt;&lt; 44 } map_extra;       an enum of one constant
 *   __type(key, T)               T *key;                                 a pointer to a T
 *   __array(values, T)           T *values[];                            an array of no pointers, at the end
 * </pre>
 */
final class MapDefinitionReader {
    private static final List<String> FIELDS = List.of("type", "max_entries", "map_flags", "numa_node", "key_size",
            "key", "value_size", "value", "values", "pinning", "map_extra");
    /** The kernel's handle for the map or function at an index. */
    private static final int HANDLE_SIZE = 4;

    private final MapTypes types;
    private final Btf btf;
    private final String where;
    private final boolean isInner;

    private int typeId;
    private long maxEntries;
    private int flags;
    private int numaNode;
    private long extra;
    private Pinning pinning = Pinning.NONE;
    private final Part key = new Part("key");
    private final Part value = new Part("value");
    private Optional<MapDefinition> inner = Optional.empty();
    private Optional<Long> contentsOffset = Optional.empty();

    MapDefinitionReader(MapTypes types, String where, boolean isInner) {
        this.types = types;
        this.btf = types.btf();
        this.where = where;
        this.isInner = isInner;
    }

    MapDefinition read(BtfType.Struct struct) {
        List<BtfType.Member> members = struct.members();
        for (int i = 0; i < members.size(); i++) {
            read(members.get(i), i == members.size() - 1);
        }
        if (typeId == 0) {
            throw new ObjectFileException(where + ": has no type; add __uint(type, BPF_MAP_TYPE_..)");
        }
        // What the file says of these is the type of the records.
        MapType type = MapType.of(typeId);
        int keySize = type.declaresRecords() ? RecordTypes.ownSize(type) : key.fitting();
        int valueSize = type.declaresRecords() ? RecordTypes.ownSize(type) : value.fitting();
        return new MapDefinition(typeId, maxEntries, flags, key.type, value.type, keySize, valueSize, numaNode, extra,
                pinning, inner, contentsOffset);
    }

    private void read(BtfType.Member member, boolean isLast) {
        switch (member.name()) {
            case "type" -> typeId = (int) number(member);
            case "max_entries" -> maxEntries = number(member);
            case "map_flags" -> flags = (int) number(member);
            case "numa_node" -> numaNode = (int) number(member);
            case "map_extra" -> extra = longNumber(member);
            case "key_size" -> key.size(number(member), "key_size");
            case "value_size" -> value.size(number(member), "value_size");
            case "key" -> key.type(pointee(member));
            case "value" -> value.type(pointee(member));
            case "pinning" -> pinning = pinning(member);
            case "values" -> values(member, isLast);
            default -> throw new ObjectFileException(field(member) + " is none that a map definition has"
                    + Suggestion.of(member.name(), FIELDS) + "; there are " + String.join(", ", FIELDS));
        }
    }

    private String field(BtfType.Member member) {
        return where + ": field " + member.name();
    }

    /** The number of elements is unsigned and of 32 bits. */
    private long number(BtfType.Member member) {
        if (types.resolve(member.type()) instanceof BtfType.Ptr ptr
                && types.type(ptr.type()) instanceof BtfType.Array array) {
            return array.count();
        }
        throw new ObjectFileException(field(member) + " is a " + btf.spell(member.type()) + "; write it with __uint("
                + member.name() + ", number)");
    }

    private long longNumber(BtfType.Member member) {
        return switch (types.resolve(member.type())) {
            case BtfType.Enumeration holder -> {
                if (holder.constants().size() != 1) {
                    throw new ObjectFileException(field(member) + " is an enum of " + holder.constants().size()
                            + " constants instead of one; write it with __ulong(" + member.name() + ", number)");
                }
                long constant = holder.constants().getFirst().value();
                // Signed or not, libbpf takes the value of a small enum for an int.
                yield holder instanceof BtfType.Enum ? (int) constant : constant;
            }
            case BtfType.Ptr _ -> number(member);
            case BtfType _ -> throw new ObjectFileException(field(member) + " is a " + btf.spell(member.type())
                    + "; write it with __ulong(" + member.name() + ", number)");
        };
    }

    private BtfType pointee(BtfType.Member member) {
        if (types.type(member.type()) instanceof BtfType.Ptr ptr) {
            return types.type(ptr.type());
        }
        throw new ObjectFileException(field(member) + " is a " + btf.spell(member.type()) + "; write it with __type("
                + member.name() + ", type)");
    }

    private Pinning pinning(BtfType.Member member) {
        if (isInner) {
            throw new ObjectFileException(field(member) + " cannot be: only the outer map can be pinned; remove it");
        }
        long number = number(member);
        if (number == 0) {
            return Pinning.NONE;
        }
        if (number == 1) {
            return Pinning.BY_NAME;
        }
        throw new ObjectFileException(field(member) + " is " + number
                + ", which says nothing; there are LIBBPF_PIN_NONE (0) and LIBBPF_PIN_BY_NAME (1)");
    }

    private void values(BtfType.Member member, boolean isLast) {
        if (isInner) {
            throw new ObjectFileException(field(member) + " cannot be: maps inside a map hold no maps or functions"
                    + " themselves; remove it");
        }
        if (!isLast) {
            throw new ObjectFileException(field(member) + " is not the last one, but its contents follow it in memory;"
                    + " move it to the end");
        }
        MapType type = MapType.of(typeId);
        if (!type.isMapOfMaps() && type != MapType.PROG_ARRAY) {
            throw new ObjectFileException(field(member) + " is in a map of type " + typeId + " (" + type
                    + "), but only ARRAY_OF_MAPS (12), HASH_OF_MAPS (13) and PROG_ARRAY (3) have it");
        }
        value.size(HANDLE_SIZE, "values");
        contentsOffset = Optional.of(member.bitOffset() / Byte.SIZE);
        BtfType declared = declaredValue(member);
        if (type == MapType.PROG_ARRAY) {
            if (!(declared instanceof BtfType.FuncProto)) {
                throw wrongValues(member, "functions", "int (void *)");
            }
        } else if (declared instanceof BtfType.Struct struct) {
            inner = Optional.of(types.definition(struct, where + ": inner map", true));
        } else {
            throw wrongValues(member, "maps", "struct {..}");
        }
    }

    private BtfType declaredValue(BtfType.Member member) {
        if (types.type(member.type()) instanceof BtfType.Array array && array.count() == 0
                && types.resolve(array.element()) instanceof BtfType.Ptr ptr) {
            return types.resolve(ptr.type());
        }
        throw wrongValues(member, "pointers without a length", "..");
    }

    private ObjectFileException wrongValues(BtfType.Member member, String what, String example) {
        return new ObjectFileException(field(member) + " is a " + btf.spell(member.type()) + ", not an array of " + what
                + "; write it with __array(values, " + example + ")");
    }

    /** Keys or values: a size, a type, or both, which then agree. */
    private final class Part {
        private final String role;
        private String source = "";
        private long size;
        private Optional<BtfType> type = Optional.empty();

        private Part(String role) {
            this.role = role;
        }

        void size(long bytes, String field) {
            if (size != 0 && size != bytes) {
                throw new ObjectFileException(where + ": " + role + " has " + size + " bytes by field " + source
                        + ", but " + bytes + " by field " + field + "; keep one");
            }
            size = bytes;
            source = field;
        }

        void type(BtfType named) {
            if (types.resolve(named.id()) instanceof BtfType.Fwd) {
                throw new ObjectFileException(where + ": " + role + " type " + btf.spell(named.id())
                        + " has no size: it is declared but not defined in this file; include what defines it");
            }
            try {
                size(btf.sizeOf(named.id()), role);
            } catch (MalformedBtfException e) {
                throw new ObjectFileException(where + ": " + role + ": " + e.getMessage(), e);
            }
            type = Optional.of(named);
        }

        int fitting() {
            if (size > Integer.MAX_VALUE) {
                throw new ObjectFileException(
                        where + ": " + role + " has " + size + " bytes, more than any map holds");
            }
            return (int) size;
        }
    }
}
