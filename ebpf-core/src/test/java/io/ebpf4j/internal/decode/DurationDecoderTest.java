package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.decode.FieldType;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationDecoderTest {
    private static DurationDecoder decoder(String name, ByteOrder order) {
        return (DurationDecoder) new DurationDecoders().create(new FieldType(name, name, 8, order));
    }

    /** The last two columns: seconds and nanoseconds by the definition of each unit. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            duration,    d202964900000000, 1,                    234567890
            duration,    0000000000000000, 0,                    0
            duration,    0000000000000080, 9223372036,           854775808
            duration,    ffffffffffffffff, 18446744073,          709551615
            duration_us, 0500000000000000, 0,                    5000
            duration_us, 0000000000000080, 9223372036854,        775808000
            duration_us, ffffffffffffffff, 18446744073709,       551615000
            duration_ms, 0600000000000000, 0,                    6000000
            duration_ms, 0000000000000080, 9223372036854775,     808000000
            duration_ms, ffffffffffffffff, 18446744073709551,    615000000
            duration_s,  0700000000000000, 7,                    0
            duration_s,  ffffffffffffff7f, 9223372036854775807,  0
            """)
    void duration_decode_isExactInAllUnits(String name, String hex, long seconds, int nanos) {
        var decoder = decoder(name, ByteOrder.LITTLE_ENDIAN);
        Duration duration = decoder.decode(bytes("11" + hex), 1);
        assertThat(duration).isEqualTo(Duration.ofSeconds(seconds, nanos));
        assertThat(decoder.raw(duration).map(Object::toString)).as("nanoseconds, whatever the unit").contains(BigInteger
                .valueOf(seconds).multiply(BigInteger.valueOf(1_000_000_000)).add(BigInteger.valueOf(nanos))
                .toString());
        var written = bytes("11" + "55".repeat(8) + "11");
        decoder.encode(duration, written, 1);
        assertThat(hex(written)).isEqualTo("11" + hex + "11");
    }

    @Test
    void duration_decodeBigEndian_readsTheOtherWayRound() {
        assertThat(decoder("duration_ms", ByteOrder.BIG_ENDIAN).decode(bytes("00000000000005dc"), 0))
                .isEqualTo(Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000080", "ffffffffffffffff"})
    void durationOfSeconds_overWhatJavaCounts_isTheLongestAndNotNegative(String hex) {
        assertThat(decoder("duration_s", ByteOrder.LITTLE_ENDIAN).decode(bytes(hex), 0))
                .isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
    }

    @Test
    void duration_text_isIso8601() {
        var decoder = decoder("duration", ByteOrder.LITTLE_ENDIAN);
        assertThat(decoder.text(Duration.ofMillis(1500))).isEqualTo("PT1.5S");
        assertThat(decoder.raw(Duration.ofMillis(1500))).contains(1_500_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"duration, PT-0.000000001S", "duration_s, PT-1S", "duration, PT18446744073.709551616S",
            "duration_ms, PT18446744073709551.616S"})
    void duration_encodeOutOfRange_throws(String name, Duration value) {
        assertThatThrownBy(() -> decoder(name, ByteOrder.LITTLE_ENDIAN).encode(value, bytes("00".repeat(8)), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(value + " does not fit an unsigned 64-bit field");
    }

    @ParameterizedTest
    @CsvSource({"duration_us, PT0.0000015S", "duration_ms, PT0.0015S", "duration_s, PT1.5S"})
    void duration_encodeFractionOfTheUnit_throwsAndDoesNotRound(String name, Duration value) {
        var memory = bytes("55".repeat(8));
        assertThatThrownBy(() -> decoder(name, ByteOrder.LITTLE_ENDIAN).encode(value, memory, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(value.toString());
        assertThat(hex(memory)).isEqualTo("55".repeat(8));
    }

    @ParameterizedTest
    @CsvSource({"duration, 4", "duration_us, 16", "duration_ms, 2", "duration_s, 1"})
    void factory_wrongSize_saysWhatSizeItHas(String name, long size) {
        var type = new FieldType(name, name, size, ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> new DurationDecoders().create(type)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a " + name + " has 8 bytes, this one has " + size);
    }
}
