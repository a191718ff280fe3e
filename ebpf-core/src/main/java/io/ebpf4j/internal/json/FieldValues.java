package io.ebpf4j.internal.json;

import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a record as values that structured log encoders understand: numbers, booleans, texts, lists, maps.
 *
 * @param shape the record's type
 */
record FieldValues(Shape shape) {
    /** {@return the values by C name; of a record that is no struct, one called {@code value}} */
    Map<String, Object> read(MemorySegment memory, long offset) {
        return shape instanceof Struct struct
                ? struct(struct, memory, offset)
                : Map.of("value", value(shape, memory, offset));
    }

    private static Map<String, Object> struct(Struct struct, MemorySegment memory, long offset) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : struct.fields()) {
            if (!field.hidden()) {
                values.put(field.name(), value(field.shape(), memory, offset + field.offset()));
            }
        }
        return values;
    }

    private static Object value(Shape shape, MemorySegment memory, long offset) {
        return switch (shape) {
            case Struct struct -> struct(struct, memory, offset);
            case Scalar scalar -> scalar(scalar.decoder(), memory, offset);
            case Sequence sequence -> {
                List<Object> elements = new ArrayList<>();
                for (int i = 0; i < sequence.count(); i++) {
                    elements.add(value(sequence.element(), memory, offset + i * sequence.element().size()));
                }
                yield elements;
            }
        };
    }

    private static <T> Object scalar(FieldDecoder<T> decoder, MemorySegment memory, long offset) {
        T value = decoder.decode(memory, offset);
        return switch (value) {
            case Number number -> number;
            case Boolean flag -> flag;
            case EnumValue constant when constant.name().isEmpty() -> decoder.raw(value).orElseThrow();
            default -> decoder.text(value);
        };
    }
}
