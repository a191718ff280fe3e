package io.ebpf4j.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.json.JsonShape.Elements;
import io.ebpf4j.internal.json.JsonShape.Member;
import io.ebpf4j.internal.json.JsonShape.Members;
import io.ebpf4j.internal.json.JsonShape.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Writes one JSON object a record: {@code {"ts":..,"program":..,"map":..,"output":"print","fields":{..}}}. For one thread at a
 * time, as it uses its buffer again.
 */
final class EventWriter {
    /** One generator writes many objects, each a text of its own. */
    private static final JsonFactory JSON = new JsonFactoryBuilder().rootValueSeparator((String) null).build();
    private static final String BEGIN = "{\"ts\":\"";

    private final String head;
    private final JsonShape.Members fields;
    private final Stamp stamp = new Stamp();
    private StringWriter text = new StringWriter();
    private JsonGenerator json = generator(text);

    EventWriter(String program, String map, Shape shape) {
        this.head = "\",\"program\":" + quoted(program) + ",\"map\":" + quoted(map)
                + ",\"output\":\"print\",\"fields\":";
        this.fields = JsonShape.members(shape instanceof Struct struct
                ? struct
                : new Struct(shape.spelling(), shape.size(), List.of(new Field("value", 0, shape))));
    }

    private static String quoted(String name) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
    }

    private static JsonGenerator generator(StringWriter text) {
        try {
            return JSON.createGenerator(text);
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
    }

    /** {@return the line} */
    String line(Instant time, MemorySegment memory, long offset) {
        boolean written = false;
        try {
            text.getBuffer().setLength(0);
            text.append(BEGIN);
            stamp.append(time, text);
            text.append(head);
            writeMembers(fields, memory, offset);
            json.flush();
            written = true;
            return text.append('}').toString();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        } finally {
            if (!written) { // it stands within an object, and holds some of it back
                text = new StringWriter();
                json = generator(text);
            }
        }
    }

    private void writeMembers(JsonShape.Members shape, MemorySegment memory, long offset) throws IOException {
        json.writeStartObject();
        for (Member member : shape.members()) {
            json.writeFieldName(member.name());
            Optional<Number> raw = writeValue(member.shape(), memory, offset + member.offset());
            if (raw.isPresent() && member.rawName().isPresent()) {
                json.writeFieldName(member.rawName().get());
                writeNumber(raw.get());
            }
        }
        json.writeEndObject();
    }

    /** {@return the number behind the value, to be written beside it} */
    private Optional<Number> writeValue(JsonShape shape, MemorySegment memory, long offset) throws IOException {
        switch (shape) {
            case Value value -> {
                return writeScalar(value.decoder(), memory, offset);
            }
            case Members members -> writeMembers(members, memory, offset);
            case Elements elements -> {
                json.writeStartArray();
                for (int i = 0; i < elements.count(); i++) {
                    writeValue(elements.element(), memory, offset + i * elements.stride());
                }
                json.writeEndArray();
            }
        }
        return Optional.empty();
    }

    private <T> Optional<Number> writeScalar(FieldDecoder<T> decoder, MemorySegment memory, long offset)
            throws IOException {
        if (decoder instanceof NumberDecoder numbers) {
            writeInteger(numbers, memory, offset);
            return Optional.empty();
        }
        T value = decoder.decode(memory, offset);
        switch (value) {
            case Boolean flag -> json.writeBoolean(flag);
            case Number number -> writeNumber(number);
            case EnumValue constant when constant.name().isEmpty() -> {
                json.writeNumber(decoder.text(value));
                return Optional.empty(); // it stands there already
            }
            default -> json.writeString(decoder.text(value));
        }
        return decoder.raw(value);
    }

    private void writeInteger(NumberDecoder decoder, MemorySegment memory, long offset) throws IOException {
        long value = decoder.decodeLong(memory, offset);
        if (value >= 0 || decoder.signed()) {
            json.writeNumber(value);
        } else {
            json.writeNumber(Long.toUnsignedString(value));
        }
    }

    private void writeNumber(Number number) throws IOException {
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
