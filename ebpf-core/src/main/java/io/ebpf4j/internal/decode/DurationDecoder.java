package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code duration} and its siblings: an unsigned 64-bit number of nanoseconds, or of a greater unit. As text ISO 8601
 * ({@code PT1.5S}); the raw number is nanoseconds whatever the unit.
 */
final class DurationDecoder implements FieldDecoder<Duration> {
    private static final long NANOS = 1_000_000_000;

    private final long unitsPerSecond;
    private final Layouts layouts;

    DurationDecoder(long unitsPerSecond, ByteOrder order) {
        this.unitsPerSecond = unitsPerSecond;
        this.layouts = Layouts.of(order);
    }

    @Override
    public Class<Duration> type() {
        return Duration.class;
    }

    @Override
    public Duration decode(MemorySegment memory, long offset) {
        long units = layouts.unsigned(memory, offset, Long.BYTES);
        long seconds = Long.divideUnsigned(units, unitsPerSecond);
        if (seconds < 0) {
            return Duration.ofSeconds(Long.MAX_VALUE); // 2^63 seconds and more: no clock counts that far
        }
        return Duration.ofSeconds(seconds,
                Long.remainderUnsigned(units, unitsPerSecond) * (NANOS / unitsPerSecond));
    }

    @Override
    public Optional<Number> raw(Duration value) {
        if (value.getSeconds() < Long.MAX_VALUE / NANOS) {
            return Optional.of(value.getSeconds() * NANOS + value.getNano());
        }
        BigInteger nanos = BigInteger.valueOf(value.getSeconds()).multiply(BigInteger.valueOf(NANOS))
                .add(BigInteger.valueOf(value.getNano()));
        return Optional.of(nanos.bitLength() < Long.SIZE ? (Number) nanos.longValue() : nanos);
    }

    @Override
    public void encode(Duration value, MemorySegment memory, long offset) {
        long nanosPerUnit = NANOS / unitsPerSecond;
        if (value.getNano() % nanosPerUnit != 0) {
            throw new IllegalArgumentException(
                    value + " is no whole number of the field's unit, of which a second has " + unitsPerSecond);
        }
        BigInteger units = BigInteger.valueOf(value.getSeconds()).multiply(BigInteger.valueOf(unitsPerSecond))
                .add(BigInteger.valueOf(value.getNano() / nanosPerUnit));
        if (!Unsigned.fits(units, Long.SIZE, false)) {
            throw new IllegalArgumentException(value + " does not fit an unsigned 64-bit field");
        }
        layouts.put(memory, offset, Long.BYTES, units.longValue());
    }
}
