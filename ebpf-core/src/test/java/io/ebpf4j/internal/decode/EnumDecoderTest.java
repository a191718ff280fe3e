package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.Types;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.decode.Shape.Scalar;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnumDecoderTest {
    private static EnumDecoder decoder(Types types, int id) {
        var btf = types.btf();
        var shape = new ShapeCompiler(btf, FieldDecoders.with()).compile(btf.type(id), "test");
        return (EnumDecoder) ((Scalar) shape).decoder();
    }

    @Test
    void constant_decode_hasNameAndNumber() {
        var types = Types.little();
        var decoder = decoder(types,
                types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5)));
        EnumValue green = decoder.decode(bytes("ff05000000"), 1);
        assertThat(green).isEqualTo(new EnumValue(Optional.of("GREEN"), 5));
        assertThat(decoder.text(green)).isEqualTo("GREEN");
        assertThat(decoder.raw(green)).contains(5L);
    }

    @Test
    void unknownNumber_decode_staysANumber() {
        var types = Types.little();
        var decoder = decoder(types, types.enumeration("color", 4, false, new Constant("RED", 0)));
        EnumValue unknown = decoder.decode(bytes("63000000"), 0);
        assertThat(unknown).isEqualTo(new EnumValue(Optional.empty(), 99));
        assertThat(decoder.text(unknown)).isEqualTo("99");
        assertThat(decoder.raw(unknown)).contains(99L);
    }

    @Test
    void twoNames_ofOneNumber_giveTheFirst() {
        var types = Types.little();
        var decoder = decoder(types,
                types.enumeration("e", 1, false, new Constant("FIRST", 7), new Constant("SECOND", 7)));
        assertThat(decoder.decode(bytes("07"), 0).name()).contains("FIRST");
        assertThat(decoder.constants()).hasSize(1);
    }

    @Test
    void negativeConstant_ofSignedEnum_isFoundInAnyWidth() {
        for (int size : new int[]{1, 2, 4, 8}) {
            var types = Types.little();
            var decoder = decoder(types, types.enumeration("e", size, true, new Constant("MINUS", -1)));
            assertThat(decoder.decode(bytes("ff".repeat(size)), 0)).as("size %d", size)
                    .isEqualTo(new EnumValue(Optional.of("MINUS"), -1));
        }
    }

    @Test
    void topConstant_ofUnsignedEnum_isNotNegative() {
        var types = Types.little();
        var decoder = decoder(types, types.enumeration("e", 4, false, new Constant("TOP", 0xffff_ffffL)));
        assertThat(decoder.decode(bytes("ffffffff"), 0)).isEqualTo(new EnumValue(Optional.of("TOP"), 4294967295L));
    }

    @Test
    void wideUnsignedConstant_overTwoTo63_isNeverNegativeOutside() {
        var types = Types.little();
        var decoder = decoder(types, types.enumeration64("e", false, new Constant("TOP", -1)));
        EnumValue top = decoder.decode(bytes("ff".repeat(8)), 0);
        BigInteger exact = new BigInteger("18446744073709551615");
        assertThat(top.name()).contains("TOP");
        assertThat(decoder.raw(top)).contains(exact);
        EnumValue unknown = decoder.decode(bytes("feffffffffffffff"), 0);
        assertThat(decoder.text(unknown)).isEqualTo("18446744073709551614");

        var written = bytes("55".repeat(8));
        decoder.encode(top, written, 0);
        assertThat(hex(written)).isEqualTo("ff".repeat(8));
    }

    @Test
    void wideSignedConstant_isFound() {
        var types = Types.little();
        var decoder = decoder(types, types.enumeration64("e", true, new Constant("DEEP", -0x123456789abcdefL)));
        assertThat(decoder.decode(bytes("11325476 98badcfe"), 0))
                .isEqualTo(new EnumValue(Optional.of("DEEP"), -0x123456789abcdefL));
    }

    @Test
    void encode_writesTheNumber() {
        var types = Types.little();
        var decoder = decoder(types, types.enumeration("e", 2, true, new Constant("MINUS", -2)));
        var memory = bytes("aa5555aa");
        decoder.encode(new EnumValue(Optional.of("MINUS"), -2), memory, 1);
        assertThat(hex(memory)).isEqualTo("aafeffaa");
    }

    @Test
    void bitfieldOfEnum_decodesByName() {
        var types = Types.little();
        int color = types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5));
        int struct = types.struct("s", 4, Types.bits(0, 2, "a", types.unsigned(4)), Types.bits(2, 3, "color", color));
        var btf = types.btf();
        var shape = (io.ebpf4j.decode.Shape.Struct) new ShapeCompiler(btf, FieldDecoders.with())
                .compile(btf.type(struct), "test");
        var decoder = (EnumDecoder) ((Scalar) shape.fields().get(1).shape()).decoder();
        assertThat(decoder.decode(bytes("17"), 0)).isEqualTo(new EnumValue(Optional.of("GREEN"), 5));
    }
}
