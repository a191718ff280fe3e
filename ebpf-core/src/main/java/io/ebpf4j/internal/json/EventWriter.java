package io.ebpf4j.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes one JSON object a record: {@code {"ts":..,"program":..,"map":..,"output":"print","fields":{..}}}. */
final class EventWriter {
    private static final String RAW = "_raw";
    private static final JsonFactory JSON = new JsonFactory();

    private final String program;
    private final String map;
    private final Struct fields;

    EventWriter(String program, String map, Shape shape) {
        this.program = program;
        this.map = map;
        this.fields = shape instanceof Struct struct
                ? struct
                : new Struct(shape.spelling(), shape.size(), List.of(new Field("value", 0, shape)));
    }

    /** {@return the line} */
    String line(Instant time, MemorySegment memory, long offset) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("ts", time.toString());
            json.writeStringField("program", program);
            json.writeStringField("map", map);
            json.writeStringField("output", "print");
            json.writeFieldName("fields");
            writeStruct(json, fields, memory, offset);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text.toString();
    }

    private void writeStruct(JsonGenerator json, Struct struct, MemorySegment memory, long offset) throws IOException {
        json.writeStartObject();
        for (Field field : struct.fields()) {
            if (!field.hidden()) {
                json.writeFieldName(field.name());
                Optional<Number> raw = writeValue(json, field.shape(), memory, offset + field.offset());
                String rawName = field.name() + RAW;
                if (raw.isPresent() && struct.fields().stream().noneMatch(other -> other.name().equals(rawName))) {
                    json.writeFieldName(rawName);
                    writeNumber(json, raw.get());
                }
            }
        }
        json.writeEndObject();
    }

    /** {@return the number behind the value, to be written beside it} */
    private Optional<Number> writeValue(JsonGenerator json, Shape type, MemorySegment memory, long offset)
            throws IOException {
        switch (type) {
            case Scalar scalar -> {
                return writeScalar(json, scalar.decoder(), memory, offset);
            }
            case Struct struct -> writeStruct(json, struct, memory, offset);
            case Sequence sequence -> {
                json.writeStartArray();
                for (int i = 0; i < sequence.count(); i++) {
                    writeValue(json, sequence.element(), memory, offset + i * sequence.element().size());
                }
                json.writeEndArray();
            }
        }
        return Optional.empty();
    }

    private static <T> Optional<Number> writeScalar(JsonGenerator json, FieldDecoder<T> decoder, MemorySegment memory,
            long offset) throws IOException {
        T value = decoder.decode(memory, offset);
        switch (value) {
            case Boolean flag -> json.writeBoolean(flag);
            case Number number -> writeNumber(json, number);
            case EnumValue constant when constant.name().isEmpty() -> {
                json.writeNumber(decoder.text(value));
                return Optional.empty(); // it stands there already
            }
            default -> json.writeString(decoder.text(value));
        }
        return decoder.raw(value);
    }

    private static void writeNumber(JsonGenerator json, Number number) throws IOException {
        switch (number) {
            case BigInteger big -> json.writeNumber(big);
            case BigDecimal big -> json.writeNumber(big);
            case Double d when !Double.isFinite(d) -> json.writeString(d.toString()); // JSON has no NaN
            case Double d -> json.writeNumber(d);
            case Float f when !Float.isFinite(f) -> json.writeString(f.toString());
            case Float f -> json.writeNumber(f);
            default -> json.writeNumber(number.longValue());
        }
    }
}
