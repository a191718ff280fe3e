package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberDecodersTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

    private static ByteOrder order(String name) {
        return name.equals("LE") ? LITTLE : BIG;
    }

    /** The same number a decoder yields, as exact text: u64 must not turn negative, nor lose a digit. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            LE, 1, false, ff,               255
            LE, 1, true,  ff,               -1
            LE, 1, true,  80,               -128
            LE, 1, true,  7f,               127
            LE, 2, false, 01ff,             65281
            BE, 2, false, 01ff,             511
            LE, 2, true,  0080,             -32768
            BE, 2, true,  8000,             -32768
            LE, 4, false, feffffff,         4294967294
            BE, 4, false, fffffffe,         4294967294
            LE, 4, true,  feffffff,         -2
            BE, 4, true,  80000000,         -2147483648
            LE, 4, false, 78563412,         305419896
            BE, 4, false, 12345678,         305419896
            LE, 8, false, ffffffffffffff7f, 9223372036854775807
            LE, 8, false, 0000000000000080, 9223372036854775808
            BE, 8, false, 8000000000000000, 9223372036854775808
            LE, 8, false, ffffffffffffffff, 18446744073709551615
            LE, 8, true,  ffffffffffffffff, -1
            BE, 8, true,  8000000000000000, -9223372036854775808
            BE, 8, true,  7fffffffffffffff, 9223372036854775807
            """)
    void integer_decode_isTheExactNumberInEitherOrder(String order, int size, boolean signed, String hex,
            String expected) {
        var decoder = new IntegerDecoder(size, signed, order(order));
        assertThat(decoder.decode(bytes("aa" + hex), 1)).as("unaligned").hasToString(expected);
        assertThat(decoder.decodeLong(bytes(hex), 0)).isEqualTo(new BigInteger(expected).longValue());
        assertThat(decoder.bits()).isEqualTo(8 * size);
        assertThat(decoder.signed()).isEqualTo(signed);

        MemorySegment written = bytes("aa" + "55".repeat(size) + "aa");
        decoder.encode(new BigInteger(expected), written, 1);
        assertThat(hex(written)).as("written back between its neighbours").isEqualTo("aa" + hex + "aa");
    }

    @Test
    void integer_decode_isALongBelowTwoTo63AndABigIntegerFromThere() {
        var decoder = new IntegerDecoder(8, false, LITTLE);
        assertThat(decoder.decode(bytes("ffffffffffffff7f"), 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(decoder.decode(bytes("0000000000000080"), 0)).isEqualTo(BigInteger.ONE.shiftLeft(63));
        assertThat(decoder.text(decoder.decode(bytes("ffffffffffffffff"), 0))).isEqualTo("18446744073709551615");
        assertThat(decoder.raw(5)).as("a number is its own raw number").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1, false, 256,                  an unsigned field of 8 bits
            1, false, -1,                   an unsigned field of 8 bits
            1, true,  128,                  a signed field of 8 bits
            1, true,  -129,                 a signed field of 8 bits
            2, false, 65536,                an unsigned field of 16 bits
            4, true,  2147483648,           a signed field of 32 bits
            4, false, 4294967296,           an unsigned field of 32 bits
            8, false, 18446744073709551616, an unsigned field of 64 bits
            8, false, -1,                   an unsigned field of 64 bits
            8, true,  9223372036854775808,  a signed field of 64 bits
            """)
    void integer_encodeOutOfRange_throwsAndWritesNothing(int size, boolean signed, String number, String field) {
        MemorySegment memory = bytes("55".repeat(size));
        assertThatThrownBy(() -> new IntegerDecoder(size, signed, LITTLE).encode(new BigInteger(number), memory, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(number + " does not fit " + field);
        assertThat(hex(memory)).isEqualTo("55".repeat(size));
    }

    /** Bits are counted from a byte's low end on little-endian machines and from its high end on big-endian ones. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            LE, 0,  3, false, d5d2d2d2aa,         5
            LE, 3, 31, false, d5d2d2d2aa,         1515870810
            BE, 0,  3, false, b6969696aa,         5
            BE, 3, 31, false, b6969696aa,         1515870810
            LE, 5,  5, true,  e003,               -1
            LE, 5,  5, true,  0002,               -16
            LE, 5,  5, true,  e001,               15
            BE, 5,  5, true,  0400,               -16
            BE, 5,  5, true,  03c0,               15
            LE, 7,  1, false, 80,                 1
            BE, 7,  1, false, 01,                 1
            LE, 7,  1, true,  80,                 -1
            LE, 4,  4, false, 5f,                 5
            BE, 4,  4, false, f5,                 5
            LE, 0, 40, false, 0102030405,         21542142465
            BE, 0, 40, false, 0102030405,         4328719365
            LE, 0, 64, false, ffffffffffffffff,   18446744073709551615
            LE, 0, 64, true,  ffffffffffffffff,   -1
            LE, 7, 64, false, 80ffffffffffffff7f, 18446744073709551615
            BE, 7, 64, false, 01fffffffffffffffe, 18446744073709551615
            BE, 1, 64, true,  400000000000000000, -9223372036854775808
            LE, 1, 63, false, feffffffffffffff,   9223372036854775807
            """)
    void bitfield_decode_takesItsBitsAcrossBytes(String order, int firstBit, int bits, boolean signed, String hex,
            String expected) {
        var decoder = new BitfieldDecoder(firstBit, bits, signed, order(order));
        assertThat(decoder.decode(bytes("ff" + hex), 1)).hasToString(expected);
        assertThat(decoder.decodeLong(bytes(hex), 0)).isEqualTo(new BigInteger(expected).longValue());
        assertThat(decoder.bits()).isEqualTo(bits);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            LE, true,  faffffffffffffffffffffffffffffff, -6
            BE, true,  fffffffffffffffffffffffffffffffa, -6
            LE, false, ffffffffffffffffffffffffffffffff, 340282366920938463463374607431768211455
            LE, true,  00000000000000000000000000000080, -170141183460469231731687303715884105728
            BE, false, 00000000000000010000000000000000, 18446744073709551616
            LE, false, 00000000000000000100000000000000, 18446744073709551616
            """)
    void wideInteger_decode_isTheExactNumber(String order, boolean signed, String hex, String expected) {
        assertThat(new WideIntegerDecoder(16, signed, order(order)).decode(bytes("77" + hex), 1))
                .isEqualTo(new BigInteger(expected));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            LE, 4, 0000c03f,         1.5
            BE, 4, 3fc00000,         1.5
            LE, 4, 0000c07f,         NaN
            LE, 4, 000080ff,         -Infinity
            LE, 4, 01000000,         1.401298464324817E-45
            BE, 8, 3ff8000000000000, 1.5
            LE, 8, 000000000000f87f, NaN
            LE, 8, 0000000000000080, -0.0
            LE, 8, 010000000000f07f, NaN
            """)
    void floating_decode_isTheNumberInEitherOrder(String order, int size, String hex, String expected) {
        assertThat(new FloatDecoder(size, order(order)).decode(bytes("00" + hex), 1)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, true", "80, true", "ff, true"})
    void bool_decode_isTrueForAnyBit(String hex, boolean expected) {
        assertThat(new BooleanDecoder().decode(bytes("cc" + hex), 1)).isEqualTo(expected);
    }

    @Test
    void bool_encode_writesOneOrZero() {
        MemorySegment memory = bytes("777777");
        new BooleanDecoder().encode(true, memory, 0);
        new BooleanDecoder().encode(false, memory, 2);
        assertThat(hex(memory)).isEqualTo("017700");
    }

    @Test
    void pointer_decode_isSixteenHexDigits() {
        assertThat(new PointerDecoder(LITTLE).decode(bytes("00 00c0a5038088ffff"), 1)).isEqualTo("0xffff888003a5c000");
        assertThat(new PointerDecoder(BIG).decode(bytes("0000000000001234"), 0)).isEqualTo("0x0000000000001234");
    }

    @Test
    void union_decode_isHexInMemoryOrder() {
        assertThat(new HexDecoder(3).decode(bytes("ff 0a0b00 ff"), 1)).isEqualTo("0a0b00");
        assertThat(new HexDecoder(0).decode(bytes(""), 0)).isEmpty();
    }

    @Test
    void readOnlyDecoders_encode_sayThatTheyCannot() {
        assertThatThrownBy(() -> new HexDecoder(1).encode("00", bytes("00"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("String values can be read but not written here");
    }

    @Test
    void float_encode_isWhatDecodeReads() {
        MemorySegment memory = bytes("ff 0000000000000000 ff");
        new FloatDecoder(4, LITTLE).encode(1.5, memory, 1);
        assertThat(hex(memory)).isEqualTo("ff0000c03f00000000ff");
        new FloatDecoder(8, BIG).encode(-2.0, memory, 1);
        assertThat(hex(memory)).isEqualTo("ffc000000000000000ff");
    }

    @Test
    void bitfield_encode_isWhatDecodeReadsAndLeavesItsNeighbours() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            int bits = 1 + random.nextInt(64);
            int first = random.nextInt(8);
            boolean signed = random.nextBoolean();
            byte[] before = new byte[9];
            random.nextBytes(before);
            long value = signed ? random.nextLong() >> (64 - bits) : random.nextLong() >>> (64 - bits);
            for (var order : new ByteOrder[]{LITTLE, BIG}) {
                String what = "seed " + seed + ", " + bits + " bits from " + first + ", " + order;
                var decoder = new BitfieldDecoder(first, bits, signed, order);
                MemorySegment memory = MemorySegment.ofArray(before.clone());
                decoder.encode(signed ? Long.valueOf(value) : Unsigned.number(value), memory, 0);
                assertThat(decoder.decodeLong(memory, 0)).as(what).isEqualTo(value);
                decoder.encode(decoder.decode(MemorySegment.ofArray(before), 0), memory, 0);
                assertThat(hex(memory)).as(what).isEqualTo(hex(MemorySegment.ofArray(before)));
            }
        }
        assertThatThrownBy(() -> new BitfieldDecoder(3, 3, false, LITTLE).encode(8, bytes("00"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("8 does not fit an unsigned field of 3 bits");
    }

    @Test
    void layouts_signExtend_onlyTheWantedBytes() {
        MemorySegment memory = bytes("80ff 7f00");
        assertThat(Layouts.of(LITTLE).signed(memory, 0, 1)).isEqualTo(-128);
        assertThat(Layouts.of(BIG).signed(memory, 0, 2)).isEqualTo(0xffffffffffff80ffL);
        assertThat(Layouts.of(BIG).unsigned(memory, 0, 4)).isEqualTo(0x80ff7f00L);
        assertThat(Layouts.of(LITTLE).unsigned(memory, 0, 4)).isEqualTo(0x007fff80L);
    }
}
