package io.ebpf4j.internal.decode;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.spec.RecordTypes;
import java.util.Optional;

/** The shapes of a map's keys and values. */
public final class MapShapes {
    private MapShapes() {}

    /** {@return the shape of a map's keys} */
    public static Shape key(ProgramSpec spec, MapSpec map) {
        return key(spec.name(), spec.btf(), map);
    }

    /**
     * {@return the shape of a map's keys}
     *
     * @param owner how messages call what the map belongs to
     * @param btf what the map's types are of
     * @param map the map
     */
    public static Shape key(String owner, Btf btf, MapSpec map) {
        return shape(owner, btf, map, map.key(), "key");
    }

    /** {@return the shape of a map's values} */
    public static Shape value(ProgramSpec spec, MapSpec map) {
        return value(spec.name(), spec.btf(), map);
    }

    /** {@return as {@link #key(String, Btf, MapSpec)}, the shape of a map's values, or of a ring's records} */
    public static Shape value(String owner, Btf btf, MapSpec map) {
        return shape(owner, btf, map, map.value(), "value");
    }

    /** {@return the shape of the records of a map that carries some, where the file names their type} */
    public static Optional<Shape> declaredRecord(String owner, Btf btf, MapSpec map) {
        return RecordTypes.of(btf, map.type(), map.value()).map(type -> of(btf, type, where(owner, map)));
    }

    /** {@return the shape of the records of a map that carries some} */
    public static Shape record(ProgramSpec spec, MapSpec map) {
        return record(spec.name(), spec.btf(), map);
    }

    /** {@return the same, of a map with these types} */
    public static Shape record(String owner, Btf btf, MapSpec map) {
        return declaredRecord(owner, btf, map)
                .orElseThrow(() -> new ObjectFileException(where(owner, map) + ": does not name the type of its"
                        + " records; add __type(value, struct ..)"));
    }

    /** {@return the shape of any type} */
    public static Shape of(ProgramSpec spec, BtfType type, String where) {
        return of(spec.btf(), type, where);
    }

    private static Shape of(Btf btf, BtfType type, String where) {
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(type, where);
    }

    /** {@return how messages call a map} */
    public static String where(ProgramSpec spec, MapSpec map) {
        return where(spec.name(), map);
    }

    /** {@return how messages call a map, of what they call its owner} */
    public static String where(String owner, MapSpec map) {
        return owner + ": map '" + map.name() + "'";
    }

    private static Shape shape(String owner, Btf btf, MapSpec map, Optional<BtfType> type, String role) {
        BtfType declared = type
                .orElseThrow(() -> new ObjectFileException(where(owner, map) + ": does not name the type of its "
                        + role + "s; add __type(" + role + ", ..) instead of a size"));
        return of(btf, declared, where(owner, map));
    }
}
