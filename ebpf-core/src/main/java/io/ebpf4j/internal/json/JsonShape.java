package io.ebpf4j.internal.json;

import com.fasterxml.jackson.core.io.SerializedString;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import java.util.List;
import java.util.Optional;

/** A shape as its JSON is written: without what is hidden, and with names that are escaped already. */
sealed interface JsonShape {
    /** What a name has behind it when it stands for the number behind a text. */
    String RAW = "_raw";

    /** A number, a text, true or false. */
    record Value(FieldDecoder<?> decoder) implements JsonShape {}

    /** {@code {..}} */
    record Members(List<Member> members) implements JsonShape {}

    /** {@code [..]} */
    record Elements(JsonShape element, long stride, int count) implements JsonShape {}

    /**
     * One of the members of an object.
     *
     * @param name its name
     * @param rawName that of the number behind it; none when another member has that name
     * @param offset its place in the struct
     * @param shape what it is
     */
    record Member(SerializedString name, Optional<SerializedString> rawName, long offset, JsonShape shape) {}

    /** {@return how a shape is written} */
    static JsonShape of(Shape shape) {
        return switch (shape) {
            case Scalar scalar -> new Value(scalar.decoder());
            case Struct struct -> members(struct);
            case Sequence sequence -> new Elements(of(sequence.element()), sequence.element().size(), sequence.count());
        };
    }

    /** {@return how a struct is written} */
    static Members members(Struct struct) {
        List<String> names = struct.fields().stream().map(Field::name).toList();
        return new Members(struct.fields().stream().filter(field -> !field.hidden())
                .map(field -> new Member(new SerializedString(field.name()),
                        Optional.of(field.name() + RAW).filter(raw -> !names.contains(raw)).map(SerializedString::new),
                        field.offset(), of(field.shape())))
                .toList());
    }
}
