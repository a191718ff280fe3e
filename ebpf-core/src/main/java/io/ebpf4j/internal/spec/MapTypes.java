package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the maps of one file are made of, each type read once: a file can have thousands of maps that share a struct of
 * thousands of members. And thousands of names that share a text, so that all of them together may only be a few times as
 * long as the file. Honest ones never come near that.
 */
final class MapTypes {
    private static final int TIMES = 16;

    private final Btf btf;
    private final String file;
    private final Map<Integer, BtfType> types = new HashMap<>();
    private final Map<Integer, MapDefinition> definitions = new HashMap<>();
    private final Map<Integer, MapDefinition> inner = new HashMap<>();
    private long left;

    MapTypes(Btf btf, String file, long fileSize) {
        this.btf = btf;
        this.file = file;
        this.left = TIMES * fileSize;
    }

    Btf btf() {
        return btf;
    }

    /** {@return a type} */
    BtfType type(int id) {
        BtfType known = types.get(id);
        if (known == null) {
            known = btf.type(id);
            spend(known.name().length() + switch (known) {
                case BtfType.Composite composite ->
                    composite.members().stream().mapToLong(member -> member.name().length()).sum();
                case BtfType.Enumeration enumeration ->
                    enumeration.constants().stream().mapToLong(constant -> constant.name().length()).sum();
                case BtfType.FuncProto function ->
                    function.params().stream().mapToLong(param -> param.name().length()).sum();
                case BtfType _ -> 0;
            });
            types.put(id, known);
        }
        return known;
    }

    /** {@return the type behind all typedefs, qualifiers and type tags} */
    BtfType resolve(int id) {
        BtfType type = type(id);
        // The engine knows circles, and is only asked for its answer where it is another one.
        return type instanceof BtfType.Alias ? type(btf.resolve(id).id()) : type;
    }

    /** {@return the texts of the tags on a declaration} */
    List<String> declTags(int id) {
        List<String> tags = btf.declTags(id);
        spend(tags.stream().mapToLong(String::length).sum());
        return tags;
    }

    /**
     * {@return what a struct says of a map}
     *
     * @param where how messages call the map
     * @param isInner whether it is one of the maps inside another
     */
    MapDefinition definition(BtfType.Struct struct, String where, boolean isInner) {
        Map<Integer, MapDefinition> known = isInner ? inner : definitions;
        MapDefinition definition = known.get(struct.id());
        if (definition == null) {
            definition = new MapDefinitionReader(this, where, isInner).read(struct);
            known.put(struct.id(), definition);
        }
        return definition;
    }

    private void spend(long text) {
        left -= text;
        if (left < 0) {
            throw new ObjectFileException(file + ": the names around its maps are together more than " + TIMES
                    + " times as long as the file; the file is damaged");
        }
    }
}
