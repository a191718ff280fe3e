package io.ebpf4j.internal.decode;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.spec.RecordTypes;
import java.util.Optional;

/** The shapes of a map's keys and values. */
public final class MapShapes {
    private MapShapes() {}

    /** {@return the shape of a map's keys} */
    public static Shape key(ProgramSpec spec, MapSpec map) {
        return shape(spec, map, map.key(), "key");
    }

    /** {@return the shape of a map's values} */
    public static Shape value(ProgramSpec spec, MapSpec map) {
        return shape(spec, map, map.value(), "value");
    }

    /** {@return the shape of the records of a map that carries some, where the file names their type} */
    public static Optional<Shape> declaredRecord(ProgramSpec spec, MapSpec map) {
        return RecordTypes.of(spec.btf(), map.type(), map.value()).map(type -> of(spec, type, where(spec, map)));
    }

    /** {@return the shape of the records of a map that carries some} */
    public static Shape record(ProgramSpec spec, MapSpec map) {
        return declaredRecord(spec, map)
                .orElseThrow(() -> new ObjectFileException(where(spec, map) + ": does not name the type of its"
                        + " records; add __type(value, struct ..)"));
    }

    /** {@return the shape of any type} */
    public static Shape of(ProgramSpec spec, BtfType type, String where) {
        return new ShapeCompiler(spec.btf(), FieldDecoders.load()).compile(type, where);
    }

    /** {@return how messages call a map} */
    public static String where(ProgramSpec spec, MapSpec map) {
        return spec.name() + ": map '" + map.name() + "'";
    }

    private static Shape shape(ProgramSpec spec, MapSpec map, Optional<BtfType> type, String role) {
        BtfType declared = type
                .orElseThrow(() -> new ObjectFileException(where(spec, map) + ": does not name the type of its "
                        + role + "s; add __type(" + role + ", ..) instead of a size"));
        return of(spec, declared, where(spec, map));
    }
}
