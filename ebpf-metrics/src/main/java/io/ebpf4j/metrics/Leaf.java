package io.ebpf4j.metrics;

import io.ebpf4j.decode.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * One visible member of a C type, nested structs flattened.
 *
 * @param path the names from the outside in, joined with dots; empty where the type is no struct
 * @param offset bytes from the beginning of the outermost type
 * @param shape a scalar or an array
 */
record Leaf(String path, long offset, Shape shape) {
    /** {@return the members of a type in C's order, without hidden ones and all that is in them} */
    static List<Leaf> of(Shape shape) {
        List<Leaf> leaves = new ArrayList<>();
        collect("", 0, shape, leaves);
        return leaves;
    }

    private static void collect(String path, long offset, Shape shape, List<Leaf> leaves) {
        switch (shape) {
            case Shape.Struct struct -> {
                for (Shape.Field field : struct.fields()) {
                    if (!field.hidden()) {
                        String inner = path.isEmpty() || field.name().isEmpty()
                                ? path + field.name()
                                : path + "." + field.name();
                        collect(inner, offset + field.offset(), field.shape(), leaves);
                    }
                }
            }
            case Shape.Scalar scalar -> leaves.add(new Leaf(path, offset, scalar));
            case Shape.Sequence sequence -> leaves.add(new Leaf(path, offset, sequence));
        }
    }
}
