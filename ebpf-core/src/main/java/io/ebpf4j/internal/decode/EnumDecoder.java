package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.NumberDecoder;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** Enums by the names of their constants; a number that none has stays a number. */
public final class EnumDecoder implements FieldDecoder<EnumValue> {
    private final NumberDecoder number;
    private final Map<Long, EnumValue> constants;

    /** @param constants the value of each number; where C gives one number two names, its first */
    EnumDecoder(NumberDecoder number, Map<Long, EnumValue> constants) {
        this.number = number;
        this.constants = Map.copyOf(constants);
    }

    /** {@return the values that have a name, by number} */
    public Map<Long, EnumValue> constants() {
        return constants;
    }

    /** {@return how many bits of a value count} */
    public int bits() {
        return number.bits();
    }

    @Override
    public Class<EnumValue> type() {
        return EnumValue.class;
    }

    @Override
    public EnumValue decode(MemorySegment memory, long offset) {
        long value = number.decodeLong(memory, offset);
        EnumValue constant = constants.get(value);
        return constant != null ? constant : new EnumValue(Optional.empty(), value);
    }

    @Override
    public String text(EnumValue value) {
        return value.name().orElseGet(() -> exact(value).toString());
    }

    @Override
    public Optional<Number> raw(EnumValue value) {
        return Optional.of(exact(value));
    }

    @Override
    public void encode(EnumValue value, MemorySegment memory, long offset) {
        number.encode(exact(value), memory, offset);
    }

    private Number exact(EnumValue value) {
        return number.signed() ? Long.valueOf(value.number()) : Unsigned.number(value.number());
    }
}
