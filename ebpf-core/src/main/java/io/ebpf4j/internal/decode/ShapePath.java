package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.spec.Suggestion;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a value: what {@code .port} and {@code .ports[2]} mean.
 *
 * @param shape the type of the part
 * @param offset where it begins, in bytes from the beginning of the value
 */
public record ShapePath(Shape shape, long offset) {
    private static final Pattern STEP = Pattern.compile("\\.(?<field>\\w+)|\\[(?<index>\\d{1,9})]");

    /**
     * {@return the part that a path leads to}
     *
     * @param shape the type of the whole
     * @param path the whole's name, and the steps
     * @param from where the steps begin in it
     * @param where how messages call the place
     * @throws IllegalArgumentException when it leads nowhere, naming what there is
     */
    public static ShapePath follow(Shape shape, String path, int from, String where) {
        var part = new ShapePath(shape, 0);
        Matcher step = STEP.matcher(path);
        for (int at = from; at < path.length(); at = step.end()) {
            if (!step.region(at, path.length()).lookingAt()) {
                throw new IllegalArgumentException(where + ": '" + path.substring(at)
                        + "' names no part of a value; write .member or [index]");
            }
            String index = step.group("index");
            String before = path.substring(0, at);
            part = index == null
                    ? part.field(step.group("field"), before, where)
                    : part.element(Integer.parseInt(index), before, where);
        }
        return part;
    }

    private ShapePath field(String name, String path, String where) {
        List<Field> fields = switch (shape) {
            case Struct struct -> struct.fields();
            case Scalar _,Sequence _ -> throw new IllegalArgumentException(
                    where + ": " + path + " is of C type " + shape.spelling() + ", which has no members");
        };
        List<String> names = fields.stream().map(Field::name).toList();
        Field found = fields.stream().filter(field -> field.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(where + ": " + shape.spelling() + " has no member '"
                        + name + "'" + Suggestion.of(name, names) + "; its members are " + names));
        return new ShapePath(found.shape(), offset + found.offset());
    }

    private ShapePath element(int index, String path, String where) {
        return switch (shape) {
            case Sequence sequence when index < sequence.count() -> new ShapePath(sequence.element(),
                    offset + index * sequence.element().size());
            case Sequence sequence -> throw new IllegalArgumentException(where + ": " + path + " has "
                    + sequence.count() + " elements, from 0 on");
            case Scalar _,Struct _ -> throw new IllegalArgumentException(
                    where + ": " + path + " is of C type " + shape.spelling() + ", whose parts have no index");
        };
    }
}
