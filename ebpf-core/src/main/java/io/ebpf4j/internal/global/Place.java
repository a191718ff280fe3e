package io.ebpf4j.internal.global;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.VariableSpec;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import io.ebpf4j.internal.spec.Suggestion;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A variable, or a part of one: what {@code cfg}, {@code cfg.port} and {@code cfg.ports[2]} mean.
 *
 * @param where how messages call it: {@code probe: variable 'cfg.port'}
 * @param variable the variable
 * @param shape the type of the variable or part
 * @param offset where it begins, in bytes from the beginning of the variable's section
 */
public record Place(String where, VariableSpec variable, Shape shape, long offset) {
    private static final Pattern STEP = Pattern.compile("\\.(?<field>\\w+)|\\[(?<index>\\d{1,9})]");

    /**
     * {@return what a path means in a program}
     *
     * @throws IllegalArgumentException when it means nothing, naming what there is; or two variables
     * @throws ObjectFileException when the variable's type cannot be decoded
     */
    public static Place of(ProgramSpec spec, String path) {
        VariableSpec variable = variable(spec, path);
        String where = spec.name() + ": variable '" + path + "'";
        Shape shape = new ShapeCompiler(spec.btf(), FieldDecoders.load()).compile(spec.btf().type(variable.typeId()),
                where);
        if (shape.size() > variable.size()) {
            throw new ObjectFileException(where + ": has " + variable.size() + " bytes, but its type "
                    + shape.spelling() + " has " + shape.size() + "; the file is damaged");
        }
        return new Place(where, variable, shape, variable.offset()).follow(path, variable.name().length());
    }

    private static VariableSpec variable(ProgramSpec spec, String path) {
        List<VariableSpec> all = spec.variables();
        // A static variable within a function has a dot in its name, so that the longest name is the one.
        VariableSpec variable = all.stream().filter(known -> begins(path, known.name()))
                .max(Comparator.comparingInt(known -> known.name().length()))
                .orElseThrow(() -> Suggestion.unknown(spec.name(), "variable", path, path.split("[.\\[]", 2)[0],
                        "variables", all.stream().map(VariableSpec::name).toList()));
        List<String> sections = all.stream().filter(known -> known.name().equals(variable.name()))
                .map(VariableSpec::section).toList();
        if (sections.size() > 1) {
            throw new IllegalArgumentException(spec.name() + ": has " + sections.size() + " variables '"
                    + variable.name() + "', static ones of several source files, in sections " + sections
                    + "; give the one that is meant a name of its own");
        }
        return variable;
    }

    private static boolean begins(String path, String name) {
        return path.startsWith(name) && (path.length() == name.length() || path.charAt(name.length()) == '.'
                || path.charAt(name.length()) == '[');
    }

    private Place follow(String path, int from) {
        Place place = this;
        Matcher step = STEP.matcher(path).region(from, path.length());
        for (int at = from; at < path.length(); at = step.end()) {
            if (!step.region(at, path.length()).lookingAt()) {
                throw new IllegalArgumentException(where + ": '" + path.substring(at)
                        + "' names no part of a variable; write .member or [index]");
            }
            String index = step.group("index");
            place = index == null
                    ? place.field(step.group("field"), path.substring(0, at))
                    : place.element(Integer.parseInt(index), path.substring(0, at));
        }
        return place;
    }

    private Place field(String name, String path) {
        List<Field> fields = switch (shape) {
            case Struct struct -> struct.fields();
            case Scalar _,Sequence _ -> throw new IllegalArgumentException(
                    where + ": " + path + " is of C type " + shape.spelling() + ", which has no members");
        };
        List<String> names = fields.stream().map(Field::name).toList();
        Field found = fields.stream().filter(field -> field.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(where + ": " + shape.spelling() + " has no member '"
                        + name + "'" + Suggestion.of(name, names) + "; its members are " + names));
        return new Place(where, variable, found.shape(), offset + found.offset());
    }

    private Place element(int index, String path) {
        return switch (shape) {
            case Sequence sequence when index < sequence.count() -> new Place(where, variable, sequence.element(),
                    offset + index * sequence.element().size());
            case Sequence sequence -> throw new IllegalArgumentException(where + ": " + path + " has "
                    + sequence.count() + " elements, from 0 on");
            case Scalar _,Struct _ -> throw new IllegalArgumentException(
                    where + ": " + path + " is of C type " + shape.spelling() + ", whose parts have no index");
        };
    }
}
