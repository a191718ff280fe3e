package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.FieldDecoderFactory;
import io.ebpf4j.decode.FieldType;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code duration} in nanoseconds, {@code duration_us}, {@code duration_ms}, {@code duration_s}. */
final class DurationDecoders implements FieldDecoderFactory {
    private static final Map<String, Long> UNITS_PER_SECOND = Map.of("duration", 1_000_000_000L, "duration_us",
            1_000_000L, "duration_ms", 1_000L, "duration_s", 1L);

    @Override
    public Set<String> names() {
        return UNITS_PER_SECOND.keySet();
    }

    @Override
    public FieldDecoder<?> create(FieldType type) {
        if (type.size() != Long.BYTES) {
            throw new IllegalArgumentException("a " + type.name() + " has 8 bytes, this one has " + type.size());
        }
        return new DurationDecoder(Objects.requireNonNull(UNITS_PER_SECOND.get(type.name())), type.order());
    }
}
