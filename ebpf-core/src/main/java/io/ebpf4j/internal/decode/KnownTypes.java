package io.ebpf4j.internal.decode;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.decode.EnumValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types of one file, each read once: thousands of members can have as many aliases of one enum of thousands of
 * constants. Not thread-safe.
 */
final class KnownTypes {
    private final Btf btf;
    private final Map<Integer, BtfType> types = new HashMap<>();
    private final Map<Integer, BtfType> ends = new HashMap<>();
    private final Map<Integer, Map<Long, EnumValue>> constants = new HashMap<>();

    KnownTypes(Btf btf) {
        this.btf = btf;
    }

    /** {@return the type behind all typedefs, qualifiers and type tags} */
    BtfType resolve(int id) {
        var way = new ArrayList<Integer>();
        int at = id;
        BtfType end = ends.get(at);
        while (end == null) {
            BtfType type = types.computeIfAbsent(at, btf::type);
            if (!(type instanceof BtfType.Alias alias)) {
                end = type;
            } else if (way.size() < btf.size()) {
                way.add(at);
                at = alias.type();
                end = ends.get(at);
            } else {
                end = btf.resolve(id); // a circle, which it refuses
            }
        }
        for (int passed : way) {
            ends.put(passed, end);
        }
        return end;
    }

    /** {@return the constants of an enum by their numbers; of two, the first} */
    Map<Long, EnumValue> constants(BtfType.Enumeration type) {
        return constants.computeIfAbsent(type.id(), id -> byNumber(type.constants()));
    }

    private static Map<Long, EnumValue> byNumber(List<BtfType.Constant> constants) {
        Map<Long, EnumValue> byNumber = new HashMap<>();
        for (BtfType.Constant constant : constants) {
            byNumber.putIfAbsent(constant.value(), new EnumValue(Optional.of(constant.name()), constant.value()));
        }
        return Map.copyOf(byNumber);
    }
}
