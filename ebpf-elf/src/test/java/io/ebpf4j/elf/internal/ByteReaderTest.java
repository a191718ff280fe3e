package io.ebpf4j.elf.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.MalformedElfException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteReaderTest {
    private static ByteReader reader(ByteOrder order, int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        return new ByteReader(MemorySegment.ofArray(array), order, "x.o", MalformedElfException::new);
    }

    @Test
    void number_inEitherOrder_isUnsigned() {
        var little = reader(ByteOrder.LITTLE_ENDIAN, 0xff, 0xfe, 0, 0x80, 1, 0, 0, 0x80);
        assertThat(little.u8(0)).isEqualTo(0xff);
        assertThat(little.u16(0)).isEqualTo(0xfeff);
        assertThat(little.u32(0)).isEqualTo(0x8000feffL);
        assertThat(little.s32(0)).isEqualTo(0x8000feff);
        assertThat(little.u64(0)).isEqualTo(0x80000001_8000feffL);
        var big = reader(ByteOrder.BIG_ENDIAN, 0xff, 0xfe, 0, 0x80, 1, 0, 0, 0x80);
        assertThat(big.u16(0)).isEqualTo(0xfffe);
        assertThat(big.u32(0)).isEqualTo(0xfffe0080L);
        assertThat(big.u32(1)).as("unaligned").isEqualTo(0xfe008001L);
    }

    @ParameterizedTest
    @CsvSource({"8, 1", "9, 0", "-1, 1", "0, 9", "0, -1", "1, 9223372036854775807", "9223372036854775807, 1"})
    void slice_outsideTheBytes_throwsWithTheNumbers(long offset, long length) {
        assertThatThrownBy(() -> reader(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6, 7, 8).slice(offset, length))
                .isInstanceOf(MalformedElfException.class)
                .hasMessage("x.o: needs %s bytes at offset %s, but there are 8", Long.toUnsignedString(length),
                        Long.toUnsignedString(offset));
    }

    @Test
    void slice_empty_atTheEnd_isAllowed() {
        assertThat(reader(ByteOrder.LITTLE_ENDIAN, 1, 2).slice(2, 0).byteSize()).isZero();
    }

    @Test
    void string_upToTheNul_isUtf8() {
        var reader = reader(ByteOrder.LITTLE_ENDIAN, 'a', 0xc3, 0xa9, 0, 0xff, 0, 'z');
        assertThat(reader.string(0)).isEqualTo("aé");
        assertThat(reader.string(3)).isEmpty();
        assertThat(reader.string(4)).isEqualTo("\ufffd");
        assertThatThrownBy(() -> reader.string(6)).hasMessage("x.o: text at offset 6 has no NUL before the end at 7");
    }

    @Test
    @SuppressWarnings("restricted")
    void bytes_moreThanAnIndexReaches_areRefused() {
        var huge = MemorySegment.NULL.reinterpret(1L << 31);
        assertThatThrownBy(() -> new ByteReader(huge, ByteOrder.LITTLE_ENDIAN, "x", IllegalStateException::new))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("x: has 2147483648 bytes; more than 2 GiB cannot be read");
    }

    @Test
    void offset_thatAnIntWouldCut_isBeyondTheEnd() {
        var reader = new ByteReader(MemorySegment.ofArray(new byte[16]), ByteOrder.BIG_ENDIAN, "x",
                IllegalStateException::new);
        for (long offset : new long[]{1L << 32, (1L << 32) + 4, -1, Long.MIN_VALUE, 13}) {
            assertThatThrownBy(() -> reader.s32(offset)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("x: needs 4 bytes at offset " + Long.toUnsignedString(offset) + ", but there are 16");
        }
    }
}
